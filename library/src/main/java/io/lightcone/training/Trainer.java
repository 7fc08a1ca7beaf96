// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.LevelSampler;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.Mixture;
import io.lightcone.model.Compute;
import io.lightcone.model.Conditions;
import io.lightcone.model.ContextFrames;
import io.lightcone.model.SeparableTransformer;
import io.lightcone.model.VideoModel;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.ClipConditions;
import io.lightcone.run.Models;
import io.lightcone.run.OptimizerConfig;
import io.lightcone.run.ResamplingConfig;
import io.lightcone.run.RunConfig;
import io.lightcone.run.SavedModel;
import io.lightcone.run.SeparableConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomBatch;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Trains a denoising model: it holds the weights, their moving average and the optimiser, and makes one step of all
 * three at a time. It knows neither files nor clocks. Native memory of a step is freed when the step ends.
 */
public final class Trainer implements TrainingStep {
    /** The kind of training that learns to denoise, by one worker that has all clips of each batch. */
    public static final Kind KIND = kind(GradientExchange.ALONE);

    /** The greatest number of clips that a message names. */
    private static final int MOST_NAMED = 8;

    private final RunConfig config;
    private final Device device;
    private final RandomStreams streams;
    private final Compute compute;
    private final Codec codec;
    private final VideoModel model;
    private final VideoModel average;
    private final AdamW optimizer;
    private final Diffusion diffusion;
    private final LevelSampler levels;
    private final GradientExchange exchange;
    private boolean whole = true;

    private Trainer(
            RunConfig config,
            Device device,
            Compute compute,
            GradientExchange exchange,
            Parameters weights,
            Parameters averages) {
        this.exchange = exchange;
        this.config = config;
        this.device = device;
        this.streams = new RandomStreams(config.training().seed());
        this.diffusion = config.diffusion().diffusion();
        this.levels = config.training().levels().sampler();
        OptimizerConfig adam = config.training().optimizer();
        SeparableConfig separable = config.training().separable();
        try (ResourceStack created = new ResourceStack()) {
            this.compute = created.add(compute);
            Models.requireRoom(config, device);
            this.codec = created.add(config.openCodec(device));
            this.model = created.add(Models.create(config, weights, compute));
            this.average = created.add(Models.create(config, averages, compute));
            this.optimizer = new AdamW(
                    model.parameters().tensors(),
                    name -> switch (weights.group(name)) {
                        case SeparableTransformer.ENCODER -> separable.encoderRate();
                        case SeparableTransformer.DECODER -> separable.decoderRate();
                        default -> 1;
                    },
                    adam.beta1(),
                    adam.beta2(),
                    adam.weightDecay());
            created.keep();
        }
    }

    /**
     * Returns the kind of training that learns to denoise together with other workers. Each of them must be given its
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
            public Trainer fresh(RunConfig config, Device device) {
                return Trainer.fresh(config, device, Models.compute(config), exchange);
            }

            @Override
            public Trainer resumed(RunConfig config, Device device, Checkpoint checkpoint) {
                return Trainer.resumed(config, device, checkpoint, exchange);
            }
        };
    }

    /** Creates a trainer with fresh weights, drawn from the seed of {@code config}. */
    public static Trainer fresh(RunConfig config, Device device) {
        return fresh(config, device, Models.compute(config));
    }

    /** Creates a trainer with fresh weights that computes as {@code compute} says, which it then owns. */
    public static Trainer fresh(RunConfig config, Device device, Compute compute) {
        return fresh(config, device, compute, GradientExchange.ALONE);
    }

    private static Trainer fresh(RunConfig config, Device device, Compute compute, GradientExchange exchange) {
        Parameters weights = Parameters.fresh(device, ScalarType.Float);
        try (ResourceStack created = new ResourceStack()) {
            Parameters averages = Parameters.fresh(device, ScalarType.Float);
            Trainer trainer = created.add(new Trainer(config, device, compute, exchange, weights, averages));
            RandomStreams streams = new RandomStreams(config.training().seed());
            Scopes.run(() -> trainer.model.initialise(streams.tensors("initial weights", 0, 0)));
            Scopes.runWithoutGrad(() -> trainer.updateAverage(0)); // all of it, so the average starts as the model
            created.keep();
            return trainer;
        }
    }

    /**
     * Restores a trainer from a checkpoint, whose tensors are copied.
     *
     * @throws UserException if the checkpoint belongs to another model
     */
    public static Trainer resumed(RunConfig config, Device device, Checkpoint checkpoint) {
        return resumed(config, device, checkpoint, GradientExchange.ALONE);
    }

    private static Trainer resumed(RunConfig config, Device device, Checkpoint checkpoint, GradientExchange exchange) {
        Parameters weights = Parameters.loaded(checkpoint.model(), device);
        Compute compute = Models.compute(config);
        try (ResourceStack created = new ResourceStack()) {
            Parameters averages = Parameters.loaded(checkpoint.ema(), device);
            Trainer trainer = created.add(new Trainer(config, device, compute, exchange, weights, averages));
            trainer.optimizer.load(checkpoint.optimizer());
            created.keep();
            return trainer;
        }
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
     * Makes the step of a whole batch, of which this worker has only {@code batch}. Where there are several workers
     * each has a part of its own, and the {@link GradientExchange} sums what they compute.
     */
    Result step(BatchPart batch, double learningRate, double done) {
        long step = batch.step;
        double[] result = new double[2];
        Scopes.run(() -> {
            try {
                Levels drawn = levels(batch);
                result[0] = exchange.sum(accumulate(batch, drawn, exchange.sum(drawn.countNoisy()), done));
                exchange.sum(optimizer.gradients());
                result[1] = optimizer.clip(config.training().optimizer().clip());
                if (!Double.isFinite(result[1])) {
                    throw new DivergedException("gradient", step, all(batch));
                }
                whole = false;
                optimizer.update(learningRate);
                updateAverage(config.training().optimizer().ema(step));
                whole = true;
            } finally {
                optimizer.clearGradients(); // a gradient left behind would be added to that of the next step
            }
        });
        return new Result(result[0], result[1]);
    }

    /** Returns how many noisy versions of each clip a step draws. */
    int draws() {
        return config.model().separable() ? config.training().separable().draws() : 1;
    }

    /**
     * Describes a part of the clips of a step, with the numbers that name what is drawn for them: these count through
     * the whole batch, so that it makes no difference which worker computes which part.
     *
     * @param first number in the whole batch of the first of {@code clips}
     * @param all clips of the whole batch
     * @param draws noisy versions of each clip
     */
    record BatchPart(long step, int first, int all, List<Clip> clips, int draws) {
        /**
         * Returns the numbers of the draws in the whole batch, in the order of a tensor whose first B clips are one
         * draw of each, whose next B clips are the second draw, and so on.
         */
        int[] drawNumbers() {
            return IntStream.range(0, draws * clips.size())
                    .map(i -> (first + i % clips.size()) * draws + i / clips.size())
                    .toArray();
        }
    }

    /** Returns the level of each latent frame of each draw. */
    Levels levels(BatchPart part) {
        int frames = codec.layout().frames(part.clips.get(0).frames());
        return levels.sample(frames, streams.batch("training levels", part.step, part.drawNumbers()));
    }

    /**
     * Adds the gradient of some clips to the gradients accumulated so far.
     *
     * @param drawn the levels that {@link #levels} returns for them
     * @param learned frames that are to be learned in the whole batch of the step
     * @return the contribution of these clips to the loss of the batch
     * @throws DivergedException if that is not finite
     */
    double accumulate(BatchPart part, Levels drawn, long learned, double done) {
        double[] loss = new double[1];
        Scopes.run(() -> {
            Tensor clean_BTCHW = codec.encode(part.clips);
            // From here on B counts every draw of every clip.
            Tensor x0_BTCHW = part.draws == 1 ? clean_BTCHW : clean_BTCHW.repeat(part.draws, 1, 1, 1, 1);
            Tensor noise_BTCHW = streams.batch("training noise", part.step, part.drawNumbers())
                    .normalLike(x0_BTCHW);
            Mixture at = diffusion.at(drawn, x0_BTCHW);

            Conditions conditions = ClipConditions.dropped(
                    part.clips, codec.layout(), part.first, config.training().conditionDropout(), streams, part.step);
            Tensor prediction_BTCHW = model.predict(
                    context(clean_BTCHW, part.first, conditions, part.step, done),
                    at.noisy(x0_BTCHW, noise_BTCHW),
                    at.level_BT(),
                    conditions);
            Tensor error_BT = diffusion.error(prediction_BTCHW, x0_BTCHW, noise_BTCHW, at);
            Tensor loss_B = error_BT.mul(shares(at, learned)).sum(1);
            requireFinite(loss_B, part);
            Tensor sum = loss_B.sum();
            sum.backward();
            loss[0] = sum.item_double();
        });
        return loss[0];
    }

    /**
     * Returns the past frames that an encoder is given: clean, or with noise up to the configuration's level; true, or
     * generated by the model.
     *
     * @param first number in the whole batch of the first clip
     */
    ContextFrames context(Tensor clean_BTCHW, int first, Conditions conditions, long step, double done) {
        SeparableConfig separable = config.training().separable();
        int[] numbers =
                IntStream.range(first, first + (int) clean_BTCHW.size(0)).toArray();
        long frames = clean_BTCHW.size(1);
        if (!config.model().separable()) {
            Tensor none_BT = torch.zeros(clean_BTCHW.size(0), frames).to(device, ScalarType.Float);
            return ContextFrames.plain(clean_BTCHW, none_BT);
        }
        RandomBatch random = streams.batch("past noise", step, numbers);
        Levels shown = Levels.of(random.uniform(frames).mul(new Scalar(separable.pastLevel())));
        Tensor noise_BTCHW = random.normalLike(clean_BTCHW);
        Tensor past_BTCHW = clean_BTCHW;
        if (resampled(step, done)) {
            RandomBatch fresh = streams.batch("resampling noise", step, numbers);
            past_BTCHW = new Resampler(average, diffusion, separable.resampling(), codec.range())
                    .resample(clean_BTCHW, noise_BTCHW, shown, conditions, fresh);
        }
        Mixture at = diffusion.at(shown, clean_BTCHW);
        return new ContextFrames(at.noisy(past_BTCHW, noise_BTCHW), at.level_BT(), separable.perturbation(), random);
    }

    /** Returns whether the past frames of this step's clips are generated by the model. */
    private boolean resampled(long step, double done) {
        ResamplingConfig resampling = config.training().separable().resampling();
        return done >= resampling.after()
                && streams.numbers("resampling", step, 0).nextDouble() < resampling.share();
    }

    /**
     * Returns the share of each frame's error in the loss: its weight over the number of frames of the whole batch that
     * are to be learned, so that frames without noise neither count nor dilute.
     */
    private Tensor shares(Mixture at, long learned) {
        return diffusion.weights(at).div(new Scalar((double) Math.max(1, learned)));
    }

    private static void requireFinite(Tensor loss_B, BatchPart part) {
        double[] losses = Tensors.doubles(loss_B);
        for (int b = 0; b < losses.length; b++) {
            if (!Double.isFinite(losses[b])) {
                throw new DivergedException("loss", part.step, numbered(part, b % part.clips.size()));
            }
        }
    }

    /**
     * Returns the name of a clip in messages: its number in the batch, which with the step and the seed identifies it,
     * and what it shows.
     */
    private static String numbered(BatchPart part, int b) {
        return "clip " + (part.first + b + 1) + " of " + part.all + " ("
                + part.clips.get(b).name() + ")";
    }

    /** Returns the names of the clips of a batch, since a gradient does not tell which of them it came from. */
    private static String all(BatchPart part) {
        String named = IntStream.range(0, Math.min(MOST_NAMED, part.clips.size()))
                .mapToObj(b -> numbered(part, b))
                .collect(Collectors.joining(", "));
        return part.clips.size() > MOST_NAMED ? named + " or one of the others" : named;
    }

    /** Returns whether weights, average and optimiser are of one step, so that no failure interrupted their update. */
    @Override
    public boolean isWhole() {
        return whole;
    }

    /** Moves the moving average towards the weights by {@code 1 - decay}. */
    private void updateAverage(double decay) {
        Map<String, Tensor> weights = model.parameters().tensors();
        Scalar share = new Scalar(1 - decay);
        Scopes.runWithoutGrad(() -> average.parameters()
                .tensors()
                .forEach((name, mean) -> mean.lerp_(Objects.requireNonNull(weights.get(name)), share)));
    }

    /** Returns the moving average of the weights, which validation and generation use. */
    @Override
    public VideoModel average() {
        return average;
    }

    @Override
    public Codec codec() {
        return codec;
    }

    /** Returns the model whose weights are trained. */
    public VideoModel model() {
        return model;
    }

    @Override
    public long parameters() {
        return model.parameters().count();
    }

    /** Returns all state, to save; the tensors stay this object's. */
    @Override
    public Checkpoint checkpoint(TrainingState state) {
        return new Checkpoint(
                model.parameters().tensors(),
                average.parameters().tensors(),
                optimizer.state(),
                state,
                SavedModel.of(config));
    }

    @Override
    public void close() {
        optimizer.close();
        average.close();
        model.close();
        compute.close();
        codec.close();
    }
}
