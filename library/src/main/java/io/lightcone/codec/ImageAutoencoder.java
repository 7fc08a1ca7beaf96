// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import org.bytedeco.pytorch.Tensor;

/**
 * A pair of networks that encode each picture by itself, and decode it: what a codec of pictures is made of. Both may
 * be called by several threads at the same time, without recording gradients.
 *
 * <p>Shapes: N pictures, C channels, H W rows and columns; latents have channels and sizes of their own.
 */
interface ImageAutoencoder extends AutoCloseable {
    /** Encodes pictures [N, C, H, W] in [-1, 1]. */
    Tensor encode(Tensor x_NCHW);

    /** Decodes latents [N, C, H, W] to pictures in about [-1, 1]. */
    Tensor decode(Tensor z_NCHW);

    @Override
    void close();
}
