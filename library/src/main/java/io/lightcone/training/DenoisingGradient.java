// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.codec.Codec;
import io.lightcone.diffusion.Diffusion.Estimate;
import io.lightcone.diffusion.LevelSampler;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.LevelsConfig;
import io.lightcone.diffusion.Shortcut;
import io.lightcone.diffusion.Updates;
import io.lightcone.model.ClipPredictor;
import io.lightcone.model.Compute;
import io.lightcone.model.VideoModel;
import io.lightcone.run.GivenConfig;
import io.lightcone.run.RunConfig;
import io.lightcone.run.ShortcutConfig;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Timeline;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Computes the gradient of learning to denoise: the error of what the model says of noisy frames, against the truth; of
 * a shortcut model's long updates, against what the moving average of its weights makes of their halves.
 */
final class DenoisingGradient extends BatchGradient {
    private final LevelSampler levels;

    /** Creates it around weights and their moving average; see {@link BatchGradient#BatchGradient}. */
    DenoisingGradient(
            RunConfig config, Device device, Codec codec, Compute compute, Parameters weights, Parameters averages) {
        super(config, device, codec, compute, weights, averages);
        this.levels = config.training().levels().sampler();
    }

    @Override
    DenoisingGradient another(Compute compute) {
        return new DenoisingGradient(
                config,
                device,
                codec,
                compute,
                Parameters.sharing(model().parameters()),
                Parameters.sharing(average().parameters()));
    }

    @Override
    Updates updates(BatchPart part, double done) {
        int frames = codec.layout().frames(part.clips().get(0).frames());
        int[] numbers = part.drawNumbers();
        Levels drawn = given(part, levels.sample(frames, streams.batch("training levels", part.step(), numbers)));
        ShortcutConfig shortcut = config.training().shortcut();
        if (config.model().shortcut() == 0 || done < shortcut.after()) {
            return Updates.none(drawn);
        }
        long before = part.step() * part.all() * part.allDraws();
        boolean[] taught = new boolean[numbers.length];
        for (int i = 0; i < taught.length; i++) {
            taught[i] = shortcut.taught(before + numbers[i]);
        }
        boolean perFrame = config.training().levels() instanceof LevelsConfig.Independent;
        return new Shortcut(diffusion, config.model().shortcut())
                .draw(drawn, taught, perFrame, streams.batch("updates", part.step(), numbers));
    }

    /** Returns levels with those of given frames, which have no noise, 0. */
    private Levels given(BatchPart part, Levels drawn) {
        GivenConfig given = config.training().given();
        if (given.frames() == 0) {
            return drawn;
        }
        int[] numbers = part.drawNumbers();
        double[] uniform = Tensors.doubles(
                streams.batch("given frames", part.step(), numbers).uniform(1));
        boolean[] clips = new boolean[numbers.length];
        for (int i = 0; i < clips.length; i++) {
            clips[i] = uniform[i] < given.share();
        }
        return drawn.withFirstClean(codec.layout().frames(given.frames()), clips);
    }

    /** {@inheritDoc} That is the moving average. */
    @Override
    VideoModel imagining() {
        return average();
    }

    @Override
    Tensor loss(BatchPart part, Updates drawn, long learned, double done) {
        return Scopes.scoped(() -> {
            Noised clips = noised(part, drawn.levels(), done);
            Estimate wanted = new Estimate(clips.x0(), clips.noise());
            @Nullable Tensor step_BT = null;
            if (drawn.moving().length > 0) {
                try (Timeline.Span span = Timeline.span("halves of updates")) {
                    wanted = halves(clips, drawn);
                    step_BT = drawn.steps().tensor(device, ScalarType.Float);
                }
            }
            Timeline.Span span = Timeline.span("forwards");
            Tensor prediction_BTCHW = only(drawn.levels(), model().given(clips.context(), clips.conditions()))
                    .predict(clips.noisy(), clips.at().level_BT(), step_BT);
            span = span.then("loss");
            Tensor error_BT = diffusion.error(prediction_BTCHW, wanted.x0(), wanted.epsilon(), clips.at());
            Tensor sum = sum(error_BT, diffusion.weights(clips.at()), learned, part);
            span.close();
            return sum;
        });
    }

    /**
     * Returns what is to be learned where some of the clips make long updates: what the moving average of the weights
     * makes of the two halves of these, and elsewhere the true frames and noise. The encoder of a separable model sees
     * the past as it is, without perturbation.
     */
    private Estimate halves(Noised all, Updates drawn) {
        int[] moving = drawn.moving();
        int clips = (int) all.context().x_BTCHW().size(0);
        int[] ofClips = IntStream.of(moving).map(draw -> draw % clips).toArray();
        Tensor rows = index(moving);
        Tensor x0_BTCHW = all.x0().clone();
        Tensor noise_BTCHW = all.noise().clone();
        Scopes.runWithoutGrad(() -> {
            Estimate taught = new Shortcut(diffusion, config.model().shortcut())
                    .target(
                            all.noisy().index_select(0, rows),
                            x0_BTCHW.index_select(0, rows),
                            noise_BTCHW.index_select(0, rows),
                            drawn.clips(moving),
                            only(
                                    drawn.clips(moving).steps(),
                                    average()
                                            .given(
                                                    all.context().clips(index(ofClips)),
                                                    all.conditions().clips(ofClips)))::predict);
            x0_BTCHW.index_copy_(0, rows, taught.x0());
            noise_BTCHW.index_copy_(0, rows, taught.epsilon());
        });
        return new Estimate(x0_BTCHW, noise_BTCHW);
    }

    /** Returns a predictor that need not compute the frames whose number is 0: given ones, or those without update. */
    private ClipPredictor only(Levels numbers, ClipPredictor predictor) {
        int[] wanted = numbers.aboveZero();
        boolean isAll = wanted.length == numbers.clips() * numbers.frames();
        return isAll || wanted.length == 0 ? predictor : predictor.only(index(wanted));
    }

    private Tensor index(int[] numbers) {
        long[] rows = IntStream.of(numbers).asLongStream().toArray();
        return Tensors.of(rows, rows.length).to(device, ScalarType.Long);
    }
}
