// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Converts pictures to tensors of numbers in [-1, 1] and back. It is the first and the last step of codecs; all other
 * code goes through the {@link Codec} of its run.
 *
 * <p>Shapes: B clips, T pictures, H W pixels, C channels.
 */
public final class ClipTensors {
    /** The bound of the numbers, which lie in {@code [-RANGE, RANGE]}. */
    static final double RANGE = 1;

    private ClipTensors() {}

    /** Returns clips of one shape as [B, T, C, H, W] in [-1, 1] on {@code device}, in the caller's scope. */
    public static Tensor encode(List<Clip> clips, Device device) {
        Clip first = clips.get(0);
        byte[] pixels = new byte[Math.multiplyExact(clips.size(), first.pixels().length)];
        for (int b = 0; b < clips.size(); b++) {
            byte[] own = clips.get(b).pixels();
            System.arraycopy(own, 0, pixels, b * own.length, own.length);
        }
        Tensor bytes_BTHWC =
                Tensors.of(pixels, clips.size(), first.frames(), first.height(), first.width(), first.channels());
        return fromBytes(bytes_BTHWC, device);
    }

    /**
     * Returns pictures [B, T, C, H, W], on any device, as B clips; what lies outside [-1, 1] is clipped.
     *
     * @param name name of the clips, for messages
     */
    public static List<Clip> decode(Tensor x_BTCHW, String name) {
        int frames = (int) x_BTCHW.size(1);
        int channels = (int) x_BTCHW.size(2);
        int height = (int) x_BTCHW.size(3);
        int width = (int) x_BTCHW.size(4);
        byte[] pixels = Tensors.bytes(toBytes(x_BTCHW));
        int size = frames * channels * height * width;
        return IntStream.range(0, (int) x_BTCHW.size(0))
                .mapToObj(b -> new Clip(
                        name, frames, height, width, channels, Arrays.copyOfRange(pixels, b * size, (b + 1) * size)))
                .toList();
    }

    /** Returns bytes [B, T, H, W, C] as float32 [B, T, C, H, W] in [-1, 1] on {@code device}. */
    static Tensor fromBytes(Tensor bytes_BTHWC, Device device) {
        return bytes_BTHWC
                .to(device, ScalarType.Float)
                .permute(0, 1, 4, 2, 3)
                .contiguous()
                .mul(new Scalar(2.0 / 255))
                .sub(new Scalar(1.0));
    }

    /** Returns floats [B, T, C, H, W] as bytes [B, T, H, W, C]; what lies outside [-1, 1] is clipped. */
    static Tensor toBytes(Tensor x_BTCHW) {
        Tensor scaled = x_BTCHW.add(new Scalar(1.0)).mul(new Scalar(255.0 / 2));
        return torch.clamp(scaled, new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(255.0)))
                .round()
                .permute(0, 1, 3, 4, 2)
                .to(new Device("cpu"), ScalarType.Byte)
                .contiguous();
    }
}
