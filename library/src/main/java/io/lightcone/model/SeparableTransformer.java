// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Grid;
import io.lightcone.model.ModelConfig.Combine;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Timeline;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Computes separable causal diffusion (SCD, arXiv 2602.10095): an encoder sees the past and is run once per frame; a
 * decoder sees the encoder's tokens of the frame before and the noisy tokens of its own, and is run at every denoising
 * step.
 *
 * <pre>
 * c[i - 1]      = encoder(x[0 .. i - 1], class, actions[1 .. i])       c[-1] = start, which is learned
 * prediction[i] = decoder(c[i - 1], noisy x[i], level[i], class, action[i]), of a shortcut model with step[i] too
 * </pre>
 *
 * The encoder is conditioned on the action that leads to the next frame, in training as in generation, so that its
 * tokens are about that frame. Its layers are those of any other model, dense or MSC's; so are the decoder's, over one
 * frame, or over two where the encoder's tokens are tokens of their own ({@link Combine#TOKENS}).
 *
 * <p>These two frames are causal as well: the encoder's tokens do not see the noisy ones, and go through the decoder at
 * level 0. So the decoder's keys and values of them are the same at every step and are computed once per frame, and a
 * step costs the tokens of one frame; in the published code both halves see each other, and a step costs the tokens of
 * two.
 *
 * <p>A past frame at level 1 is noise alone, without information: the frame after it begins from the start, as a first
 * frame does.
 *
 * <p>Shapes: B batch, T frames, C channels, H W pixels, N tokens of a frame, D width of a token.
 */
public final class SeparableTransformer extends VideoModel {
    /** The name of the group of the weights that see the past; see {@link Parameters#group}. */
    public static final String ENCODER = "encoder";

    /** The name of the group of the weights that denoise; see {@link Parameters#group}. */
    public static final String DECODER = "decoder";

    private final TransformerStack encoder;
    private final Tensor start_D;
    private final @Nullable Linear combine;
    private final TransformerStack decoder;
    private final Linear project;

    private SeparableTransformer(ModelConfig config, Parameters parameters, Compute compute) {
        super(config, parameters, compute);
        int width = config.width();
        ScalarType type = compute.type();
        var shared = new MultiScaleAttention.Shared(compute, rotary());
        try (ResourceStack created = new ResourceStack()) {
            created.add(parameters);
            this.encoder = parameters.inGroup(
                    ENCODER, () -> new TransformerStack(parameters, "encoder.", config.encoderLayers(), shared));
            this.start_D =
                    parameters.inGroup(ENCODER, () -> parameters.declare("start", Initialisation.LIKE_TOKENS, width));
            this.combine = parameters.inGroup(DECODER, () -> combine(parameters, config, type));
            this.decoder = parameters.inGroup(
                    DECODER, () -> new TransformerStack(parameters, "decoder.", config.decoderLayers(), shared));
            this.project = parameters.inGroup(DECODER, () -> project(parameters, config, type));
            created.keep();
        }
    }

    /** Creates a separable model around {@code parameters}; see {@link VideoModel#of}. */
    public static SeparableTransformer of(ModelConfig config, Parameters parameters, Compute compute) {
        return new SeparableTransformer(config, parameters, compute);
    }

    private static @Nullable Linear combine(Parameters parameters, ModelConfig config, ScalarType type) {
        int width = config.width();
        return config.combine() == Combine.CHANNELS
                ? Linear.declare(parameters, "combine", 2 * width, width, type, Initialisation.SUM, Start.ZERO)
                : null;
    }

    private static Linear project(Parameters parameters, ModelConfig config, ScalarType type) {
        int values = config.patches().values();
        return Linear.declare(
                parameters, "decoder.final.project", config.width(), values, type, Start.ZERO, Start.ZERO);
    }

    /** {@inheritDoc} The frames here are each other's past as well, and only finished frames make a good past. */
    @Override
    public Tensor predict(Tensor x_BTCHW, Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions) {
        return Scopes.scoped(
                () -> given(ContextFrames.plain(x_BTCHW, level_BT), conditions).predict(x_BTCHW, level_BT, step_BT));
    }

    /** {@inheritDoc} Here that is the encoder's pass. */
    @Override
    public ClipPredictor given(ContextFrames context, Conditions conditions) {
        return given(past(context, conditions), conditions);
    }

    /**
     * Runs the encoder, for this decoder or for others of the same encoder.
     *
     * @param conditions conditions of the context's clips
     * @return what each frame is shown of those before it, [B, T, N, D] in the caller's scope
     */
    public Tensor past(ContextFrames context, Conditions conditions) {
        return Scopes.scoped(() -> {
            try (Timeline.Span span = Timeline.span("encoder")) {
                return past(context, conditions, grid(context.x_BTCHW()));
            }
        });
    }

    /**
     * Returns what predicts frames of clips from what an encoder has made of their past; the predictions must not
     * outlive that.
     *
     * @param past_BTND what {@link #past} of a model with the same encoder returns
     * @param conditions conditions of these clips
     */
    public ClipPredictor given(Tensor past_BTND, Conditions conditions) {
        return new FromPast(past_BTND, conditions, null);
    }

    /** Runs the decoder for frames of clips, of which it can leave out any, since each is denoised by itself. */
    private final class FromPast implements ClipPredictor {
        private final Tensor past_BTND;
        private final Conditions conditions;
        private final @Nullable Tensor wanted_R;

        /** Creates it; without {@code wanted_R} all frames are wanted. */
        FromPast(Tensor past_BTND, Conditions conditions, @Nullable Tensor wanted_R) {
            this.past_BTND = past_BTND;
            this.conditions = conditions;
            this.wanted_R = wanted_R;
        }

        @Override
        public Tensor predict(Tensor x_BTCHW, Tensor level_BT, @Nullable Tensor step_BT) {
            return Scopes.scoped(() -> {
                int draws = ContextFrames.draws(past_BTND, x_BTCHW);
                try (Timeline.Span span = Timeline.span("decoder")) {
                    Tensor pasts_BTND = draws == 1 ? past_BTND : past_BTND.repeat(draws, 1, 1, 1);
                    return decode(pasts_BTND, x_BTCHW, level_BT, step_BT, conditions.repeated(draws), wanted_R);
                }
            });
        }

        @Override
        public ClipPredictor only(Tensor wanted) {
            return new FromPast(past_BTND, conditions, wanted);
        }
    }

    private Tensor past(ContextFrames context, Conditions conditions, Grid grid) {
        Tensor start_B1ND = start((int) context.x_BTCHW().size(0), grid);
        int before = grid.frames() - 1;
        if (before == 0) {
            return start_B1ND;
        }
        ContextFrames frames = context.first(before);
        Tensor encoded_BTND = encode(frames, conditions.frames(1, before));
        return Tensors.cat(1, start_B1ND, encoded_BTND);
    }

    /** Returns what a frame without a past is shown, [B, 1, N, D]. */
    Tensor start(int batch, Grid grid) {
        return start_D.view(1, 1, 1, config().width()).expand(batch, 1, grid.tokensPerFrame(), config().width());
    }

    /**
     * Returns what the level of each finished frame, and class and action of the frame after it, do in the encoder.
     */
    Modulations encoderModulations(Tensor level_BT, Conditions next) {
        return encoder.modulations(level_BT, null, next);
    }

    /** Returns what level, update and conditions of each frame do in the decoder. */
    Modulations decoderModulations(Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions) {
        return decoder.modulations(level_BT, step_BT, conditions);
    }

    private Tensor encode(ContextFrames frames, Conditions next) {
        Grid grid = grid(frames.x_BTCHW());
        AttentionContext own =
                new AttentionContext.OwnClip(compute(), frames.window().ofEncoder());
        Tensor c_BTD = encoder.conditions(frames.level_BT(), null, next);
        Tensor x_BTND = encoder.apply(encoder.tokens(frames.x_BTCHW(), grid), c_BTD, grid, own);
        return encoded(frames, x_BTND, encoder.outputModulation(c_BTD), grid);
    }

    /**
     * Runs the encoder.
     *
     * @param frames finished frames
     * @param modulations of these frames
     * @param context where the encoder finds the keys of frames before these
     * @return [B, T, N, D]
     */
    Tensor encode(ContextFrames frames, Modulations modulations, AttentionContext context) {
        Grid grid = grid(frames.x_BTCHW());
        Tensor x_BTND = encoder.apply(encoder.tokens(frames.x_BTCHW(), grid), modulations, grid, context);
        return encoded(frames, x_BTND, modulations.output(), grid);
    }

    private Tensor encoded(ContextFrames frames, Tensor x_BTND, Modulation output, Grid grid) {
        Tensor y_BTND = output.applyToNormed(frames.perturb(Modulation.norm(x_BTND)));
        Tensor saysNothing = frames.level_BT().eq(new Scalar(1.0)).unsqueeze(-1).unsqueeze(-1); // B T 1 1
        return torch.where(saysNothing, start((int) x_BTND.size(0), grid), y_BTND);
    }

    /**
     * Runs the decoder on each of F = B*T frames by itself, or on those R of them that are wanted: the encoder's tokens
     * of its past, its own tokens, its level, its update and its conditions.
     */
    private Tensor decode(
            Tensor past_BTND,
            Tensor x_BTCHW,
            Tensor level_BT,
            @Nullable Tensor step_BT,
            Conditions conditions,
            @Nullable Tensor wanted_R) {
        Grid grid = grid(x_BTCHW);
        Grid one = new Grid(config().decoderFrames(), grid.height(), grid.width());
        AttentionContext none = new AttentionContext.OwnClip(compute());
        Tensor c_BTD = decoder.conditions(level_BT, step_BT, conditions);
        Tensor x_BTND = decoder.tokens(x_BTCHW, grid);
        Tensor y_RND;
        if (config().combine() == Combine.TOKENS) {
            Tensor clean_BTD = decoder.conditions(torch.zeros_like(level_BT), null, conditions);
            Tensor in_R2ND = Tensors.cat(
                    1,
                    wanted(past_BTND, wanted_R).unsqueeze(1),
                    wanted(x_BTND, wanted_R).unsqueeze(1));
            Tensor c_R2D = Tensors.cat(
                    1,
                    wanted(clean_BTD, wanted_R).unsqueeze(1),
                    wanted(c_BTD, wanted_R).unsqueeze(1));
            y_RND = decoder.apply(in_R2ND, c_R2D, one, none).select(1, 1); // the noisy half
        } else {
            Tensor in_R1ND = wanted(combined(past_BTND, x_BTND), wanted_R).unsqueeze(1);
            Tensor c_R1D = wanted(c_BTD, wanted_R).unsqueeze(1);
            y_RND = decoder.apply(in_R1ND, c_R1D, one, none).squeeze(1);
        }
        Tensor y_FND = wanted_R == null
                ? y_RND
                : torch.zeros_like(x_BTND).flatten(0, 1).index_copy(0, wanted_R, y_RND);
        return prediction(y_FND.view(x_BTND.shape()), decoder.outputModulation(c_BTD), grid);
    }

    /** Returns those of the frames [B, T, ...] that are wanted, [R, ...], or all as [B * T, ...] if none are named. */
    private static Tensor wanted(Tensor ofFrames_BT, @Nullable Tensor wanted_R) {
        Tensor ofFrames_F = ofFrames_BT.flatten(0, 1);
        return wanted_R == null ? ofFrames_F : ofFrames_F.index_select(0, wanted_R);
    }

    /** Returns past and frame as one token at each place, where the past has no tokens of its own. */
    Tensor combined(Tensor past_BTND, Tensor x_BTND) {
        return combine == null ? past_BTND.add(x_BTND) : combine.apply(Tensors.cat(-1, past_BTND, x_BTND));
    }

    private Tensor prediction(Tensor x_BTND, Modulation output, Grid grid) {
        try (Timeline.Span span = Timeline.span("final output")) {
            return config().patches().join(project.apply(output.apply(x_BTND)), grid);
        }
    }

    /**
     * Fills the decoder's cache with the past of the next frame, once for all steps of that frame.
     *
     * @param past_B1ND what that frame is shown of those before it
     * @param clean returns the modulations of that frame at level 0, if they are needed
     * @param cache the decoder's cache, empty
     */
    void prefillDecoder(Tensor past_B1ND, Supplier<Modulations> clean, Grid frame, LayerCaches cache) {
        if (config().combine() == Combine.TOKENS) {
            decoder.apply(past_B1ND, clean.get(), frame, cache);
            cache.commit();
        }
    }

    /**
     * Predicts one frame in one denoising step, [B, 1, C, H, W].
     *
     * @param past_B1ND the past that {@code cache} was filled with
     * @param modulations of this frame
     */
    Tensor decodeNext(Tensor past_B1ND, Tensor x_B1CHW, Modulations modulations, Grid frame, LayerCaches cache) {
        Tensor x_B1ND = decoder.tokens(x_B1CHW, frame);
        Tensor in_B1ND = config().combine() == Combine.TOKENS ? x_B1ND : combined(past_B1ND, x_B1ND);
        return prediction(decoder.apply(in_B1ND, modulations, frame, cache), modulations.output(), frame);
    }

    /**
     * {@inheritDoc} Only one frame can be in work. It is one of the window's, so the encoder sees one less.
     *
     * @throws IllegalArgumentException if the window leaves the encoder nothing to see
     */
    @Override
    public FrameStream stream(int height, int width, int block, ContextWindow window) {
        return new SeparableStream(this, config().patches().grid(1, height, width), window.ofEncoder(), rotary());
    }
}
