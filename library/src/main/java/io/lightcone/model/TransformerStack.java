// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Grid;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import io.lightcone.tensor.Recomputation;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Timeline;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Computes the layers of a diffusion transformer, in the manner of DiT (arXiv 2212.09748) with the attention of MSC
 * (arXiv 2412.09828), and what stands before and behind them:
 *
 * <pre>
 * x = embed(patches)                    c = embedLevel(level) + class + action        per frame; of a shortcut model
 *                                           + embedStep(step)
 * x = x + gate1(c) * attention(modulate1(norm(x), c))                                 per layer
 * x = x + gate2(c) * feedForward(modulate2(norm(x), c))
 * y = modulate(norm(x), c)
 * </pre>
 *
 * <p>Shapes: B batch, T frames, C channels, H W pixels, N tokens of a frame, D width of a token.
 */
final class TransformerStack {
    private final int width;
    private final Patches patches;
    private final Linear embed;
    private final LevelEmbedding embedLevel;
    private final ConditionEmbedding embedConditions;
    private final StepEmbedding embedStep;
    private final List<Layer> layers = new ArrayList<>();
    private final Linear modulation;
    private final Recomputation recomputation;

    /**
     * Declares the weights of the stack.
     *
     * @param prefix prefix of their names
     * @param config configuration of these layers alone
     */
    TransformerStack(Parameters parameters, String prefix, ModelConfig config, MultiScaleAttention.Shared shared) {
        ScalarType type = shared.compute().type();
        this.recomputation = shared.compute().recomputation();
        this.width = config.width();
        this.patches = config.patches();
        this.embed = Linear.declare(parameters, prefix + "embed", patches.values(), width, type);
        this.embedLevel = new LevelEmbedding(parameters, prefix + "level", width, type);
        this.embedConditions = new ConditionEmbedding(parameters, prefix + "condition", config, type);
        this.embedStep = new StepEmbedding(parameters, prefix + "step", config, type);
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

    /**
     * Returns the condition vector of each frame, from its level, class and action, [B, T, D], behind the function that
     * all who read it apply to it first: {@code silu(c)}.
     *
     * @param step_BT how far the update of each frame goes; null for the finest
     */
    Tensor conditions(Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions) {
        try (Timeline.Span span = Timeline.span("conditions")) {
            Tensor c_BTD = embedStep.add(embedLevel.apply(level_BT), step_BT);
            return recomputation.cut(torch.silu(embedConditions.add(c_BTD, conditions)));
        }
    }

    /** Returns what level, update, class and action of each frame do in all layers. */
    Modulations modulations(Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions) {
        Tensor c_BTD = conditions(level_BT, step_BT, conditions);
        List<Modulations.OfLayer> ofLayers =
                layers.stream().map(layer -> layer.modulation(c_BTD)).toList();
        return new Modulations(ofLayers, outputModulation(c_BTD));
    }

    /** Returns what the conditions of each frame do to the output. */
    Modulation outputModulation(Tensor c_BTD) {
        return Modulation.of(modulation.apply(c_BTD), 0, width);
    }

    /** Applies all layers to tokens; the result, [B, T, N, D], is not normalised. */
    Tensor apply(Tensor tokens_BTND, Tensor c_BTD, Grid grid, AttentionContext context) {
        Tensor x_BTND = recomputation.cut(tokens_BTND);
        Tensor own_BTD = recomputation.cut(c_BTD);
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            try (Timeline.Span span = Timeline.span("layer", i)) {
                x_BTND = recomputation.apply(
                        x_BTND, own_BTD, (x, c) -> layer.apply(x, layer.modulation(c), grid, context));
            }
        }
        return x_BTND;
    }

    /** Applies all layers to tokens, with modulations that were computed before. */
    Tensor apply(Tensor tokens_BTND, Modulations modulations, Grid grid, AttentionContext context) {
        Tensor x_BTND = tokens_BTND;
        for (int layer = 0; layer < layers.size(); layer++) {
            try (Timeline.Span span = Timeline.span("layer", layer)) {
                x_BTND = layers.get(layer).apply(x_BTND, modulations.layers().get(layer), grid, context);
            }
        }
        return x_BTND;
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
            ScalarType linear = shared.compute().linear();
            this.attention = new MultiScaleAttention(parameters, name + ".attention", config, layer, shared);
            this.widen = Linear.declare(parameters, name + ".widen", width, hidden, linear);
            this.narrow = Linear.declare(parameters, name + ".narrow", hidden, width, linear);
            this.modulation = Linear.declare(
                    parameters,
                    name + ".modulation",
                    width,
                    6 * width,
                    shared.compute().type(),
                    Start.ZERO,
                    Start.ZERO);
        }

        Modulations.OfLayer modulation(Tensor c_BTD) {
            Tensor m_BT6D = modulation.apply(c_BTD);
            Tensor gates_BT1D = attention.channelGates(c_BTD).unsqueeze(2);
            return new Modulations.OfLayer(
                    Modulation.of(m_BT6D, 0, width),
                    Modulation.part(m_BT6D, 2, width).mul(gates_BT1D),
                    Modulation.of(m_BT6D, 3, width),
                    Modulation.part(m_BT6D, 5, width));
        }

        Tensor apply(Tensor x_BTND, Modulations.OfLayer m, Grid grid, AttentionContext context) {
            return Scopes.scoped(() -> {
                Timeline.Span span = Timeline.span("attention");
                Tensor seen_BTND = attention.apply(m.attention().apply(x_BTND), grid, context);
                span.close();
                Tensor y_BTND = torch.addcmul(x_BTND, seen_BTND, m.attentionGate_BT1D());
                span = Timeline.span("feed-forward");
                Tensor hidden = widen.applyThenGelu(m.feedForward().apply(y_BTND));
                Tensor fed_BTND = narrow.apply(hidden);
                span.close();
                return torch.addcmul(y_BTND, fed_BTND, m.feedForwardGate_BT1D());
            });
        }
    }
}
