// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Grid;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.ResourceStack;
import org.bytedeco.pytorch.Tensor;

/**
 * Computes the attention of one layer by itself, projections and gates included, for measurements without the model
 * around it. It owns its weights.
 *
 * <p>Shapes: B batch, T frames, N tokens of a frame, D width of a token.
 */
public final class AttentionSublayer implements AutoCloseable {
    private final Parameters parameters;
    private final Rotary rotary;
    private final MultiScaleAttention attention;
    private final Compute compute;

    private AttentionSublayer(ModelConfig config, int layer, Parameters parameters, Compute compute) {
        this.parameters = parameters;
        this.rotary = new Rotary(config.headWidth());
        this.compute = compute;
        try (ResourceStack created = new ResourceStack()) {
            created.add(parameters);
            this.attention = new MultiScaleAttention(
                    parameters, "attention", config, layer, new MultiScaleAttention.Shared(compute, rotary));
            created.keep();
        }
    }

    /**
     * Creates the attention of layer {@code layer} with fresh weights, as a whole model starts with them.
     *
     * @param compute how to compute; the caller keeps it and closes it after this
     */
    public static AttentionSublayer of(
            ModelConfig config, int layer, Parameters parameters, Compute compute, RandomStream random) {
        AttentionSublayer created = new AttentionSublayer(config, layer, parameters, compute);
        parameters.initialise(random);
        return created;
    }

    /**
     * Computes the attention of normalised tokens.
     *
     * @param x_BTND normalised tokens
     * @param c_BTD conditions of the frames
     * @param rows tokens in a column of a frame
     * @param columns tokens in a row of a frame
     * @return [B, T, N, D] in the caller's scope
     */
    public Tensor apply(Tensor x_BTND, Tensor c_BTD, int rows, int columns) {
        Grid grid = new Grid((int) x_BTND.size(1), rows, columns);
        Tensor gates_BTD = attention.channelGates(c_BTD);
        return attention
                .apply(x_BTND, grid, new AttentionContext.OwnClip(compute))
                .mul(gates_BTD.unsqueeze(2));
    }

    @Override
    public void close() {
        parameters.close();
        rotary.close();
    }
}
