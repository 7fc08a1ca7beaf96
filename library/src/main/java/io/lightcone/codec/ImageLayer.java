// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Scopes;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A part of a network on pictures. It computes without recording gradients, and may be called by several threads at the
 * same time.
 *
 * <p>Shapes: N pictures, C channels, H W rows and columns.
 */
@FunctionalInterface
interface ImageLayer {
    /** Applies this layer to [N, C, H, W]; channels, rows and columns of the result may be others. */
    Tensor apply(Tensor x_NCHW);

    /**
     * Applies layers one after the other, each to the result of the one before. What lies between is freed as soon as
     * the next layer has taken it in.
     */
    static Tensor chain(List<ImageLayer> layers, Tensor x_NCHW) {
        return Scopes.withoutGrad(() -> {
            Tensor last = x_NCHW;
            for (ImageLayer layer : layers) {
                Tensor before = last;
                last = Scopes.scoped(() -> layer.apply(before));
                if (before != x_NCHW && before != last) {
                    before.close();
                }
            }
            return last;
        });
    }
}
