// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.diffusion.Updates;
import io.lightcone.model.Compute;
import io.lightcone.model.SeparableTransformer;
import io.lightcone.model.VideoModel;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.Models;
import io.lightcone.run.RunConfig;
import io.lightcone.run.SavedModel;
import io.lightcone.run.SeparableConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Workers;
import io.lightcone.training.Descent.Learned;
import io.lightcone.video.Clip;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Trains a model: it holds the weights, their moving average and the optimiser, and makes one step of all three at a
 * time, which {@link Workers} share: the same number of them makes the same steps, bit for bit, and another number the
 * same but for rounding. What is learned is for {@link BatchGradient} to say; usually it is to denoise. It knows
 * neither files nor clocks. Native memory of a step is freed when the step ends.
 */
public final class Trainer implements ModelStep {
    /** The kind of training that learns to denoise, by one process that has all clips of each batch. */
    public static final Kind KIND = kind(GradientExchange.ALONE);

    private final RunConfig config;
    private final Codec codec;
    private final GradientExchange exchange;
    private final Descent<BatchGradient> descent;
    private final Learned<BatchGradient> learned;

    private Trainer(
            RunConfig config,
            Codec codec,
            Device device,
            Workers workers,
            Supplier<Compute> compute,
            GradientExchange exchange,
            BatchGradient.Factory learning,
            Parameters weights,
            Parameters averages) {
        this.config = config;
        this.exchange = exchange;
        try (ResourceStack created = new ResourceStack()) {
            this.codec = created.add(codec);
            this.descent = created.add(new Descent<>(
                    workers,
                    config.training().optimizer(),
                    exchange,
                    () -> {
                        Models.requireRoom(config, device, workers.count());
                        return learning.create(config, device, codec, compute.get(), weights, averages);
                    },
                    gradient -> gradient.another(compute.get())));
            this.learned = descent.learn(
                    "gradient",
                    BatchGradient::weights,
                    name -> rate(weights.group(name)),
                    descent.first().average().parameters().tensors());
            created.keep();
        }
    }

    /** Returns the learning rate of weights of a group, in multiples of that of the run. */
    private double rate(String group) {
        SeparableConfig separable = config.training().separable();
        return switch (group) {
            case SeparableTransformer.ENCODER -> separable.encoderRate();
            case SeparableTransformer.DECODER -> separable.decoderRate();
            default -> 1;
        };
    }

    /**
     * Returns the kind of training that learns to denoise together with other processes. Each of them must be given its
     * own part of a batch ({@link #step(BatchPart, double, double)}), which the loop of a run does not do yet: it is
     * not public.
     */
    static Kind kind(GradientExchange exchange) {
        return new Kind() {
            @Override
            public String name() {
                return "denoising";
            }

            @Override
            public Trainer fresh(RunConfig config, Codec codec, Device device, Workers workers) {
                return Trainer.fresh(config, codec, device, workers, () -> Models.compute(config), exchange);
            }

            @Override
            public Trainer resumed(
                    RunConfig config, Codec codec, Device device, Workers workers, Checkpoint checkpoint) {
                return Trainer.resumed(config, codec, device, workers, checkpoint, exchange);
            }
        };
    }

    /** Creates a trainer with fresh weights, drawn from the seed of {@code config}, without workers. */
    public static Trainer fresh(RunConfig config, Device device) {
        return fresh(config, device, Workers.alone(), () -> Models.compute(config));
    }

    /**
     * Creates a trainer with fresh weights.
     *
     * @param workers share each step; the trainer then owns them
     * @param compute returns how a worker computes, for each another one, which this trainer then owns
     */
    public static Trainer fresh(RunConfig config, Device device, Workers workers, Supplier<Compute> compute) {
        return fresh(config, config.openCodec(device), device, workers, compute, GradientExchange.ALONE);
    }

    private static Trainer fresh(
            RunConfig config,
            Codec codec,
            Device device,
            Workers workers,
            Supplier<Compute> compute,
            GradientExchange exchange) {
        Parameters weights = Parameters.fresh(device, ScalarType.Float);
        try (ResourceStack created = new ResourceStack()) {
            Parameters averages = Parameters.fresh(device, ScalarType.Float);
            Trainer trainer = created.add(new Trainer(
                    config, codec, device, workers, compute, exchange, DenoisingGradient::new, weights, averages));
            RandomStreams streams = new RandomStreams(config.training().seed());
            Scopes.run(() -> trainer.model().initialise(streams.tensors("initial weights", 0, 0)));
            trainer.descent.startAverage(trainer.learned);
            created.keep();
            return trainer;
        }
    }

    /**
     * Restores a trainer from a checkpoint, whose tensors are copied. It computes without workers.
     *
     * @throws UserException if the checkpoint belongs to another model
     */
    public static Trainer resumed(RunConfig config, Device device, Checkpoint checkpoint) {
        return resumed(config, config.openCodec(device), device, Workers.alone(), checkpoint, GradientExchange.ALONE);
    }

    private static Trainer resumed(
            RunConfig config,
            Codec codec,
            Device device,
            Workers workers,
            Checkpoint checkpoint,
            GradientExchange exchange) {
        try (ResourceStack created = new ResourceStack()) {
            Trainer trainer = created.add(loaded(
                    config,
                    codec,
                    device,
                    workers,
                    checkpoint.model(),
                    checkpoint.ema(),
                    exchange,
                    DenoisingGradient::new));
            trainer.learned.optimizer().load(checkpoint.optimizer());
            created.keep();
            return trainer;
        }
    }

    /**
     * Creates a trainer that begins with the weights of a trained model, and is new otherwise.
     *
     * @param trained weights of that model, which are copied
     */
    static Trainer beginning(
            RunConfig config, Codec codec, Device device, Workers workers, Map<String, Tensor> trained) {
        return loaded(config, codec, device, workers, trained, trained, GradientExchange.ALONE, DenoisingGradient::new);
    }

    private static Trainer loaded(
            RunConfig config,
            Codec codec,
            Device device,
            Workers workers,
            Map<String, Tensor> weights,
            Map<String, Tensor> averages,
            GradientExchange exchange,
            BatchGradient.Factory learning) {
        return new Trainer(
                config,
                codec,
                device,
                workers,
                () -> Models.compute(config),
                exchange,
                learning,
                Parameters.loaded(weights, device),
                Parameters.loaded(averages, device));
    }

    /**
     * Creates a trainer that distils the decoder of a trained model, from which it starts.
     *
     * @param trained weights of that model, which are copied
     */
    static Trainer distilling(
            RunConfig config, Codec codec, Device device, Workers workers, Map<String, Tensor> trained) {
        return distilling(config, codec, device, workers, trained, trained, trained);
    }

    /**
     * Restores a trainer that distils from a checkpoint, whose tensors are copied.
     *
     * @throws UserException if the checkpoint belongs to another model, or lacks weights of the teacher
     */
    static Trainer distilling(RunConfig config, Codec codec, Device device, Workers workers, Checkpoint checkpoint) {
        Map<String, Tensor> teacher = new LinkedHashMap<>(checkpoint.model());
        teacher.putAll(checkpoint.teacher());
        try (ResourceStack created = new ResourceStack()) {
            Trainer trainer = created.add(
                    distilling(config, codec, device, workers, checkpoint.model(), checkpoint.ema(), teacher));
            if (!checkpoint
                    .teacher()
                    .keySet()
                    .containsAll(trainer.gradient().weights().keySet())) {
                throw new UserException("the checkpoint's teacher.safetensors is missing or has not all weights of the"
                        + " decoder that teaches; bring it back, or distil the run anew");
            }
            trainer.learned.optimizer().load(checkpoint.optimizer());
            created.keep();
            return trainer;
        }
    }

    private static Trainer distilling(
            RunConfig config,
            Codec codec,
            Device device,
            Workers workers,
            Map<String, Tensor> weights,
            Map<String, Tensor> averages,
            Map<String, Tensor> teacher) {
        return loaded(
                config,
                codec,
                device,
                workers,
                weights,
                averages,
                GradientExchange.ALONE,
                (run, place, own, compute, trained, averaged) -> new ConsistencyGradient(
                        run, place, own, compute, trained, averaged, Parameters.loaded(teacher, place)));
    }

    /** Makes one step of a run that ends with its last step, not by the clock. */
    public Result step(long step, List<Clip> clips, double learningRate) {
        return step(step, clips, learningRate, config.training().done(step, 0));
    }

    /**
     * Makes one step of stochastic gradient descent.
     *
     * @param step its number, from 0: it names the noise and the conditions that are hidden, and sets the decay of the
     *     average
     * @param clips the batch
     * @param done share of the run that is done, which decides whether the model may generate the past frames itself
     * @throws DivergedException if the loss or a gradient is not finite; the weights are then as before
     */
    @Override
    public Result step(long step, List<Clip> clips, double learningRate, double done) {
        return step(new BatchPart(step, 0, clips.size(), clips, draws()), learningRate, done);
    }

    /**
     * Makes the step of a whole batch, of which this process has only {@code batch}. Where there are several each has a
     * part of its own, and the {@link GradientExchange} sums what they compute.
     */
    Result step(BatchPart batch, double learningRate, double done) {
        return descent.step(batch, learningRate, List.of(learned), () -> work(batch, done));
    }

    /** Clips that a worker computes at once, with the levels of their draws and the updates from there. */
    private record Portion(BatchPart part, Updates drawn) {}

    /** Returns what each worker computes of a batch, whose losses are shares of that of all frames to be learned. */
    private List<ToDoubleFunction<BatchGradient>> work(BatchPart batch, double done) {
        List<List<Portion>> shares = descent.shares(batch, config.training().accumulate()).stream()
                .map(share -> share.stream()
                        .map(part -> new Portion(part, updates(part, done)))
                        .toList())
                .toList();
        long frames = exchange.sum(shares.stream()
                .flatMap(List::stream)
                .mapToLong(portion -> portion.drawn.levels().countNoisy())
                .sum());
        return shares.stream()
                .map(share -> Descent.inTurn(
                        share,
                        (BatchGradient gradient, Portion portion) ->
                                gradient.accumulate(portion.part, portion.drawn, frames, done)))
                .toList();
    }

    /** Returns how many noisy versions of each clip a step draws. */
    int draws() {
        return config.draws();
    }

    /** Returns the level of each latent frame of each draw, and the update from there that is to be learned. */
    Updates updates(BatchPart part, double done) {
        return gradient().updates(part, done);
    }

    /** Returns whether weights, average and optimiser are of one step, so that no failure interrupted their update. */
    @Override
    public boolean isWhole() {
        return descent.isWhole();
    }

    /** Returns the moving average of the weights, which validation and generation use. */
    @Override
    public VideoModel average() {
        return gradient().average();
    }

    @Override
    public Codec codec() {
        return codec;
    }

    /** Returns the model whose weights are trained. */
    public VideoModel model() {
        return gradient().model();
    }

    @Override
    public long parameters() {
        return gradient().weights().values().stream().mapToLong(Tensor::numel).sum();
    }

    /** Returns what computes the gradients of the first worker. */
    BatchGradient gradient() {
        return descent.first();
    }

    /** Returns what computes the gradients of each worker. */
    List<BatchGradient> gradients() {
        return descent.gradients();
    }

    /** Returns all state, to save; the tensors stay this object's. */
    @Override
    public Checkpoint checkpoint(TrainingState state) {
        return new Checkpoint(
                model().parameters().tensors(),
                average().parameters().tensors(),
                learned.optimizer().state(),
                gradient().teacher(),
                state,
                SavedModel.of(config));
    }

    @Override
    public void close() {
        try (ResourceStack all = new ResourceStack()) { // closes the last one first
            all.add(codec);
            all.add(descent);
        }
    }
}
