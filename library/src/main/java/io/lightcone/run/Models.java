// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.NativeMemory;
import io.lightcone.UserException;
import io.lightcone.attention.AttentionPlans;
import io.lightcone.codec.LatentLayout;
import io.lightcone.model.Compute;
import io.lightcone.model.ElementBytes;
import io.lightcone.model.ModelCost;
import io.lightcone.model.TrainingMemory;
import io.lightcone.model.VideoModel;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.MachineMemory;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.Workers;
import java.util.function.IntUnaryOperator;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Creates models from configurations. */
public final class Models {
    static {
        NativeMemory.allow();
    }

    private Models() {}

    /** Returns how many numbers the weights of the model of {@code config} hold; it allocates none of them. */
    public static long parameters(RunConfig config) {
        try (Device nowhere = new Device("meta");
                Compute compute = compute(config);
                VideoModel model = create(config, Parameters.fresh(nowhere, ScalarType.Float), compute)) {
            return model.parameters().count();
        }
    }

    /** Returns how models of {@code config} compute; they share it, and the caller closes it after them. */
    public static Compute compute(RunConfig config) {
        return compute(config, new AttentionPlans(config.training().attention()));
    }

    /** Returns how models of {@code config} compute with {@code plans} for attention, which the result then owns. */
    public static Compute compute(RunConfig config, AttentionPlans plans) {
        TrainingConfig training = config.training();
        return compute(config, plans, training.linear(), training.attentionType());
    }

    private static Compute compute(RunConfig config, AttentionPlans plans, Precision linear, Precision attention) {
        Precision cached = config.sampling().memory().precision();
        if (cached == Precision.AUTO) {
            cached = linear == Precision.BFLOAT16 ? Machine.current().cached() : Precision.FLOAT32;
        }
        return new Compute(ScalarType.Float, type(linear), type(attention), type(cached), plans);
    }

    /**
     * Returns how a trained model of {@code config} generates on {@code device}; the caller closes it after the model.
     * It computes as the model learned, but for what that was in bfloat16 if this processor is slower in it than in
     * float32, as those without instructions for it are, many times: a model is often made on another machine than it
     * is used on. A type that {@code sampling.memory.precision} names stays.
     */
    public static Compute generating(RunConfig config, Device device) {
        TrainingConfig training = config.training();
        Precision linear = training.linear();
        Precision attention = training.attentionType();
        if (device.is_cpu() && (linear == Precision.BFLOAT16 || attention == Precision.BFLOAT16)) {
            Machine machine = Machine.current();
            linear = machine.isSlower(linear) ? Precision.FLOAT32 : linear;
            attention = machine.isSlowerInAttention(attention) ? Precision.FLOAT32 : attention;
        }
        return compute(config, new AttentionPlans(training.attention()), linear, attention);
    }

    /** Returns how many bytes a number takes where models of {@code config} may compute in more than one type. */
    public static ElementBytes bytes(RunConfig config) {
        return new ElementBytes(
                bytes(config.training().linear()), bytes(config.training().attentionType()));
    }

    private static int bytes(Precision precision) {
        return precision == Precision.BFLOAT16 ? ElementBytes.BFLOAT16 : ModelCost.FLOAT32;
    }

    private static ScalarType type(Precision precision) {
        return precision == Precision.BFLOAT16 ? ScalarType.BFloat16 : ScalarType.Float;
    }

    /**
     * Requires that a training step of {@code config} fits into the memory of {@code device} at all, before any of it
     * is taken.
     *
     * @param workers that share the step, each with gradients of its own
     * @throws UserException if it does not
     */
    public static void requireRoom(RunConfig config, Device device, int workers) {
        TrainingConfig training = config.training();
        TrainingMemory step = longestClip(config).training(step(config, workers));
        // Gradients take the place of what has been read when they come, so those of one worker need no room.
        double most = (double) step.weights() + step.optimizer() + step.average() + step.activations();
        most += step.gradients() - step.gradients() / workers;
        MachineMemory.require(
                device,
                most,
                "training steps of training.batch " + training.batch() + " clips of "
                        + (training.lengths().isEmpty() ? "training.frames " : "training.lengths up to ")
                        + training.longest() + " and of model.width "
                        + config.model().width()
                        + (workers > 1 ? " by " + workers + " workers" : ""),
                remedy(config, workers, step.activations() > most / 2));
    }

    private static String remedy(RunConfig config, int workers, boolean activations) {
        String set = activations ? MemoryAdvice.learningTheSame(config) : "";
        return (workers > 1 ? "smaller ones, or fewer workers" : "smaller ones") + (set.isEmpty() ? "" : ", or " + set);
    }

    /**
     * Returns by how many workers a training step is computed.
     *
     * @param asked what the user asks for; or 0 for one on each thread, as far as there is work for them, or for one
     *     with all threads where this machine trains a model of that size faster so
     */
    public static int workers(RunConfig config, int asked, Device device) {
        int most = Workers.count(asked, config.parts(), device);
        int batch = config.training().batch();
        if (asked > 0 || most == 1) {
            return most;
        }
        most -= most > batch ? most % batch : 0; // or some would have all draws of a clip, and others a part of them
        Machine machine = Machine.current();
        boolean isMeasured = config.training().linear() == machine.linear() && machine.splitTrainingFrom() >= 0;
        return isMeasured && machine.trainsTogether(largestProduct(config, most)) ? 1 : most;
    }

    /** Returns the cost of the longest clips that a model of {@code config} is trained on. */
    private static ModelCost longestClip(RunConfig config) {
        LatentLayout latents = config.latents();
        int frames = config.longestLatentFrames();
        return ModelCost.of(
                config.model().within(config.windowOf(frames)),
                frames,
                latents.side(config.data().height()),
                latents.side(config.data().width()),
                bytes(config));
    }

    /** Returns the multiply-adds of a product of the feed-forward layers over all rows that a worker has at once. */
    private static long largestProduct(RunConfig config, int workers) {
        long ofClip = longestClip(config).layers().stream()
                .mapToLong(layer -> layer.feedForward().multiplyAdds() / 2)
                .max()
                .orElse(0);
        int parts = config.parts() / workers / config.training().accumulate();
        return ofClip * Math.max(1, parts);
    }

    /** Returns how {@code workers} compute a training step of {@code config}. */
    public static TrainingMemory.Step step(RunConfig config, int workers) {
        TrainingConfig training = config.training();
        return new TrainingMemory.Step(
                training.batch(),
                config.draws(),
                Math.min(workers, config.parts()),
                training.accumulate(),
                training.recompute());
    }

    /**
     * Returns over how many threads libtorch splits the operations of so many latent frames of a video, as is fastest
     * on this machine.
     *
     * @param height rows of a latent frame
     * @param width columns of a latent frame
     */
    public static IntUnaryOperator frameThreads(RunConfig config, Device device, int height, int width) {
        if (!device.is_cpu() || Libtorch.threads() == 1) {
            return frames -> Libtorch.threads();
        }
        Machine machine = Machine.current();
        long operation = ModelCost.of(config.model(), config.latentFrames(), height, width, ModelCost.FLOAT32)
                .largestOperation();
        return frames -> machine.threadsFor(frames * operation);
    }

    /**
     * Creates the model of {@code config} around {@code parameters}, which it then owns; if it cannot be created, they
     * are closed.
     */
    public static VideoModel create(RunConfig config, Parameters parameters, Compute compute) {
        return VideoModel.of(config.model(), parameters, compute);
    }
}
