// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The codec that changes nothing but the scale: bytes 0 to 255 are -1 to 1.
 *
 * <p>Shapes: B batch, T frames, H W pixels, C channels.
 */
public final class PixelCodec {
    /** Frames lie in {@code [-RANGE, RANGE]}. */
    public static final double RANGE = 1;

    private PixelCodec() {}

    /** Bytes [B, T, H, W, C] to float32 [B, T, C, H, W] in [-1, 1] on {@code device}. */
    public static Tensor encode(Tensor bytes_BTHWC, Device device) {
        return bytes_BTHWC
                .to(device, ScalarType.Float)
                .permute(0, 1, 4, 2, 3)
                .contiguous()
                .mul(new Scalar(2.0 / 255))
                .sub(new Scalar(1.0));
    }

    /** Floats [B, T, C, H, W] to bytes [B, T, H, W, C]; what lies outside [-1, 1] is clipped. */
    public static Tensor decode(Tensor x_BTCHW) {
        Tensor scaled = x_BTCHW.add(new Scalar(1.0)).mul(new Scalar(255.0 / 2));
        return torch.clamp(scaled, new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(255.0)))
                .round()
                .permute(0, 1, 3, 4, 2)
                .to(new Device("cpu"), ScalarType.Byte)
                .contiguous();
    }
}
