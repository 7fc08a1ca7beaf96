// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Parameters;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A residual block of a {@link Taesd}: {@code relu(convolutions(y) + skip(y))} with {@code y = x + pool(x)}, where the
 * pool is a bottleneck of convolutions of one place around a norm over all places, in models of large latents only.
 */
record TaesdBlock(
        Convolution first,
        Convolution second,
        Convolution third,
        @Nullable Convolution skip,
        @Nullable Pool pool) implements ImageLayer {
    private static final double EPSILON = 1e-5;
    private static final long GROUPS = 4;

    /** The pool: it tells every place of a picture how bright and how varied the whole is. */
    record Pool(Convolution widen, GroupNorm norm, Convolution narrow) {
        private static Pool declare(Parameters parameters, String name, long channels, long inner) {
            return new Pool(
                    pointwise(parameters, name + ".0", channels, inner),
                    GroupNorm.declare(parameters, name + ".1", inner, GROUPS, EPSILON),
                    pointwise(parameters, name + ".3", inner, channels));
        }

        Tensor apply(Tensor x_NCHW) {
            return narrow.apply(torch.relu(norm.apply(widen.apply(x_NCHW))));
        }
    }

    private static Convolution pointwise(Parameters parameters, String name, long in, long out) {
        return Convolution.withoutBias(parameters, name, in, out, 1);
    }

    /**
     * Declares a block.
     *
     * @param pooled channels within the pool, a multiple of its groups; 0 for no pool
     */
    static TaesdBlock declare(Parameters parameters, String name, long in, long out, long pooled) {
        return new TaesdBlock(
                Convolution.declare(parameters, name + ".conv.0", in, out, 3),
                Convolution.declare(parameters, name + ".conv.2", out, out, 3),
                Convolution.declare(parameters, name + ".conv.4", out, out, 3),
                in == out ? null : pointwise(parameters, name + ".skip", in, out),
                pooled == 0 ? null : Pool.declare(parameters, name + ".pool", in, pooled));
    }

    /** Returns whether a pool may have that many channels within. */
    static boolean canPool(long channels) {
        return channels > 0 && channels % GROUPS == 0;
    }

    @Override
    public Tensor apply(Tensor x_NCHW) {
        Tensor y_NCHW = pool == null ? x_NCHW : pool.apply(x_NCHW).add(x_NCHW);
        Tensor inner_NDHW = torch.relu(second.apply(torch.relu(first.apply(y_NCHW))));
        Tensor change_NDHW = third.apply(inner_NDHW);
        return torch.relu(change_NDHW.add(skip == null ? y_NCHW : skip.apply(y_NCHW)));
    }
}
