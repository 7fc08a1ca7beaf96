// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.codec.CausalAutoencoder;
import io.lightcone.codec.CausalCodec;
import io.lightcone.codec.Codec;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.CodecRunConfig;
import io.lightcone.run.CodecTrainingConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Workers;
import io.lightcone.training.Descent.Learned;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Device;
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

    private final CodecTrainingConfig training;
    private final RandomStreams streams;
    private final Descent<AutoencoderGradient> descent;
    private final Learned<AutoencoderGradient> learned;
    /** The weights of the discriminator; null where there is none. */
    private final @Nullable Learned<AutoencoderGradient> judge;

    private final CausalAutoencoder average;
    private final CausalCodec codec;

    private AutoencoderTrainer(
            CodecRunConfig config,
            Workers workers,
            Parameters weights,
            Parameters averages,
            @Nullable Parameters judging) {
        this.training = config.training();
        this.streams = new RandomStreams(training.seed());
        try (ResourceStack created = new ResourceStack()) {
            created.add(averages);
            this.descent = created.add(new Descent<>(
                    workers,
                    training.optimizer(),
                    GradientExchange.ALONE,
                    () -> new AutoencoderGradient(config.autoencoder(), training.loss(), streams, weights, judging),
                    AutoencoderGradient::another));
            this.average = new CausalAutoencoder(config.autoencoder(), averages);
            this.codec = new CausalCodec(average, IDENTITY);
            this.learned = descent.learn("gradient", AutoencoderGradient::weights, name -> 1, averages.tensors());
            this.judge = judging == null
                    ? null
                    : descent.learn("gradient of the discriminator", AutoencoderGradient::judging, name -> 1, Map.of());
            created.keep();
        }
    }

    /**
     * Creates a trainer with fresh weights, drawn from the seed of {@code config}.
     *
     * @param workers share each step; the trainer then owns them
     */
    public static AutoencoderTrainer fresh(CodecRunConfig config, Device device, Workers workers) {
        Parameters weights = Parameters.fresh(device, ScalarType.Float);
        Parameters averages = Parameters.fresh(device, ScalarType.Float);
        Parameters judge = judges(config) ? Parameters.fresh(device, ScalarType.Float) : null;
        try (ResourceStack created = new ResourceStack()) {
            AutoencoderTrainer trainer = created.add(new AutoencoderTrainer(config, workers, weights, averages, judge));
            RandomStreams streams = new RandomStreams(config.training().seed());
            Scopes.run(() -> {
                weights.initialise(streams.tensors("initial weights", 0, 0));
                if (judge != null) {
                    judge.initialise(streams.tensors("initial discriminator", 0, 0));
                }
            });
            trainer.descent.startAverage(trainer.learned);
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
            CodecRunConfig config, Device device, Workers workers, Checkpoint checkpoint) {
        Map<String, Tensor> judging = part(checkpoint.optimizer(), JUDGING_WEIGHTS);
        if (judges(config) && judging.isEmpty()) {
            throw new UserException("the checkpoint has no discriminator, since its training had the weight 0 for what"
                    + " one says; keep it at 0, or train anew");
        }
        try (ResourceStack created = new ResourceStack()) {
            AutoencoderTrainer trainer = created.add(new AutoencoderTrainer(
                    config,
                    workers,
                    Parameters.loaded(checkpoint.model(), device),
                    Parameters.loaded(checkpoint.ema(), device),
                    judges(config) ? Parameters.loaded(judging, device) : null));
            trainer.learned.optimizer().load(checkpoint.optimizer());
            if (trainer.judge != null) {
                trainer.judge.optimizer().load(part(checkpoint.optimizer(), JUDGING_STATE));
            }
            created.keep();
            return trainer;
        }
    }

    private static boolean judges(CodecRunConfig config) {
        return config.training().loss().adversarial() > 0;
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
     * @param step its number, from 0: it names the noise of the latents and the places of parts that are cut out, and
     *     sets the decay of the average
     * @param clips the batch, of one shape, whose pictures fill their latent frames
     * @param done share of the run that is done, 0 to 1
     * @return the loss of the autoencoder, and the norm of its gradient before clipping
     * @throws DivergedException if the loss or a gradient is not finite; the weights are then as before
     */
    @Override
    public Result step(long step, List<Clip> clips, double learningRate, double done) {
        BatchPart batch = new BatchPart(step, 0, clips.size(), cropped(step, clips), 1);
        List<Learned<AutoencoderGradient>> moving =
                judge == null || done < training.loss().adversarialAfter() ? List.of(learned) : List.of(learned, judge);
        boolean judged = moving.size() > 1;
        return descent.step(
                batch,
                learningRate,
                moving,
                () -> descent.shares(batch, training.accumulate()).stream()
                        .map(share -> Descent.inTurn(
                                share,
                                (AutoencoderGradient gradient, BatchPart part) -> gradient.accumulate(part, judged)))
                        .toList());
    }

    /** Returns what a step sees of clips: all, or a square of each at a place that is drawn for it. */
    private List<Clip> cropped(long step, List<Clip> clips) {
        int side = training.crop();
        if (side == 0) {
            return clips;
        }
        List<Clip> squares = new ArrayList<>();
        for (int item = 0; item < clips.size(); item++) {
            Clip clip = clips.get(item);
            RandomGenerator places = streams.numbers("crop", step, item);
            int top = places.nextInt(clip.height() - side + 1);
            int left = places.nextInt(clip.width() - side + 1);
            squares.add(clip.cropped(top, left, side, side));
        }
        return squares;
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
        return descent.isWhole();
    }

    /** Returns all state, to save; the tensors stay this object's. */
    @Override
    public Checkpoint checkpoint(TrainingState state) {
        Map<String, Tensor> all = new LinkedHashMap<>(learned.optimizer().state());
        AutoencoderGradient first = descent.first();
        if (judge != null) {
            first.judging().forEach((name, weight) -> all.put(JUDGING_WEIGHTS + name, weight));
            judge.optimizer().state().forEach((name, tensor) -> all.put(JUDGING_STATE + name, tensor));
        }
        return new Checkpoint(first.weights(), average.parameters().tensors(), all, Map.of(), state, null);
    }

    @Override
    public void close() {
        try (ResourceStack all = new ResourceStack()) { // closes the last one first
            all.add(codec);
            all.add(descent);
        }
    }
}
