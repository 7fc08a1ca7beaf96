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
 * 4 N (3 a + 5 K)     queries, keys and values before norm and rotation, statistics
 * 4 M a               M tokens of queries, keys, values and outcomes as its plan arranges them
 * 2 K P               the weights of P pairs, only where attention is computed in bfloat16; all this is then half
 * e N a               the weighed outcome
 * </pre>
 *
 * What has one value a frame, not a token, is left out: it is hundreds of times smaller. The memory of training
 * steps was held against it; from models of three and of six layers, a layer of msc-tiny was measured to
 * keep 104 MB in float32 and 82 MB in bfloat16, one of dense-tiny 98 MB.
 */
final class ActivationMemory {
    private ActivationMemory() {}

    static long ofBranch(Branch branch, AttentionCost cost, ElementBytes bytes) {
        boolean ownInput = branch.down() > 1 || bytes.linear() != ModelCost.FLOAT32;
        long input = ownInput ? bytes.linear() * cost.tokens() * cost.inputs() : 0;
        boolean half = bytes.attention() != ModelCost.FLOAT32;
        long numbers = (half ? 2 : 3) * cost.channels() + 5L * branch.heads();
        long weights = half ? Math.multiplyExact((long) bytes.attention() * branch.heads(), cost.keptPairs()) : 0;
        return input
                + ModelCost.FLOAT32 * cost.tokens() * numbers
                + bytes.linear() * cost.tokens() * cost.channels()
                + Math.multiplyExact(bytes.attention() * cost.channels(), cost.keptTokens())
                + weights;
    }

    /** Returns the bytes of the input of a layer, all that is kept of it if it is recomputed. */
    static long ofInput(ModelConfig config, Grid grid) {
        return Math.multiplyExact(
                (long) ModelCost.FLOAT32 * config.width(), (long) grid.frames() * grid.tokensPerFrame());
    }

    /**
     * Returns how many bytes each layer makes a step take beyond what is in use: the backward pass asks for other sizes
     * than the forward pass has freed, so that the C library asks the system for more. That was measured, not derived:
     * 0.25 to 0.4 of what a layer keeps in float32, in msc-demo, msc-tiny and msc-s, with one and two workers. Products
     * in bfloat16 and recomputation change little about it.
     */
    static long scratch(ModelConfig config, Grid grid) {
        return Math.round(0.3 * (16 + 2 * config.feedForward()) * ofInput(config, grid));
    }

    /** Returns the bytes that a layer keeps apart from its branches. */
    static long ofLayer(ModelConfig config, Grid grid, boolean averages, ElementBytes bytes) {
        long tokens = (long) grid.frames() * grid.tokensPerFrame();
        boolean modulatedKept = averages || bytes.linear() == ModelCost.FLOAT32;
        long full = modulatedKept ? 5 : 4;
        long linear = 3 + 2L * config.feedForward();
        return tokens * config.width() * (ModelCost.FLOAT32 * full + bytes.linear() * linear);
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
