// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Grid;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Timeline;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Computes a frame-causal diffusion transformer over video: all layers see the frames before, and each denoising step
 * goes through all of them. This is the model of MSC (arXiv 2412.09828) and AR-Diffusion (arXiv 2503.07418):
 * {@link TransformerStack}, then
 *
 * <pre>
 * prediction = patches(project(y))
 * </pre>
 *
 * <p>Shapes: B batch, T frames, C channels, H W pixels, N tokens of a frame, D width of a token.
 */
final class VideoTransformer extends VideoModel {
    private final TransformerStack stack;
    private final Linear project;

    private VideoTransformer(ModelConfig config, Parameters parameters, Compute compute) {
        super(config, parameters, compute);
        try (ResourceStack created = new ResourceStack()) {
            created.add(parameters);
            this.stack =
                    new TransformerStack(parameters, "", config, new MultiScaleAttention.Shared(compute, rotary()));
            this.project = Linear.declare(
                    parameters,
                    "final.project",
                    config.width(),
                    config.patches().values(),
                    compute.type(),
                    Start.ZERO,
                    Start.ZERO);
            created.keep();
        }
    }

    /**
     * Creates a model around {@code parameters}, which it then owns. Fresh parameters are all zero until
     * {@link #initialise}.
     *
     * @param compute how to compute; the caller keeps it and closes it after the model
     */
    public static VideoTransformer of(ModelConfig config, Parameters parameters, Compute compute) {
        return new VideoTransformer(config, parameters, compute);
    }

    @Override
    public Tensor predict(Tensor x_BTCHW, Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions) {
        return predict(x_BTCHW, level_BT, step_BT, conditions, ContextWindow.UNLIMITED);
    }

    private Tensor predict(
            Tensor x_BTCHW, Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions, ContextWindow window) {
        return Scopes.scoped(() -> {
            Grid grid = grid(x_BTCHW);
            Tensor c_BTD = stack.conditions(level_BT, step_BT, conditions);
            AttentionContext own = new AttentionContext.OwnClip(compute(), window);
            return frames(
                    stack.apply(stack.tokens(x_BTCHW, grid), c_BTD, grid, own), stack.outputModulation(c_BTD), grid);
        });
    }

    /**
     * {@inheritDoc} This model sees the past in the noisy frames themselves, so it does not read the context's frames,
     * but looks back as far as they are seen.
     */
    @Override
    public ClipPredictor given(ContextFrames context, Conditions conditions) {
        return (x_BTCHW, level_BT, step_BT) ->
                predict(x_BTCHW, level_BT, step_BT, conditions.repeated(context.draws(x_BTCHW)), context.window());
    }

    @Override
    public FrameStream stream(int height, int width, int block, ContextWindow window) {
        return new TransformerStream(this, config().patches().grid(1, height, width), block, window, rotary());
    }

    /** Returns what level, update and conditions of each frame do in all layers. */
    Modulations modulations(Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions) {
        return stack.modulations(level_BT, step_BT, conditions);
    }

    /** Predicts every frame, with keys of earlier frames where {@code context} has any. */
    Tensor predict(Tensor x_BTCHW, Modulations modulations, AttentionContext context) {
        return Scopes.scoped(() -> {
            Grid grid = grid(x_BTCHW);
            Tensor x_BTND = stack.apply(stack.tokens(x_BTCHW, grid), modulations, grid, context);
            return frames(x_BTND, modulations.output(), grid);
        });
    }

    private Tensor frames(Tensor x_BTND, Modulation output, Grid grid) {
        try (Timeline.Span span = Timeline.span("final output")) {
            return config().patches().join(project.apply(output.apply(x_BTND)), grid);
        }
    }
}
