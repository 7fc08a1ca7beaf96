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
import io.lightcone.run.OptimizerConfig;
import io.lightcone.run.RunConfig;
import io.lightcone.run.SavedModel;
import io.lightcone.run.SeparableConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Timeline;
import io.lightcone.tensor.Workers;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Trains a model: it holds the weights, their moving average and the optimiser, and makes one step of all three at a
 * time. What is learned is for {@link BatchGradient} to say; usually it is to denoise. It knows neither files nor
 * clocks. Native memory of a step is freed when the step ends.
 *
 * <p>{@link Workers} share a step: each computes the gradient of some of the clips, forwards and backwards, and they
 * meet; each then sums, clips and applies the gradients of some of the weights. Sums are formed in the order of the
 * workers, so the same number of workers makes the same steps, bit for bit, and another number the same but for
 * rounding.
 */
public final class Trainer implements ModelStep {
    /** The kind of training that learns to denoise, by one process that has all clips of each batch. */
    public static final Kind KIND = kind(GradientExchange.ALONE);

    private final RunConfig config;
    private final Codec codec;
    /** One for each worker; the first has the model and the average of this trainer. */
    private final List<BatchGradient> gradients = new ArrayList<>();

    private final Workers workers;
    private final AdamW optimizer;
    private final GradientExchange exchange;
    private boolean whole = true;

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
        this.exchange = exchange;
        this.config = config;
        OptimizerConfig adam = config.training().optimizer();
        SeparableConfig separable = config.training().separable();
        try (ResourceStack created = new ResourceStack()) {
            this.codec = created.add(codec);
            this.workers = created.add(workers);
            Models.requireRoom(config, device, workers.count());
            gradients.add(created.add(learning.create(config, device, codec, compute.get(), weights, averages)));
            while (gradients.size() < workers.count()) {
                gradients.add(created.add(gradients.get(0).another(compute.get())));
            }
            this.optimizer = new AdamW(
                    gradient().weights(),
                    name -> switch (weights.group(name)) {
                        case SeparableTransformer.ENCODER -> separable.encoderRate();
                        case SeparableTransformer.DECODER -> separable.decoderRate();
                        default -> 1;
                    },
                    workers,
                    adam.beta1(),
                    adam.beta2(),
                    adam.weightDecay());
            created.keep();
        }
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
            trainer.updateAverage(0); // all of it, so the average starts as the model
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
            Trainer trainer =
                    created.add(loaded(config, codec, device, workers, checkpoint.model(), checkpoint.ema(), exchange));
            trainer.optimizer.load(checkpoint.optimizer());
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
        return loaded(config, codec, device, workers, trained, trained, GradientExchange.ALONE);
    }

    private static Trainer loaded(
            RunConfig config,
            Codec codec,
            Device device,
            Workers workers,
            Map<String, Tensor> weights,
            Map<String, Tensor> averages,
            GradientExchange exchange) {
        return new Trainer(
                config,
                codec,
                device,
                workers,
                () -> Models.compute(config),
                exchange,
                DenoisingGradient::new,
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
            trainer.optimizer.load(checkpoint.optimizer());
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
        return new Trainer(
                config,
                codec,
                device,
                workers,
                () -> Models.compute(config),
                GradientExchange.ALONE,
                (run, place, own, compute, trained, averaged) -> new ConsistencyGradient(
                        run, place, own, compute, trained, averaged, Parameters.loaded(teacher, place)),
                Parameters.loaded(weights, device),
                Parameters.loaded(averages, device));
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
        double[] result = new double[2];
        Scopes.run(() -> {
            try {
                result[0] = exchange.sum(accumulate(batch, done));
                exchange.sum(optimizer.gradients());
                Timeline.Span span = Timeline.span("clipping gradients");
                result[1] = optimizer.clip(config.training().optimizer().clip());
                if (!Double.isFinite(result[1])) {
                    throw new DivergedException("gradient", batch.step(), batch.named());
                }
                whole = false;
                span = span.then("optimiser");
                optimizer.update(learningRate);
                span = span.then("moving average");
                updateAverage(config.training().optimizer().ema(batch.step()));
                whole = true;
                span.close();
            } finally {
                clearGradients(); // a gradient left behind would be added to that of the next step
            }
        });
        return new Result(result[0], result[1]);
    }

    /** Clips that a worker computes at once, with the levels of their draws and the updates from there. */
    private record Portion(BatchPart part, Updates drawn) {}

    /**
     * Adds the gradient of a part of a batch to the gradients accumulated so far: each worker computes that of some of
     * its clips, a portion after the other, and these are summed in the order of the clips.
     *
     * @return the contribution of these clips to the loss of the batch
     */
    private double accumulate(BatchPart batch, double done) {
        Timeline.Span span = Timeline.span("gradients");
        List<List<Portion>> shares = batch.split(workers.count()).stream()
                .map(share -> portions(share, done))
                .toList();
        long learned = exchange.sum(shares.stream()
                .flatMap(List::stream)
                .mapToLong(portion -> portion.drawn.levels().countNoisy())
                .sum());
        double[] losses = new double[shares.size()];
        workers.run(shares.size(), worker -> {
            for (Portion portion : shares.get(worker)) {
                losses[worker] += gradients.get(worker).accumulate(portion.part, portion.drawn, learned, done);
            }
        });
        span = span.then("adding gradients");
        if (shares.size() > 1) {
            List<Map<String, Tensor>> others = gradients.subList(1, shares.size()).stream()
                    .map(BatchGradient::weights)
                    .toList();
            optimizer.addGradients(others);
        }
        span.close();
        return Arrays.stream(losses).sum();
    }

    /** Returns the share of a worker as what it computes at once; fewer portions where there are fewer clips. */
    private List<Portion> portions(BatchPart share, double done) {
        return share.split(config.training().accumulate()).stream()
                .map(part -> new Portion(part, updates(part, done)))
                .toList();
    }

    private void clearGradients() {
        try (Timeline.Span span = Timeline.span("clearing gradients")) {
            workers.run(
                    workers.count(),
                    worker -> AdamW.clearGradients(gradients.get(worker).weights()));
        }
    }

    /** Returns how many noisy versions of each clip a step draws. */
    int draws() {
        return config.model().separable() ? config.training().separable().draws() : 1;
    }

    /** Returns the level of each latent frame of each draw, and the update from there that is to be learned. */
    Updates updates(BatchPart part, double done) {
        return gradient().updates(part, done);
    }

    /** Returns whether weights, average and optimiser are of one step, so that no failure interrupted their update. */
    @Override
    public boolean isWhole() {
        return whole;
    }

    /** Moves the moving average towards the weights by {@code 1 - decay}. */
    private void updateAverage(double decay) {
        Map<String, Tensor> averages = average().parameters().tensors();
        optimizer.eachPart(weights -> Scopes.runWithoutGrad(() -> {
            Scalar share = new Scalar(1 - decay);
            weights.forEach(
                    (name, weight) -> Objects.requireNonNull(averages.get(name)).lerp_(weight, share));
        }));
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
        return gradients.get(0);
    }

    /** Returns what computes the gradients of each worker. */
    List<BatchGradient> gradients() {
        return List.copyOf(gradients);
    }

    /** Returns all state, to save; the tensors stay this object's. */
    @Override
    public Checkpoint checkpoint(TrainingState state) {
        return new Checkpoint(
                model().parameters().tensors(),
                average().parameters().tensors(),
                optimizer.state(),
                gradient().teacher(),
                state,
                SavedModel.of(config));
    }

    @Override
    public void close() {
        try (ResourceStack all = new ResourceStack()) { // closes the last one first
            all.add(codec);
            gradients.forEach(all::add);
            all.add(optimizer);
            all.add(workers);
        }
    }
}
