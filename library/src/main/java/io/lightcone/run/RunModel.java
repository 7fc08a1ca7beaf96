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
import io.lightcone.model.ContextWindow;
import io.lightcone.model.VideoModel;
import io.lightcone.tensor.Snapshot;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A model with the configuration of its run: what generation starts from. It owns nothing, so that there is no closing it:
 * whoever made the weights frees them. {@link TrainedModel} is one that is read from a run and owns what it reads.
 */
public sealed class RunModel implements VideoGenerator permits TrainedModel {
    private final RunConfig config;
    private final VideoModel model;
    private final Codec codec;
    private final Device device;
    private final double framesPerSecond;

    /**
     * Borrows a model.
     *
     * @param config of the run
     * @param model usually the moving average of its weights; it outlives this object
     * @param codec between what the model generates and pictures; it outlives this object too
     * @param device where the model lives
     * @param framesPerSecond of the clips it was trained on
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

    /** Returns the weights and how they compute. */
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

    /** Begins a video of which nothing is said: no class and no actions. */
    @Override
    public final RollOut rollOut(DenoisingPlan plan, Noise noise, @Nullable Tensor given) {
        return conditioned(Conditions.NONE).rollOut(plan, noise, given);
    }

    /**
     * This model, told what to make.
     *
     * @param conditions of all latent frames of the videos, given ones included; the last action holds on for frames beyond
     *     it
     */
    public final VideoGenerator conditioned(Conditions conditions) {
        return scripted(conditions::frames);
    }

    /** Returns this model, conditioned latent frame by latent frame. */
    public final VideoGenerator scripted(Script script) {
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
    public final RollOut resume(DenoisingPlan plan, Noise noise, Script script, Snapshot saved) {
        return sampler(plan).resume(plan, told(script, plan, noise), classless(script, plan, noise), noise, saved);
    }

    /**
     * Requires that it can be worked with.
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
                                new ContextWindow(window(), memory.sinks())),
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
