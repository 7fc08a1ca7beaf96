// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Grid;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Timeline;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Computes the layers of a diffusion transformer, in the manner of DiT (arXiv 2212.09748) with the attention of MSC
 * (arXiv 2412.09828), and what stands before and behind them:
 *
 * <pre>
 * x = embed(patches)                    c = embedLevel(level) + class + action        per frame
 * x = x + gate1(c) * attention(modulate1(norm(x), c))                                 per layer
 * x = x + gate2(c) * feedForward(modulate2(norm(x), c))
 * y = modulate(norm(x), c)
 * </pre>
 *
 * <p>Shapes: B batch, T frames, C channels, H W pixels, N tokens of a frame, D width of a token.
 */
final class TransformerStack {
    private static final double NORM_EPSILON = 1e-6;

    private final int width;
    private final Patches patches;
    private final Linear embed;
    private final LevelEmbedding embedLevel;
    private final ConditionEmbedding embedConditions;
    private final List<Layer> layers = new ArrayList<>();
    private final Linear modulation;

    /**
     * Declares the weights of the stack.
     *
     * @param prefix prefix of their names
     * @param config configuration of these layers alone
     */
    TransformerStack(Parameters parameters, String prefix, ModelConfig config, MultiScaleAttention.Shared shared) {
        ScalarType type = shared.compute().type();
        this.width = config.width();
        this.patches = config.patches();
        this.embed = Linear.declare(parameters, prefix + "embed", patches.values(), width, type);
        this.embedLevel = new LevelEmbedding(parameters, prefix + "level", width, type);
        this.embedConditions = new ConditionEmbedding(parameters, prefix + "condition", config, type);
        for (int layer = 0; layer < config.depth(); layer++) {
            layers.add(new Layer(parameters, prefix + "layers." + layer, config, layer, shared));
        }
        this.modulation =
                Linear.declare(parameters, prefix + "final.modulation", width, 2 * width, type, Start.ZERO, Start.ZERO);
    }

    /** Returns the tokens of frames, [B, T, N, D]. */
    Tensor tokens(Tensor x_BTCHW, Grid grid) {
        try (Timeline.Span span = Timeline.span("tokens")) {
            return embed.apply(patches.cut(x_BTCHW, grid));
        }
    }

    /** Returns the condition vector of each frame, from its level, class and action, [B, T, D]. */
    Tensor conditions(Tensor level_BT, Conditions conditions) {
        try (Timeline.Span span = Timeline.span("conditions")) {
            return embedConditions.add(embedLevel.apply(level_BT), conditions);
        }
    }

    /** Applies all layers to tokens; the result, [B, T, N, D], is not normalised. */
    Tensor apply(Tensor tokens_BTND, Tensor c_BTD, Grid grid, AttentionContext context) {
        Tensor x_BTND = tokens_BTND;
        for (int layer = 0; layer < layers.size(); layer++) {
            try (Timeline.Span span = Timeline.span("layer", layer)) {
                x_BTND = layers.get(layer).apply(x_BTND, c_BTD, grid, context);
            }
        }
        return x_BTND;
    }

    /** Applies the last norm, [B, T, N, D]. */
    Tensor norm(Tensor x_BTND) {
        return norm(x_BTND, width);
    }

    /** Returns the output of the stack: normalised tokens, scaled and shifted, [B, T, N, D]. */
    Tensor output(Tensor normed_BTND, Tensor c_BTD) {
        return modulate(normed_BTND, modulation.apply(torch.silu(c_BTD)).unsqueeze(2), 0, width);
    }

    /**
     * Computes one layer: attention, then feed-forward, each modulated by the level and conditions of its frame
     * (adaLN-Zero, DiT section 3.2).
     */
    private static final class Layer {
        private final int width;
        private final MultiScaleAttention attention;
        private final Linear widen;
        private final Linear narrow;
        private final Linear modulation;

        Layer(Parameters parameters, String name, ModelConfig config, int layer, MultiScaleAttention.Shared shared) {
            this.width = config.width();
            int hidden = width * config.feedForward();
            this.attention = new MultiScaleAttention(parameters, name + ".attention", config, layer, shared);
            this.widen = Linear.declare(
                    parameters, name + ".widen", width, hidden, shared.compute().linear());
            this.narrow = Linear.declare(
                    parameters,
                    name + ".narrow",
                    hidden,
                    width,
                    shared.compute().linear());
            this.modulation = Linear.declare(
                    parameters,
                    name + ".modulation",
                    width,
                    6 * width,
                    shared.compute().type(),
                    Start.ZERO,
                    Start.ZERO);
        }

        Tensor apply(Tensor x_BTND, Tensor c_BTD, Grid grid, AttentionContext context) {
            return Scopes.scoped(() -> {
                Tensor m_BT16D = modulation.apply(torch.silu(c_BTD)).unsqueeze(2);
                Timeline.Span span = Timeline.span("attention");
                Tensor seen = attention.apply(modulate(norm(x_BTND, width), m_BT16D, 0, width), c_BTD, grid, context);
                span.close();
                Tensor y_BTND = x_BTND.add(gate(m_BT16D, 2).mul(seen));
                span = Timeline.span("feed-forward");
                Tensor hidden = torch.gelu(widen.apply(modulate(norm(y_BTND, width), m_BT16D, 3, width)));
                Tensor fed = narrow.apply(hidden);
                span.close();
                return y_BTND.add(gate(m_BT16D, 5).mul(fed));
            });
        }

        private Tensor gate(Tensor m_BT16D, int part) {
            return m_BT16D.narrow(-1, (long) part * width, width);
        }
    }

    private static Tensor norm(Tensor x_BTND, int width) {
        return torch.layer_norm(
                x_BTND, new long[] {width}, new TensorOptional(), new TensorOptional(), NORM_EPSILON, false);
    }

    /**
     * Returns {@code x * (1 + scale) + shift}, with shift and scale the parts {@code part} and {@code part + 1} of m.
     */
    private static Tensor modulate(Tensor normed_BTND, Tensor m_BT1D, int part, int width) {
        Tensor shift = m_BT1D.narrow(-1, (long) part * width, width);
        Tensor scale = m_BT1D.narrow(-1, (long) (part + 1) * width, width);
        return torch.addcmul(shift, normed_BTND, scale.add(new Scalar(1.0)));
    }
}
