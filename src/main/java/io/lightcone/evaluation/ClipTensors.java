// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.codec.PixelCodec;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** Clips as the tensors that models are fed. */
public final class ClipTensors {
    private ClipTensors() {}

    /** Clips of one shape as [B, T, C, H, W] in [-1, 1] on {@code device}, in the caller's scope. */
    public static Tensor encode(List<Clip> clips, Device device) {
        Clip first = clips.get(0);
        byte[] pixels = new byte[Math.multiplyExact(clips.size(), first.pixels().length)];
        for (int b = 0; b < clips.size(); b++) {
            byte[] own = clips.get(b).pixels();
            System.arraycopy(own, 0, pixels, b * own.length, own.length);
        }
        Tensor bytes_BTHWC =
                Tensors.of(pixels, clips.size(), first.frames(), first.height(), first.width(), first.channels());
        return PixelCodec.encode(bytes_BTHWC, device);
    }
}
