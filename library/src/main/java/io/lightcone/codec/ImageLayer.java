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
    /** Returns a new tensor, this layer of [N, C, H, W]; its channels, rows and columns may be others. */
    Tensor apply(Tensor x_NCHW);

    /**
     * Applies layers one after the other, each to the result of the one before. What lies between is freed as soon as
     * the next layer has taken it in.
     */
    static Tensor chain(List<ImageLayer> layers, Tensor x_NCHW) {
        return Scopes.withoutGrad(() -> {
            Tensor last = x_NCHW;
            for (int i = 0; i < layers.size(); i++) {
                ImageLayer layer = layers.get(i);
                Tensor before = last;
                last = Scopes.scoped(() -> layer.apply(before));
                if (i > 0) {
                    before.close();
                }
            }
            return last;
        });
    }
}
