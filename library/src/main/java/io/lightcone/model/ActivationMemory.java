// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.AttentionCost;
import io.lightcone.attention.Branch;
import io.lightcone.attention.Grid;

/**
 * Estimates what the forward pass keeps for the backward pass, by going through the operations of
 * {@link TransformerStack} and noting what libtorch saves for the gradient of each. With n tokens of the clip, D
 * channels of a token, f the factor of the feed-forward layer, and e bytes a number in large matrix products (2 in
 * bfloat16, 4 in float32), a layer keeps
 *
 * <pre>
 * 4 * 4 n D           both inputs of the two norms, and both outcomes
 * 4 n D               the modulated input of attention, unless every reader has its own copy in bfloat16
 * e n D (2 + 2f + 1)  what attention and feed-forward put out, the feed-forward's input, and its hidden layer twice
 * </pre>
 *
 * and for each branch, with N tokens, a channels, K heads and c inputs,
 *
 * <pre>
 * e N c               its input, if averaged or converted
 * 4 N (5 a + 5 K)     queries, keys and values before and queries after norm and rotation, outcome, statistics
 * e N a               the weighed outcome
 * 4 N a, or 8 G a     keys after norm and rotation; or G gathered keys with their values
 * </pre>
 *
 * What has one value a frame, not a token, is left out: it is hundreds of times smaller. Held against the resident
 * memory of a process before and after the forward pass, without gathered keys, the estimate was less than one part in
 * a hundred low (dense and two branches, float32 and bfloat16, full and split input).
 */
final class ActivationMemory {
    private ActivationMemory() {}

    static long ofBranch(Branch branch, AttentionCost cost, int linearBytes) {
        boolean ownInput = branch.down() > 1 || linearBytes != ModelCost.FLOAT32;
        long input = ownInput ? linearBytes * cost.tokens() * cost.inputs() : 0;
        long numbers = 5 * (cost.channels() + branch.heads());
        long keys = cost.gatheredKeys() > 0 ? 2 * cost.gatheredKeys() : cost.tokens();
        return input
                + ModelCost.FLOAT32 * cost.tokens() * numbers
                + linearBytes * cost.tokens() * cost.channels()
                + Math.multiplyExact(ModelCost.FLOAT32 * cost.channels(), keys);
    }

    /** Returns the bytes that a layer keeps apart from its branches. */
    static long ofLayer(ModelConfig config, Grid grid, boolean averages, int linearBytes) {
        long tokens = (long) grid.frames() * grid.tokensPerFrame();
        boolean modulatedKept = averages || linearBytes == ModelCost.FLOAT32;
        long full = modulatedKept ? 5 : 4;
        long linear = 3 + 2L * config.feedForward();
        return tokens * config.width() * (ModelCost.FLOAT32 * full + linearBytes * linear);
    }

    /**
     * Returns the bytes kept before the first layer and after the last, all float32: patches; norm, its outcome,
     * modulated.
     */
    static long ofEnds(ModelConfig config, Grid grid) {
        long tokens = (long) grid.frames() * grid.tokensPerFrame();
        long patch = (long) config.channels() * config.patch() * config.patch();
        return ModelCost.FLOAT32 * tokens * (patch + 3L * config.width());
    }

    /**
     * Returns the bytes of converted weights: those of large matrix products are kept a second time in another type,
     * once, not per clip.
     */
    static long convertedWeights(long parameters, int linearBytes) {
        return linearBytes == ModelCost.FLOAT32 ? 0 : parameters * linearBytes;
    }
}
