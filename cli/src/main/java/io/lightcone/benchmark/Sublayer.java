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
 * The attention of one layer with random weights, tokens and gradients, ready to run.
 *
 * <p>Shapes: B 1 clip, T frames, N tokens of a frame, D width of a token.
 */
final class Sublayer implements AutoCloseable {
    private final Grid grid;
    private final Compute compute;
    private final AttentionSublayer attention;
    private final Tensor x_BTND;
    private final Tensor c_BTD;
    private final Tensor gradient_BTND;

    Sublayer(Setting setting, ModelConfig model, int layer, Numbers numbers, Way way) {
        this.grid = setting.grid();
        ScalarType linear = numbers == Numbers.BFLOAT16 ? ScalarType.BFloat16 : ScalarType.Float;
        this.compute = new Compute(ScalarType.Float, linear, way.plans());
        RandomStreams streams = new RandomStreams(1);
        AttentionSublayer[] made = new AttentionSublayer[1];
        Scopes.run(() -> made[0] = AttentionSublayer.of(
                model,
                layer,
                Parameters.fresh(setting.device(), ScalarType.Float),
                compute,
                streams.tensors("weights", 0, 0)));
        this.attention = made[0];
        long frames = grid.frames();
        long tokens = grid.tokensPerFrame();
        this.x_BTND = random(setting, streams, 0, 1, frames, tokens, model.width());
        this.c_BTD = random(setting, streams, 1, 1, frames, model.width());
        this.gradient_BTND = random(setting, streams, 2, 1, frames, tokens, model.width());
    }

    private static Tensor random(Setting setting, RandomStreams streams, int rank, long... shape) {
        return Scopes.unscoped(
                () -> streams.tensors("layer", 0, rank).normal(shape).to(setting.device(), ScalarType.Float));
    }

    /** Forwards and backwards, to the gradients of tokens, conditions and weights. */
    void thereAndBack() {
        Tensor seen_BTND = attention.apply(Heads.leaf(x_BTND), Heads.leaf(c_BTD), grid.height(), grid.width());
        Heads.backward(seen_BTND, gradient_BTND);
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
