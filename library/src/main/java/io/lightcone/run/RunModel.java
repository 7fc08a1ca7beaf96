// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

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
import io.lightcone.model.Conditions;
import io.lightcone.model.VideoModel;
import io.lightcone.tensor.Snapshot;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A model with the configuration of its run, from which generation starts. It owns nothing, so it is not closed:
 * whoever created the weights frees them. {@link TrainedModel} is one that is read from a run and owns what it reads.
 */
public sealed class RunModel implements VideoGenerator permits TrainedModel {
    private final RunConfig config;
    private final VideoModel model;
    private final Codec codec;
    private final Device device;
    private final double framesPerSecond;

    /**
     * Creates a run model that borrows a model.
     *
     * @param config configuration of the run
     * @param model the model, usually of the moving average of its weights; it outlives this object
     * @param codec the codec between what the model generates and pictures; it outlives this object too
     * @param device device of the model
     * @param framesPerSecond rate of the clips that it was trained on
     */
    public RunModel(RunConfig config, VideoModel model, Codec codec, Device device, double framesPerSecond) {
        this.config = config;
        this.model = model;
        this.codec = codec;
        this.device = device;
        this.framesPerSecond = framesPerSecond;
    }

    /** Returns the configuration of the run, with the settings that were changed for generation. */
    public final RunConfig config() {
        return config;
    }

    /** Returns the model: its weights and how they compute. */
    public final VideoModel model() {
        return model;
    }

    /** Returns the codec between what the model generates and pictures. */
    public final Codec codec() {
        return codec;
    }

    /** Returns the device on which the model lives. */
    public final Device device() {
        return device;
    }

    /** Returns the rate of the clips that the model was trained on. */
    public final double framesPerSecond() {
        return framesPerSecond;
    }

    /** Begins a video without conditions: no class and no actions. */
    @Override
    public final RollOut rollOut(DenoisingPlan plan, Noise noise, @Nullable Tensor given) {
        return conditioned(Conditions.NONE).rollOut(plan, noise, given);
    }

    /**
     * Returns this model with conditions for all it generates.
     *
     * @param conditions of all latent frames of the videos, given ones included; the last action holds on for frames
     *     beyond it
     */
    public final VideoGenerator conditioned(Conditions conditions) {
        return conditionedBy(conditions::frames);
    }

    /** Returns this model with conditions that become known latent frame by latent frame. */
    public final VideoGenerator conditionedBy(ConditionSource source) {
        return (plan, noise, given) -> sampler(plan)
                .rollOut(plan, denoisers(source, plan, noise), classless(source, plan, noise), noise, given);
    }

    /**
     * Resumes a video that was saved by {@link RollOut#save}.
     *
     * @param saved state that this model has saved, with the same settings, plan and noise
     * @return the roll-out, for the caller to close
     * @throws IllegalArgumentException if it was saved by another model or with other settings
     */
    public final RollOut resume(DenoisingPlan plan, Noise noise, ConditionSource source, Snapshot saved) {
        return sampler(plan).resume(plan, denoisers(source, plan, noise), classless(source, plan, noise), noise, saved);
    }

    /**
     * Requires that this model is open.
     *
     * @throws IllegalStateException if it is closed
     */
    public final void requireOpen() {
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

    private Supplier<CausalDenoiser> classless(ConditionSource source, DenoisingPlan plan, Noise noise) {
        return denoisers((first, count) -> source.of(first, count).withoutClasses(), plan, noise);
    }

    private Supplier<CausalDenoiser> denoisers(ConditionSource source, DenoisingPlan plan, Noise noise) {
        SamplingConfig sampling = config.sampling();
        MemoryConfig memory = sampling.memory();
        ConditionSource whileOpen = (first, count) -> {
            requireOpen();
            return source.of(first, count);
        };
        Supplier<CausalDenoiser> fresh = () -> sampling.cache()
                ? new StreamDenoiser(
                        model.stream(noise.shape().height(), noise.shape().width(), plan.inWork(), config.window()),
                        whileOpen,
                        Models.frameThreads(
                                config,
                                device,
                                noise.shape().height(),
                                noise.shape().width()))
                : new WindowDenoiser(
                        (first, x, level, step) -> model.predict(x, level, step, whileOpen.of(first, (int) x.size(1))),
                        config.window().frames());
        return memory.reanchor() == 0
                ? fresh
                : () -> new ReanchoredDenoiser(
                        fresh,
                        memory.reanchor(),
                        memory.sinks(),
                        config.latents().frames(sampling.given()));
    }

    /**
     * Returns this model with the classes and all actions of {@code clips} as conditions, for roll-outs of one video
     * for each clip.
     */
    public final VideoGenerator conditionedOn(List<Clip> clips) {
        return conditioned(ClipConditions.of(clips, codec.layout()));
    }

    /** Returns the shape of a latent frame that this model generates. */
    public final FrameShape frameShape() {
        LatentLayout latents = codec.layout();
        return new FrameShape(
                latents.channels(),
                latents.side(config.data().height()),
                latents.side(config.data().width()));
    }

    /** Returns the shape of the pictures that this model was trained on. */
    public final FrameShape pictureShape() {
        return new FrameShape(
                config.data().channels(), config.data().height(), config.data().width());
    }
}
