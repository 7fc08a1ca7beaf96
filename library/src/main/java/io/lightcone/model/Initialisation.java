// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.Parameters.Start;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Defines how fresh weights are drawn, completely and for every model. Each weight is declared with one of these
 * starts; unless another one is declared, the matrix of a {@link Linear} is {@link #XAVIER} and its bias zero.
 *
 * <ul>
 *   <li>What multiplies a layer's contribution is zero (adaLN-Zero), so every layer starts as the identity; so is the
 *       last layer of the gates, so every branch starts with weight one; and the last projection, so the first
 *       prediction is zero: {@link Start#ZERO}.
 *   <li>The scales of norms are {@link #ONE}.
 * </ul>
 */
final class Initialisation {
    /** Draws uniformly within {@code sqrt(6 / (out + in))}, so that activations keep their size (Xavier). */
    static final Start XAVIER = (weight, random) -> {
        double bound = Math.sqrt(6.0 / (weight.size(0) + weight.size(1)));
        weight.copy_(random.uniform(weight.shape()).mul(new Scalar(2 * bound)).sub(new Scalar(bound)));
    };

    /**
     * Draws from a normal distribution of deviation 0.02, as in DiT: the level's two layers, and the rows of classes
     * and actions.
     */
    static final Start SMALL =
            (weight, random) -> weight.copy_(random.normal(weight.shape()).mul(new Scalar(0.02)));

    /** Sets a weight to one: the scale of a norm. */
    static final Start ONE = (weight, random) -> weight.fill_(new Scalar(1.0));

    /**
     * Draws from the standard normal distribution, like the normalised tokens that it stands for: the encoder's output
     * for a first frame.
     */
    static final Start LIKE_TOKENS = (weight, random) -> weight.copy_(random.normal(weight.shape()));

    /**
     * Sets the bias of queries, keys and values: one and minus one in turn for queries and keys (of mean zero, or the
     * norm would remove them). Turned by their positions, equal constants score highest where positions agree, so
     * attention starts out around the query's own place in each frame.
     */
    static final Start AROUND_OWN_PLACE = (weight, random) -> {
        Tensor queriesAndKeys =
                weight.zero_().narrow(0, 0, weight.size(0) / 3 * 2).view(-1, 2);
        queriesAndKeys.select(1, 0).fill_(new Scalar(1.0));
        queriesAndKeys.select(1, 1).fill_(new Scalar(-1.0));
    };

    /** Sets a matrix to the sum of two concatenated vectors: past and frame, where they are combined over channels. */
    static final Start SUM = (weight, random) -> {
        long width = weight.size(0);
        weight.narrow(1, 0, width).zero_().fill_diagonal_(new Scalar(1.0));
        weight.narrow(1, width, width).zero_().fill_diagonal_(new Scalar(1.0));
    };

    private Initialisation() {}
}
