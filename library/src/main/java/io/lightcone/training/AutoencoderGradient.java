// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.codec.CausalAutoencoder;
import io.lightcone.codec.CausalAutoencoderConfig;
import io.lightcone.codec.LatentDistribution;
import io.lightcone.codec.PatchDiscriminator;
import io.lightcone.run.ReconstructionConfig;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Timeline;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Computes the gradient of some clips of a batch for an {@link AutoencoderTrainer}. Each worker has one of its own: it
 * has the trained weights in memory in common with all others, but its own gradients.
 *
 * <p>The loss is that of a variational autoencoder (arXiv 1312.6114) with the further terms of latent diffusion's
 * (arXiv 2112.10752) and one that makes latents smooth; {@link ReconstructionConfig} has their weights. The clips are
 * encoded whole, and decoded from one sample of their latents.
 *
 * <p>Shapes: B clips, T pictures, N pictures of all clips, C channels, H W rows and columns.
 */
final class AutoencoderGradient implements AutoCloseable {
    private final ReconstructionConfig losses;
    private final RandomStreams streams;
    private final CausalAutoencoder autoencoder;
    private final @Nullable Parameters judge;
    private final @Nullable PatchDiscriminator discriminator;

    /**
     * Creates it around weights, which it then owns.
     *
     * @param judge weights of the discriminator; null where there is none
     */
    AutoencoderGradient(
            CausalAutoencoderConfig config,
            ReconstructionConfig losses,
            RandomStreams streams,
            Parameters weights,
            @Nullable Parameters judge) {
        this.losses = losses;
        this.streams = streams;
        try (ResourceStack created = new ResourceStack()) {
            this.judge = judge == null ? null : created.add(judge);
            this.autoencoder = created.add(new CausalAutoencoder(config, weights));
            this.discriminator = judge == null ? null : PatchDiscriminator.declare(judge, config.pictureChannels());
            created.keep();
        }
    }

    /** Creates one more for another worker, with the same weights. */
    AutoencoderGradient another() {
        return new AutoencoderGradient(
                autoencoder.config(),
                losses,
                streams,
                Parameters.sharing(parameters()),
                judge == null ? null : Parameters.sharing(judge));
    }

    Parameters parameters() {
        return autoencoder.parameters();
    }

    /** Returns the weights that are trained, each with its own gradient. */
    Map<String, Tensor> weights() {
        return parameters().tensors();
    }

    /** Returns the weights of the discriminator, each with its own gradient; empty where there is none. */
    Map<String, Tensor> judging() {
        return judge == null ? Map.of() : judge.tensors();
    }

    /**
     * Adds the gradient of some clips to the gradients accumulated so far, those of the discriminator included.
     *
     * @param judged whether the discriminator is listened to, and learns
     * @return the contribution of these clips to the loss of the batch
     * @throws DivergedException if that is not finite
     */
    double accumulate(BatchPart part, boolean judged) {
        double[] loss = new double[1];
        Scopes.run(() -> {
            Timeline.Span span = Timeline.span("forwards");
            Tensor x_BTCHW = autoencoder.pictures(part.clips());
            LatentDistribution latents = autoencoder.distribution(x_BTCHW);
            int[] numbers = IntStream.range(
                            part.first(), part.first() + part.clips().size())
                    .toArray();
            Tensor noise_BTCHW =
                    streams.batch("latent noise", part.step(), numbers).normalLike(latents.mean_BTCHW());
            Tensor y_BTCHW = autoencoder.decode(latents.sample(noise_BTCHW));
            span = span.then("loss");
            Tensor sum = loss(part, x_BTCHW, y_BTCHW, latents, judged);
            loss[0] = sum.item_double();
            if (!Double.isFinite(loss[0])) {
                throw new DivergedException("loss", part.step(), part.named());
            }
            span = span.then("backwards");
            sum.backward();
            if (judged && discriminator != null) {
                span = span.then("discriminator");
                Tensor loss_N = discriminator.loss(x_BTCHW.flatten(0, 1), y_BTCHW.flatten(0, 1));
                share(loss_N.sum(), pictures(part)).backward();
            }
            span.close();
        });
        return loss[0];
    }

    /** Returns the contribution of some clips to the loss of the batch. */
    private Tensor loss(BatchPart part, Tensor x_BTCHW, Tensor y_BTCHW, LatentDistribution latents, boolean judged) {
        return Scopes.scoped(() -> {
            double numbers = (double) x_BTCHW.numel() / part.clips().size() * part.all();
            Tensor x_NCHW = x_BTCHW.flatten(0, 1);
            Tensor y_NCHW = y_BTCHW.flatten(0, 1);
            Tensor sum = share(PictureLoss.charbonnier(x_BTCHW, y_BTCHW), numbers);
            if (losses.kl() > 0) {
                sum = sum.add(share(latents.divergence(), numbers).mul(new Scalar(losses.kl())));
            }
            if (losses.smoothness() > 0) {
                Tensor roughness_B = latents.roughness_B();
                sum = sum.add(share(roughness_B.sum(), part.all()).mul(new Scalar(losses.smoothness())));
            }
            if (losses.perceptual() > 0) {
                Tensor dissimilarity_N = PictureLoss.dissimilarity(x_NCHW, y_NCHW);
                sum = sum.add(share(dissimilarity_N.sum(), pictures(part)).mul(new Scalar(losses.perceptual())));
            }
            if (judged && discriminator != null) {
                Tensor loss_N = discriminator.makerLoss(y_NCHW);
                sum = sum.add(share(loss_N.sum(), pictures(part)).mul(new Scalar(losses.adversarial())));
            }
            return sum;
        });
    }

    private static Tensor share(Tensor sum, double all) {
        return sum.div(new Scalar(all));
    }

    private static double pictures(BatchPart part) {
        return (double) part.clips().get(0).frames() * part.all();
    }

    @Override
    public void close() {
        if (judge != null) {
            judge.close();
        }
        autoencoder.close();
    }
}
