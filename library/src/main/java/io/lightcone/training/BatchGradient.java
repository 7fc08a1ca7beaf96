// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.codec.Codec;
import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.Mixture;
import io.lightcone.diffusion.Updates;
import io.lightcone.model.Compute;
import io.lightcone.model.Conditions;
import io.lightcone.model.ContextFrames;
import io.lightcone.model.ContextWindow;
import io.lightcone.model.VideoModel;
import io.lightcone.run.ClipConditions;
import io.lightcone.run.Models;
import io.lightcone.run.ResamplingConfig;
import io.lightcone.run.RunConfig;
import io.lightcone.run.SeparableConfig;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomBatch;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Timeline;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Computes the gradient of some clips of a batch. Each worker of a {@link Trainer} has one of its own: a model that has
 * the trained weights in memory in common with all others, but its own gradients, plans and caches, so that they
 * compute at the same time and share nothing that any of them writes. What is learned is said by its kinds: to denoise
 * ({@link DenoisingGradient}), or what a teacher makes of frames ({@link ConsistencyGradient}).
 *
 * <p>Shapes: B clips, or every draw of each clip, T frames, C channels, H W rows and columns.
 */
abstract class BatchGradient implements AutoCloseable {
    final RunConfig config;
    final Device device;
    final RandomStreams streams;
    final Diffusion diffusion;
    final Codec codec;
    private final Compute compute;
    private final VideoModel model;
    private final VideoModel average;

    /** Creates what computes the gradients of the first worker, as the constructor is described. */
    @FunctionalInterface
    interface Factory {
        BatchGradient create(
                RunConfig config, Device device, Codec codec, Compute compute, Parameters weights, Parameters averages);
    }

    /**
     * Clips of a batch with noise.
     *
     * @param context the past frames that an encoder is given of each clip
     * @param conditions of each clip
     * @param x0 the true frames of every draw of each clip
     * @param noise the noise in them
     * @param noisy both of them, mixed
     * @param at the levels that they are mixed at
     */
    record Noised(ContextFrames context, Conditions conditions, Tensor x0, Tensor noise, Tensor noisy, Mixture at) {}

    /**
     * Creates a model around {@code weights} and one around their moving average {@code averages}, which it then owns.
     *
     * @param codec stays the caller's, and is used by all workers at the same time
     * @param compute how to compute, for this object alone, which then owns it
     */
    BatchGradient(
            RunConfig config, Device device, Codec codec, Compute compute, Parameters weights, Parameters averages) {
        this.config = config;
        this.device = device;
        this.streams = new RandomStreams(config.training().seed());
        this.diffusion = config.diffusion().diffusion();
        this.codec = codec;
        try (ResourceStack created = new ResourceStack()) {
            this.compute = created.add(compute);
            this.model = created.add(Models.create(config, weights, compute));
            this.average = created.add(Models.create(config, averages, compute));
            created.keep();
        }
    }

    /** Creates one more for another worker, with the same weights and average, which owns {@code compute}. */
    abstract BatchGradient another(Compute compute);

    /** Returns the level of each latent frame of each draw of some clips, and the update from there to be learned. */
    abstract Updates updates(BatchPart part, double done);

    /** Returns the contribution of some clips to the loss of the batch, a single number; see {@link #accumulate}. */
    abstract Tensor loss(BatchPart part, Updates drawn, long learned, double done);

    /** Returns the model that generates past frames, where the model is to generate them itself. */
    abstract VideoModel imagining();

    /** Returns the model whose gradients are computed. */
    VideoModel model() {
        return model;
    }

    /** Returns the model with the moving average of the weights. */
    VideoModel average() {
        return average;
    }

    /** Returns the weights that are trained, each with its own gradient. */
    Map<String, Tensor> weights() {
        return model.parameters().tensors();
    }

    /** Returns weights that teach and are not trained, for checkpoints; they stay this object's. */
    Map<String, Tensor> teacher() {
        return Map.of();
    }

    /**
     * Adds the gradient of some clips to the gradients accumulated so far.
     *
     * @param drawn the levels of each draw of them, and the updates from there
     * @param learned frames that are to be learned in the whole batch of the step
     * @return the contribution of these clips to the loss of the batch
     * @throws DivergedException if that is not finite
     */
    final double accumulate(BatchPart part, Updates drawn, long learned, double done) {
        double[] loss = new double[1];
        Scopes.run(() -> {
            if (config.training().recompute()) {
                loss[0] = compute.recomputation()
                        .backward(() -> loss(part, drawn, learned, done))
                        .item_double();
            } else {
                Tensor sum = loss(part, drawn, learned, done);
                try (Timeline.Span span = Timeline.span("backwards")) {
                    sum.backward();
                }
                loss[0] = sum.item_double();
            }
        });
        return loss[0];
    }

    /** Returns some clips with noise at the levels drawn, in the caller's scope. */
    final Noised noised(BatchPart part, Levels drawn, double done) {
        Timeline.Span span = Timeline.span("encoding clips");
        Tensor clean_BTCHW = codec.encode(part.clips());
        span = span.then("adding noise");
        // From here on B counts every draw of every clip.
        Tensor x0_BTCHW = part.draws() == 1 ? clean_BTCHW : clean_BTCHW.repeat(part.draws(), 1, 1, 1, 1);
        Tensor noise_BTCHW =
                streams.batch("training noise", part.step(), part.drawNumbers()).normalLike(x0_BTCHW);
        Mixture at = diffusion.at(drawn, x0_BTCHW);

        double hidden = config.training().conditionDropout();
        Conditions conditions =
                ClipConditions.dropped(part.clips(), codec.layout(), part.first(), hidden, streams, part.step());
        ContextFrames context = context(clean_BTCHW, part.first(), conditions, part.step(), done);
        Tensor noisy_BTCHW = at.noisy(x0_BTCHW, noise_BTCHW);
        span.close();
        return new Noised(context, conditions, x0_BTCHW, noise_BTCHW, noisy_BTCHW, at);
    }

    /**
     * Returns the past frames that an encoder is given: clean, or with noise up to the configuration's level; true, or
     * generated by the model.
     *
     * @param first number in the whole batch of the first clip
     */
    final ContextFrames context(Tensor clean_BTCHW, int first, Conditions conditions, long step, double done) {
        SeparableConfig separable = config.training().separable();
        int[] numbers =
                IntStream.range(first, first + (int) clean_BTCHW.size(0)).toArray();
        long frames = clean_BTCHW.size(1);
        ContextWindow window = config.windowOf((int) frames);
        if (!config.model().separable()) {
            Tensor none_BT = torch.zeros(clean_BTCHW.size(0), frames).to(device, ScalarType.Float);
            return ContextFrames.plain(clean_BTCHW, none_BT).within(window);
        }
        RandomBatch random = streams.batch("past noise", step, numbers);
        Levels shown = Levels.of(random.uniform(frames).mul(new Scalar(separable.pastLevel())));
        Tensor noise_BTCHW = random.normalLike(clean_BTCHW);
        Tensor past_BTCHW = clean_BTCHW;
        if (resampled(step, done)) {
            RandomBatch fresh = streams.batch("resampling noise", step, numbers);
            past_BTCHW = new Resampler(imagining(), diffusion, separable.resampling(), window, codec.range())
                    .resample(clean_BTCHW, noise_BTCHW, shown, conditions, fresh);
        }
        Mixture at = diffusion.at(shown, clean_BTCHW);
        Tensor shown_BTCHW = at.noisy(past_BTCHW, noise_BTCHW);
        return new ContextFrames(shown_BTCHW, at.level_BT(), separable.perturbation(), random, window);
    }

    /** Returns whether the past frames of this step's clips are generated by the model. */
    private boolean resampled(long step, double done) {
        ResamplingConfig resampling = config.training().separable().resampling();
        return done >= resampling.after()
                && streams.numbers("resampling", step, 0).nextDouble() < resampling.share();
    }

    /**
     * Sums the errors of frames [B, T], each times its weight [B, T], over the number of frames of the whole batch that
     * are to be learned, so that frames without noise neither count nor dilute.
     *
     * @throws DivergedException if the sum of a clip is not finite
     */
    static Tensor sum(Tensor error_BT, Tensor weight_BT, long learned, BatchPart part) {
        Tensor share_BT = weight_BT.div(new Scalar((double) Math.max(1, learned)));
        Tensor loss_B = error_BT.mul(share_BT).sum(1);
        double[] losses = Tensors.doubles(loss_B);
        for (int b = 0; b < losses.length; b++) {
            if (!Double.isFinite(losses[b])) {
                throw new DivergedException(
                        "loss", part.step(), part.named(b % part.clips().size()));
            }
        }
        return loss_B.sum();
    }

    @Override
    public void close() {
        average.close();
        model.close();
        compute.close();
    }
}
