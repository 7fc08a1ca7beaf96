// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.codec.PixelCodec;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.Diffusion;
import io.lightcone.evaluation.Continuation;
import io.lightcone.generation.CausalDenoiser;
import io.lightcone.generation.FrameShape;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.generation.Sampler;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.generation.VideoGenerator;
import io.lightcone.generation.WindowDenoiser;
import io.lightcone.model.Conditions;
import io.lightcone.model.VideoTransformer;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Scopes;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A model with the configuration it was trained by: what generation starts from.
 *
 * @param config of the run
 * @param model usually the moving average of its weights
 * @param device where the model lives
 * @param framesPerSecond of the clips it was trained on
 */
public record TrainedModel(RunConfig config, VideoTransformer model, Device device, double framesPerSecond)
        implements VideoGenerator, AutoCloseable {
    /**
     * The moving average in the newest checkpoint of a run. The result owns its weights and
     * what it computes with until {@link #close}.
     *
     * @param settings such as {@code sampling.steps=10}, over those of the run
     * @throws UserException if {@code run} is no run, has no checkpoint, or its newest one is damaged
     */
    public static TrainedModel open(Path run, Device device, List<String> settings) {
        RunFolder folder = RunFolder.open(run);
        RunConfig config = folder.config(settings);
        TrainedModel[] model = new TrainedModel[1];
        Scopes.run(() -> {
            Average average = folder.latestAverage();
            Parameters weights = Parameters.loaded(average.weights(), device);
            model[0] = new TrainedModel(
                    config,
                    Models.create(config, weights, Models.compute(config)),
                    device,
                    average.state().framesPerSecond());
        });
        return model[0];
    }

    /** Begins a video of which nothing is said: no class and no actions. */
    @Override
    public RollOut rollOut(DenoisingPlan plan, Noise noise, @Nullable Tensor given) {
        return rollOut(plan, noise, given, Conditions.NONE);
    }

    /**
     * This model, told what to make.
     *
     * @param conditions of all frames of the videos, given ones included; the last action holds on for frames beyond it
     */
    public VideoGenerator conditioned(Conditions conditions) {
        return (plan, noise, given) -> rollOut(plan, noise, given, conditions);
    }

    /**
     * Begins a video, as the configuration says; over the frames of a training clip, which are all that the model has learned
     * to see at once.
     */
    private RollOut rollOut(DenoisingPlan plan, Noise noise, @Nullable Tensor given, Conditions conditions) {
        int window = config.training().frames();
        plan.requireFits(window);
        SamplingConfig sampling = config.sampling();
        Diffusion diffusion = config.diffusion().diffusion();
        Function<Conditions, CausalDenoiser> told = known -> sampling.cache()
                ? new StreamDenoiser(
                        model.stream(noise.shape().height(), noise.shape().width(), plan.inWork(), window), known)
                : new WindowDenoiser(
                        (first, x, level) -> model.predict(x, level, known.frames(first, (int) x.size(1))), window);
        return new Sampler(diffusion, sampling.stepper(), sampling.context(), sampling.guidance(), PixelCodec.RANGE)
                .rollOut(
                        plan,
                        () -> told.apply(conditions),
                        () -> told.apply(conditions.withoutClasses()),
                        noise,
                        given);
    }

    /** Continues clips from their first {@code given} frames, knowing their classes and all their actions. */
    public Continuation continuation(int given) {
        return new Continuation(clips -> conditioned(ClipConditions.of(clips)), config.sampling(), given, device);
    }

    /** Of a frame of this model. */
    public FrameShape frameShape() {
        return new FrameShape(
                config.data().channels(), config.data().height(), config.data().width());
    }

    @Override
    public void close() {
        model.close();
        model.compute().close();
    }
}
