// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.attention.Grid;
import io.lightcone.model.AttentionSublayer;
import io.lightcone.model.Compute;
import io.lightcone.model.ModelConfig;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The attention sublayer of one layer with random weights, tokens and gradients, ready to run. It owns their memory.
 *
 * <p>Shapes: B 1 clip, T frames, N tokens of a frame, D width of a token.
 */
final class LayerUnderTest implements AutoCloseable {
    private final Grid grid;
    private final Compute compute;
    private final AttentionSublayer attention;
    private final Tensor x_BTND;
    private final Tensor c_BTD;
    private final Tensor gradient_BTND;

    LayerUnderTest(
            Workload workload,
            ModelConfig model,
            int layer,
            MatmulPrecision precision,
            AttentionImplementation implementation) {
        this.grid = workload.grid();
        ScalarType linear = precision == MatmulPrecision.BFLOAT16 ? ScalarType.BFloat16 : ScalarType.Float;
        this.compute = new Compute(ScalarType.Float, linear, implementation.plans());
        RandomStreams streams = new RandomStreams(1);
        AttentionSublayer[] created = new AttentionSublayer[1];
        Scopes.run(() -> created[0] = AttentionSublayer.of(
                model,
                layer,
                Parameters.fresh(workload.device(), ScalarType.Float),
                compute,
                streams.tensors("weights", 0, 0)));
        this.attention = created[0];
        long frames = grid.frames();
        long tokens = grid.tokensPerFrame();
        this.x_BTND = random(workload, streams, 0, 1, frames, tokens, model.width());
        this.c_BTD = random(workload, streams, 1, 1, frames, model.width());
        this.gradient_BTND = random(workload, streams, 2, 1, frames, tokens, model.width());
    }

    private static Tensor random(Workload workload, RandomStreams streams, int rank, long... shape) {
        return Scopes.unscoped(
                () -> streams.tensors("layer", 0, rank).normal(shape).to(workload.device(), ScalarType.Float));
    }

    /** Computes the output and then the gradients of tokens, conditions and weights. */
    void forwardAndBackward() {
        Tensor seen_BTND =
                attention.apply(AttentionInputs.leaf(x_BTND), AttentionInputs.leaf(c_BTD), grid.height(), grid.width());
        AttentionInputs.backward(seen_BTND, gradient_BTND);
    }

    @Override
    public void close() {
        attention.close();
        compute.close();
        x_BTND.close();
        c_BTD.close();
        gradient_BTND.close();
    }
}
