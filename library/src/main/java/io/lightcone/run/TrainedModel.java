// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.codec.LatentLayout;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.CausalDenoiser;
import io.lightcone.generation.FrameShape;
import io.lightcone.generation.MemoryConfig;
import io.lightcone.generation.Noise;
import io.lightcone.generation.ReanchoredDenoiser;
import io.lightcone.generation.RollOut;
import io.lightcone.generation.Sampler;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.generation.VideoGenerator;
import io.lightcone.generation.WindowDenoiser;
import io.lightcone.model.Compute;
import io.lightcone.model.Conditions;
import io.lightcone.model.Memory;
import io.lightcone.model.VideoModel;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A model with the configuration it was trained by: what generation starts from.
 *
 * @param config of the run
 * @param model usually the moving average of its weights
 * @param codec between what the model makes and pictures
 * @param device where the model lives
 * @param framesPerSecond of the clips it was trained on
 */
public record TrainedModel(RunConfig config, VideoModel model, Codec codec, Device device, double framesPerSecond)
        implements VideoGenerator, AutoCloseable {
    /**
     * The moving average in the newest checkpoint of a run. The result owns its weights and
     * what it computes with until {@link #close}.
     *
     * @param settings such as {@code sampling.steps=10}, over those of the run
     * @throws UserException if {@code run} is no run, has no checkpoint, or its newest one is damaged, or a setting is none of
     *     sampling
     */
    public static TrainedModel open(Path run, Device device, List<String> settings) {
        requireOfSampling(settings);
        RunFolder folder = RunFolder.open(run);
        RunConfig config = folder.config(settings);
        TrainedModel[] model = new TrainedModel[1];
        Scopes.run(() -> {
            Average average = folder.latestAverage();
            Parameters weights = Parameters.loaded(average.weights(), device);
            try (ResourceStack made = new ResourceStack()) {
                Compute compute = made.add(Models.compute(config));
                VideoModel own = made.add(Models.create(config, weights, compute));
                Codec codec = made.add(config.openCodec(device));
                model[0] = new TrainedModel(
                        config, own, codec, device, average.state().framesPerSecond());
                made.keep();
            }
        });
        return model[0];
    }

    /**
     * Requires that settings can be changed once a model is trained.
     *
     * @throws UserException if one cannot
     */
    public static void requireOfSampling(List<String> settings) {
        for (String setting : settings) {
            if (!setting.startsWith("sampling.")) {
                throw new UserException("the setting '" + setting
                        + "' cannot be changed once a model is trained; settings that begin with sampling. can");
            }
        }
    }

    /** Begins a video of which nothing is said: no class and no actions. */
    @Override
    public RollOut rollOut(DenoisingPlan plan, Noise noise, @Nullable Tensor given) {
        return conditioned(Conditions.NONE).rollOut(plan, noise, given);
    }

    /**
     * This model, told what to make.
     *
     * @param conditions of all latent frames of the videos, given ones included; the last action holds on for frames beyond
     *     it
     */
    public VideoGenerator conditioned(Conditions conditions) {
        return scripted(conditions::frames);
    }

    /** The same, told latent frame by latent frame. */
    public VideoGenerator scripted(Script script) {
        return (plan, noise, given) ->
                sampler(plan).rollOut(plan, told(script, plan, noise), classless(script, plan, noise), noise, given);
    }

    /**
     * Goes on with a video that was put down by {@link RollOut#save}.
     *
     * @param saved by this model, with the same settings, plan and noise
     * @return for the caller to close
     * @throws IllegalArgumentException if it was saved by another model or with other settings
     */
    public RollOut resume(DenoisingPlan plan, Noise noise, Script script, Snapshot saved) {
        return sampler(plan).resume(plan, told(script, plan, noise), classless(script, plan, noise), noise, saved);
    }

    /**
     * Requires that it can be worked with.
     *
     * @throws IllegalStateException if it is closed
     */
    public void requireOpen() {
        if (model.parameters().tensors().isEmpty()) {
            throw new IllegalStateException("the model is closed");
        }
    }

    private Sampler sampler(DenoisingPlan plan) {
        requireOpen();
        SamplingConfig sampling = config.sampling();
        sampling.requireFits(plan, config.latentFrames());
        return new Sampler(
                config.diffusion().diffusion(),
                sampling.stepper(),
                sampling.context(),
                sampling.guidance(),
                codec.range());
    }

    /** Frames that the model sees at once. */
    private int window() {
        return config.sampling().memory().window(config.latentFrames());
    }

    private Supplier<CausalDenoiser> classless(Script script, DenoisingPlan plan, Noise noise) {
        return told((first, count) -> script.of(first, count).withoutClasses(), plan, noise);
    }

    private Supplier<CausalDenoiser> told(Script script, DenoisingPlan plan, Noise noise) {
        SamplingConfig sampling = config.sampling();
        MemoryConfig memory = sampling.memory();
        Script whileOpen = (first, count) -> {
            requireOpen();
            return script.of(first, count);
        };
        Supplier<CausalDenoiser> fresh = () -> sampling.cache()
                ? new StreamDenoiser(
                        model.stream(
                                noise.shape().height(),
                                noise.shape().width(),
                                plan.inWork(),
                                new Memory(window(), memory.sinks())),
                        whileOpen)
                : new WindowDenoiser(
                        (first, x, level) -> model.predict(x, level, whileOpen.of(first, (int) x.size(1))), window());
        return memory.reanchor() == 0
                ? fresh
                : () -> new ReanchoredDenoiser(
                        fresh,
                        memory.reanchor(),
                        memory.sinks(),
                        config.latents().frames(sampling.given()));
    }

    /** Returns this model told the classes and all actions of {@code clips}, of which its roll-outs make one video each. */
    public VideoGenerator conditionedOn(List<Clip> clips) {
        return conditioned(ClipConditions.of(clips, codec.layout()));
    }

    /** Returns the shape of a latent frame, as this model makes them. */
    public FrameShape frameShape() {
        LatentLayout latents = codec.layout();
        return new FrameShape(
                latents.channels(),
                latents.side(config.data().height()),
                latents.side(config.data().width()));
    }

    /** Returns the shape of a picture, as this model was trained on them. */
    public FrameShape pictureShape() {
        return new FrameShape(
                config.data().channels(), config.data().height(), config.data().width());
    }

    @Override
    public void close() {
        model.close();
        model.compute().close();
        codec.close();
    }
}
