// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.codec.CausalAutoencoder;
import io.lightcone.codec.CausalAutoencoderConfig;
import io.lightcone.codec.CausalCodec;
import io.lightcone.codec.Codec;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.OptimizerConfig;
import io.lightcone.run.ReconstructionConfig;
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
import java.util.function.Function;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Trains a {@link CausalAutoencoder} on batches of clips: it holds the weights, their moving average and the optimiser,
 * and makes one step of all three at a time. Where a discriminator is wanted, it learns beside it with an optimiser of
 * its own, and both are saved with the state of the optimiser. {@link Workers} share the clips of a step as those of a
 * {@link Trainer} do.
 */
public final class AutoencoderTrainer implements TrainingStep {
    /** What the codec of weights in training says of itself; what it makes of latents changes with each step. */
    private static final String IDENTITY = "causal-autoencoder in training";

    private static final String JUDGING_WEIGHTS = "discriminator.weights.";
    private static final String JUDGING_STATE = "discriminator.optimizer.";

    private final ReconstructionConfig losses;
    private final OptimizerConfig adam;
    /** One for each worker; the first has the weights of this trainer. */
    private final List<AutoencoderGradient> gradients = new ArrayList<>();

    private final Workers workers;
    private final CausalAutoencoder average;
    private final CausalCodec codec;
    private final AdamW optimizer;
    /** The optimiser of the discriminator; null where there is none. */
    private final @Nullable AdamW judgingOptimizer;

    private boolean whole = true;

    private AutoencoderTrainer(
            CausalAutoencoderConfig config,
            ReconstructionConfig losses,
            OptimizerConfig adam,
            long seed,
            Workers workers,
            Parameters weights,
            Parameters averages,
            @Nullable Parameters judge) {
        this.losses = losses;
        this.adam = adam;
        try (ResourceStack created = new ResourceStack()) {
            this.workers = created.add(workers);
            created.add(averages);
            RandomStreams streams = new RandomStreams(seed);
            gradients.add(created.add(new AutoencoderGradient(config, losses, streams, weights, judge)));
            while (gradients.size() < workers.count()) {
                gradients.add(created.add(gradients.get(0).another()));
            }
            this.average = new CausalAutoencoder(config, averages);
            this.codec = new CausalCodec(average, IDENTITY);
            this.optimizer = created.add(optimizer(gradients.get(0).weights()));
            this.judgingOptimizer = judge == null
                    ? null
                    : created.add(optimizer(gradients.get(0).judging()));
            created.keep();
        }
    }

    private AdamW optimizer(Map<String, Tensor> weights) {
        return new AdamW(weights, name -> 1, workers, adam.beta1(), adam.beta2(), adam.weightDecay());
    }

    /**
     * Creates a trainer with fresh weights.
     *
     * @param config the autoencoder
     * @param losses what it learns
     * @param adam how its weights and those of the discriminator follow their gradients
     * @param seed of all that is drawn
     * @param workers share each step; the trainer then owns them
     */
    public static AutoencoderTrainer fresh(
            CausalAutoencoderConfig config,
            ReconstructionConfig losses,
            OptimizerConfig adam,
            long seed,
            Device device,
            Workers workers) {
        Parameters weights = Parameters.fresh(device, ScalarType.Float);
        Parameters averages = Parameters.fresh(device, ScalarType.Float);
        Parameters judge = losses.adversarial() > 0 ? Parameters.fresh(device, ScalarType.Float) : null;
        try (ResourceStack created = new ResourceStack()) {
            AutoencoderTrainer trainer =
                    created.add(new AutoencoderTrainer(config, losses, adam, seed, workers, weights, averages, judge));
            RandomStreams streams = new RandomStreams(seed);
            Scopes.run(() -> {
                weights.initialise(streams.tensors("initial weights", 0, 0));
                if (judge != null) {
                    judge.initialise(streams.tensors("initial discriminator", 0, 0));
                }
            });
            trainer.updateAverage(0); // all of it, so the average starts as the weights
            created.keep();
            return trainer;
        }
    }

    /**
     * Restores a trainer from a checkpoint, whose tensors are copied.
     *
     * @throws UserException if the checkpoint belongs to another autoencoder, or lacks a discriminator that is wanted
     */
    public static AutoencoderTrainer resumed(
            CausalAutoencoderConfig config,
            ReconstructionConfig losses,
            OptimizerConfig adam,
            long seed,
            Device device,
            Workers workers,
            Checkpoint checkpoint) {
        Map<String, Tensor> judging = part(checkpoint.optimizer(), JUDGING_WEIGHTS);
        if (losses.adversarial() > 0 && judging.isEmpty()) {
            throw new UserException("the checkpoint has no discriminator, since its training had the weight 0 for what"
                    + " one says; keep it at 0, or train anew");
        }
        try (ResourceStack created = new ResourceStack()) {
            AutoencoderTrainer trainer = created.add(new AutoencoderTrainer(
                    config,
                    losses,
                    adam,
                    seed,
                    workers,
                    Parameters.loaded(checkpoint.model(), device),
                    Parameters.loaded(checkpoint.ema(), device),
                    losses.adversarial() > 0 ? Parameters.loaded(judging, device) : null));
            trainer.optimizer.load(checkpoint.optimizer());
            if (trainer.judgingOptimizer != null) {
                trainer.judgingOptimizer.load(part(checkpoint.optimizer(), JUDGING_STATE));
            }
            created.keep();
            return trainer;
        }
    }

    /** Returns the tensors whose names begin with {@code prefix}, by the rest of their names. */
    private static Map<String, Tensor> part(Map<String, Tensor> all, String prefix) {
        Map<String, Tensor> part = new LinkedHashMap<>();
        all.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), tensor);
            }
        });
        return part;
    }

    /**
     * Makes one step of stochastic gradient descent.
     *
     * @param step its number, from 0: it names the noise of the latents, and sets the decay of the average
     * @param clips the batch, of one shape, whose pictures fill their latent frames
     * @param done share of the run that is done, 0 to 1
     * @return the loss of the autoencoder, and the norm of its gradient before clipping
     * @throws DivergedException if the loss or a gradient is not finite; the weights are then as before
     */
    @Override
    public Result step(long step, List<Clip> clips, double learningRate, double done) {
        BatchPart batch = new BatchPart(step, 0, clips.size(), clips, 1);
        boolean judged = judgingOptimizer != null && done >= losses.adversarialAfter();
        double[] result = new double[2];
        Scopes.run(() -> {
            try {
                result[0] = accumulate(batch, judged);
                Timeline.Span span = Timeline.span("clipping gradients");
                result[1] = clip(optimizer, "gradient", batch);
                if (judged) {
                    var unused = clip(judging(), "gradient of the discriminator", batch);
                }
                whole = false;
                span = span.then("optimiser");
                optimizer.update(learningRate);
                if (judged) {
                    judging().update(learningRate);
                }
                span = span.then("moving average");
                updateAverage(adam.ema(step));
                whole = true;
                span.close();
            } finally {
                clearGradients(); // a gradient left behind would be added to that of the next step
            }
        });
        return new Result(result[0], result[1]);
    }

    private AdamW judging() {
        return Objects.requireNonNull(judgingOptimizer);
    }

    private double clip(AdamW weights, String what, BatchPart batch) {
        double norm = weights.clip(adam.clip());
        if (!Double.isFinite(norm)) {
            throw new DivergedException(what, batch.step(), batch.named());
        }
        return norm;
    }

    /** Adds the gradient of a batch to the gradients accumulated so far, and returns its loss. */
    private double accumulate(BatchPart batch, boolean judged) {
        Timeline.Span span = Timeline.span("gradients");
        List<BatchPart> shares = batch.split(workers.count());
        double[] sums = new double[shares.size()];
        workers.run(
                shares.size(), worker -> sums[worker] = gradients.get(worker).accumulate(shares.get(worker), judged));
        span = span.then("adding gradients");
        if (shares.size() > 1) {
            optimizer.addGradients(ofOthers(shares.size(), AutoencoderGradient::weights));
            if (judged) {
                judging().addGradients(ofOthers(shares.size(), AutoencoderGradient::judging));
            }
        }
        span.close();
        return Arrays.stream(sums).sum();
    }

    private List<Map<String, Tensor>> ofOthers(int count, Function<AutoencoderGradient, Map<String, Tensor>> weights) {
        return gradients.subList(1, count).stream().map(weights).toList();
    }

    private void clearGradients() {
        try (Timeline.Span span = Timeline.span("clearing gradients")) {
            workers.run(workers.count(), worker -> {
                AdamW.clearGradients(gradients.get(worker).weights());
                AdamW.clearGradients(gradients.get(worker).judging());
            });
        }
    }

    /** Moves the moving average towards the weights by {@code 1 - decay}. */
    private void updateAverage(double decay) {
        Map<String, Tensor> averages = average.parameters().tensors();
        optimizer.eachPart(weights -> Scopes.runWithoutGrad(() -> {
            Scalar share = new Scalar(1 - decay);
            weights.forEach(
                    (name, weight) -> Objects.requireNonNull(averages.get(name)).lerp_(weight, share));
        }));
    }

    /** Returns the autoencoder with the moving average of the weights; it stays this object's. */
    public CausalAutoencoder average() {
        return average;
    }

    /** Returns the codec of {@link #average}, which changes with each step; it stays this object's. */
    public Codec codec() {
        return codec;
    }

    /** Returns how many numbers the weights of the autoencoder hold. */
    @Override
    public long parameters() {
        return average.parameters().count();
    }

    /** Returns whether weights, average and optimiser are of one step, so that no failure interrupted their update. */
    @Override
    public boolean isWhole() {
        return whole;
    }

    /** Returns all state, to save; the tensors stay this object's. */
    @Override
    public Checkpoint checkpoint(TrainingState state) {
        Map<String, Tensor> all = new LinkedHashMap<>(optimizer.state());
        if (judgingOptimizer != null) {
            gradients.get(0).judging().forEach((name, weight) -> all.put(JUDGING_WEIGHTS + name, weight));
            judgingOptimizer.state().forEach((name, tensor) -> all.put(JUDGING_STATE + name, tensor));
        }
        return new Checkpoint(gradients.get(0).weights(), average.parameters().tensors(), all, Map.of(), state, null);
    }

    @Override
    public void close() {
        try (ResourceStack all = new ResourceStack()) { // closes the last one first
            all.add(codec);
            gradients.forEach(all::add);
            all.add(optimizer);
            if (judgingOptimizer != null) {
                all.add(judgingOptimizer);
            }
            all.add(workers);
        }
    }
}
