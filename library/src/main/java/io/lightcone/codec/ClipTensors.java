// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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

    /**
     * Frames [B, T, C, H, W] in [-1, 1], on any device, as B clips.
     *
     * @param name of the clips, for messages
     */
    public static List<Clip> decode(Tensor frames_BTCHW, String name) {
        int frames = (int) frames_BTCHW.size(1);
        int channels = (int) frames_BTCHW.size(2);
        int height = (int) frames_BTCHW.size(3);
        int width = (int) frames_BTCHW.size(4);
        byte[] pixels = Tensors.bytes(PixelCodec.decode(frames_BTCHW));
        int size = frames * channels * height * width;
        return IntStream.range(0, (int) frames_BTCHW.size(0))
                .mapToObj(b -> new Clip(
                        name, frames, height, width, channels, Arrays.copyOfRange(pixels, b * size, (b + 1) * size)))
                .toList();
    }
}
