// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.UserException;
import io.lightcone.attention.Grid;
import io.lightcone.tensor.MachineMemory;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.Scopes;
import java.util.Locale;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Predicts frames of video as a causal diffusion model. Each frame has its own noise level, and its own action if the
 * model knows any; the prediction for a frame depends on that frame and earlier ones, on their levels and actions, and
 * on the class of the clip, never on later frames. It knows nothing of noise schedules: what the prediction means is a
 * matter between training and generation.
 *
 * <p>Shapes: B batch, T frames, C channels, H W pixels.
 */
public abstract class VideoModel implements AutoCloseable {
    private final ModelConfig config;
    private final Parameters parameters;
    private final Compute compute;
    private final Rotary rotary;

    VideoModel(ModelConfig config, Parameters parameters, Compute compute) {
        this.config = config;
        this.parameters = parameters;
        this.compute = compute;
        this.rotary = new Rotary(config.headWidth());
    }

    /**
     * Creates the model that {@code config} describes around {@code parameters}, which it then owns; if it cannot be
     * created, they are closed. Fresh parameters are all zero until {@link #initialise}.
     *
     * @param compute how to compute; the caller keeps it and closes it after the model
     * @throws UserException if loaded parameters are of another model, or fresh ones cannot fit into this machine's
     *     memory
     */
    public static VideoModel of(ModelConfig config, Parameters parameters, Compute compute) {
        if (parameters.areFresh()) { // and nothing is declared yet
            requireRoom(config, parameters.device());
        }
        return config.separable()
                ? SeparableTransformer.of(config, parameters, compute)
                : VideoTransformer.of(config, parameters, compute);
    }

    private static void requireRoom(ModelConfig config, Device device) {
        long count = ModelCost.parameters(config);
        MachineMemory.require(
                device,
                (double) ModelCost.FLOAT32 * count,
                String.format(
                        Locale.ROOT,
                        "the %,d weights of a model of model.width %d, model.depth %d and model.feedForward %d",
                        count,
                        config.width(),
                        config.depth(),
                        config.feedForward()),
                "a smaller one");
    }

    /** Draws fresh weights; see {@link Initialisation}. */
    public final void initialise(RandomStream random) {
        parameters.initialise(random);
    }

    /** Predicts every frame without conditions; see {@link #predict(Tensor, Tensor, Conditions)}. */
    public final Tensor predict(Tensor x_BTCHW, Tensor level_BT) {
        return predict(x_BTCHW, level_BT, Conditions.NONE);
    }

    /**
     * Predicts every frame from itself and the frames before it, as noisy as they are given here.
     *
     * @param x_BTCHW noisy frames; H and W multiples of the patch
     * @param level_BT the noise level of each frame, in [0, 1]
     * @param conditions conditions: the class of each clip and the action of each of its frames
     * @return [B, T, C, H, W] in the caller's scope
     * @throws UserException if the patch does not divide the frames
     * @throws IllegalArgumentException if the conditions are of other clips or frames, or unknown to the model
     */
    public final Tensor predict(Tensor x_BTCHW, Tensor level_BT, Conditions conditions) {
        return predict(x_BTCHW, level_BT, null, conditions);
    }

    /**
     * Predicts every frame for an update of it that goes so far, as {@link #predict(Tensor, Tensor, Conditions)} does
     * for the finest one. A model without {@link ModelConfig#shortcut} predicts the same for all.
     *
     * @param step_BT by how many levels the update of each frame shall lower it: a power of two, or 0 for the finest;
     *     null for 0 everywhere
     */
    public abstract Tensor predict(Tensor x_BTCHW, Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions);

    /**
     * Predicts every frame for training: a model that sees finished frames apart from those in work sees the past in
     * {@code context}.
     *
     * @param x_BTCHW noisy frames of the context's clips; there may be several draws of each, one batch of all clips
     *     after the other
     * @param conditions conditions of the context's clips
     * @return [B, T, C, H, W] in the caller's scope
     * @throws IllegalArgumentException if there are more draws of some clips than of others, or as above
     */
    public final Tensor predict(ContextFrames context, Tensor x_BTCHW, Tensor level_BT, Conditions conditions) {
        return Scopes.scoped(() -> given(context, conditions).predict(x_BTCHW, level_BT, null));
    }

    /**
     * Returns what predicts frames of the context's clips, however often: what a model computes of the context alone is
     * computed here, once, in the caller's scope, which the predictions must not outlive.
     *
     * @param conditions conditions of the context's clips
     */
    public abstract ClipPredictor given(ContextFrames context, Conditions conditions);

    /**
     * Creates a stream that predicts a video frame by frame; the caller closes it, before the model. Its memory is
     * bounded if the window is, or if every branch has a limit of its own.
     *
     * @param height height of a frame, in pixels
     * @param block the greatest number of frames that are in work at once
     * @param window how far frames look back
     * @throws UserException if the patch does not divide the frames
     */
    public abstract FrameStream stream(int height, int width, int block, ContextWindow window);

    /** Returns the shape of the model. */
    public final ModelConfig config() {
        return config;
    }

    /** Returns the types and plans that the model computes with. */
    public final Compute compute() {
        return compute;
    }

    /** Returns the weights of the model. */
    public final Parameters parameters() {
        return parameters;
    }

    /** Returns the grid of tokens of frames. */
    final Grid grid(Tensor x_BTCHW) {
        return config.patches().grid((int) x_BTCHW.size(1), (int) x_BTCHW.size(3), (int) x_BTCHW.size(4));
    }

    /** Returns the updates that a model is asked for, if it is told of them; null if it is not. */
    final @Nullable Tensor told(@Nullable Tensor step_BT) {
        return config.shortcut() == 0 ? null : step_BT;
    }

    /** Returns the rotary positions that all layers share. */
    final Rotary rotary() {
        return rotary;
    }

    @Override
    public final void close() {
        parameters.close();
        rotary.close();
    }
}
