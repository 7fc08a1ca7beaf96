// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.codec.CausalAutoencoder;
import io.lightcone.codec.LatentDistribution;
import io.lightcone.codec.PatchDiscriminator;
import io.lightcone.codec.TestAutoencoders;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class PictureLossTest {
    private static final double STEP = 1e-5;

    private static Tensor random(String name, long... shape) {
        return new RandomStreams(2).tensors(name, 0, 0).normal(shape).to(ScalarType.Double);
    }

    /** Requires that the gradient of a sum at {@code x} is what differences of the sum are, along some directions. */
    private static void checkGradient(Tensor x, UnaryOperator<Tensor> sum) {
        Tensor at = x.detach().clone().set_requires_grad(true);
        sum.apply(at).sum().backward();
        for (int i = 0; i < 5; i++) {
            Tensor direction = random("direction " + i, x.shape());
            double above =
                    sum.apply(x.add(direction.mul(new Scalar(STEP)))).sum().item_double();
            double below =
                    sum.apply(x.sub(direction.mul(new Scalar(STEP)))).sum().item_double();
            double difference = (above - below) / (2 * STEP);
            double gradient = at.grad().mul(direction).sum().item_double();
            assertThat(gradient).isCloseTo(difference, Offset.offset(1e-5 * (1 + Math.abs(difference))));
        }
    }

    @Test
    void gradientsAreThoseOfTheLosses() {
        Scopes.run(() -> {
            Tensor x_NCHW = random("x", 2, 3, 32, 24).mul(new Scalar(0.3));
            Tensor y_NCHW = random("y", 2, 3, 32, 24).mul(new Scalar(0.3));
            checkGradient(x_NCHW, x -> PictureLoss.charbonnier(x, y_NCHW));
            checkGradient(x_NCHW, x -> PictureLoss.dissimilarity(y_NCHW, x));
            checkGradient(x_NCHW, x -> new LatentDistribution(x, y_NCHW).divergence());
            checkGradient(x_NCHW, x -> new LatentDistribution(y_NCHW, x).divergence());
            checkGradient(x_NCHW, x -> new LatentDistribution(y_NCHW, x).sample(y_NCHW));
        });
    }

    /** The gradient of the whole autoencoder, by one weight of each kind and by the pictures. */
    @Test
    void gradientsGoThroughTheAutoencoder() {
        Scopes.run(() -> {
            try (CausalAutoencoder autoencoder =
                    TestAutoencoders.create(TestAutoencoders.config(8, 2), ScalarType.Double)) {
                Tensor x_BTCHW = random("x", 1, 5, 3, 16, 16);
                UnaryOperator<Tensor> loss = x -> {
                    LatentDistribution latents = autoencoder.distribution(x);
                    Tensor noise = random("noise", latents.mean_BTCHW().shape());
                    return PictureLoss.charbonnier(autoencoder.decode(latents.sample(noise)), x_BTCHW);
                };
                loss.apply(x_BTCHW).backward();
                autoencoder.parameters().tensors().forEach((name, weight) -> {
                    Tensor gradient = weight.grad();
                    assertThat(gradient.defined() && gradient.abs().max().item_double() > 0)
                            .as(name)
                            .isTrue();
                });
                for (String name : new String[] {"encoder.level.1.block.0.time.weight", "decoder.level.2.up.weight"}) {
                    Tensor weight = Objects.requireNonNull(
                            autoencoder.parameters().tensors().get(name));
                    Tensor gradient = weight.grad();
                    Tensor direction = random("direction", weight.shape());
                    double above = moved(weight, direction.mul(new Scalar(STEP)), loss, x_BTCHW);
                    double below = moved(weight, direction.mul(new Scalar(-2 * STEP)), loss, x_BTCHW);
                    assertThat(gradient.mul(direction).sum().item_double())
                            .as(name)
                            .isCloseTo(
                                    (above - below) / (2 * STEP), Offset.offset(1e-5 * Math.abs(above - below) / STEP));
                    Scopes.runWithoutGrad(() -> weight.add_(direction.mul(new Scalar(STEP)))); // where it was
                }
                checkGradient(x_BTCHW, loss);
            }
        });
    }

    private static double moved(Tensor weight, Tensor by, UnaryOperator<Tensor> loss, Tensor x) {
        Scopes.runWithoutGrad(() -> weight.add_(by));
        return loss.apply(x).item_double();
    }

    @Test
    void lossesAreZeroForEqualPicturesAndKnownForEvenOnes() {
        Scopes.run(() -> {
            Tensor x_NCHW = torch.tanh(random("x", 2, 3, 40, 40));
            assertThat(PictureLoss.charbonnier(x_NCHW, x_NCHW).item_double()).isZero();
            assertThat(Tensors.doubles(PictureLoss.dissimilarity(x_NCHW, x_NCHW)))
                    .containsExactly(new double[2], Offset.offset(1e-12));
            Tensor noisy = x_NCHW.add(random("noise", 2, 3, 40, 40).mul(new Scalar(0.1)));
            Tensor noisier = x_NCHW.add(random("noise", 2, 3, 40, 40).mul(new Scalar(0.3)));
            assertThat(PictureLoss.dissimilarity(x_NCHW, noisy).max().item_double())
                    .isLessThan(PictureLoss.dissimilarity(x_NCHW, noisier).min().item_double());
            // Of even pictures only the means count: (2 a b + C1) / (a^2 + b^2 + C1).
            Tensor even_NCHW = torch.full_like(x_NCHW, new Scalar(0.5));
            Tensor brighter_NCHW = torch.full_like(x_NCHW, new Scalar(0.25));
            double expected = 1 - (2 * 0.125 + 4e-4) / (0.25 + 0.0625 + 4e-4);
            assertThat(Tensors.doubles(PictureLoss.dissimilarity(even_NCHW, brighter_NCHW)))
                    .containsExactly(new double[] {expected, expected}, Offset.offset(1e-9));
            double each = Math.sqrt(0.0625 + 0.0004) - 0.02;
            assertThat(PictureLoss.charbonnier(even_NCHW, brighter_NCHW).item_double())
                    .isCloseTo(each * 2 * 3 * 1600, Offset.offset(1e-6));
        });
    }

    /** The divergence from the standard normal distribution is that of two normal distributions. */
    @Test
    void theDivergenceIsThatOfNormalDistributions() {
        Scopes.run(() -> {
            Tensor mean = Tensors.of(new double[] {0, 1, -2}, 3);
            Tensor logVariance = Tensors.of(new double[] {0, Math.log(4), Math.log(0.25)}, 3);
            double expected = 0 + 0.5 * (4 + 1 - 1 - Math.log(4)) + 0.5 * (0.25 + 4 - 1 + Math.log(4));
            assertThat(new LatentDistribution(mean, logVariance).divergence().item_double())
                    .isCloseTo(expected, Offset.offset(1e-12));
        });
    }

    /** Who makes pictures is taught by the discriminator, and does not teach it; and the other way round. */
    @Test
    void eachSideOfTheGameLearnsFromItsOwnLoss() {
        Scopes.run(() -> {
            try (Parameters weights = Parameters.fresh(new Device("cpu"), ScalarType.Double)) {
                PatchDiscriminator discriminator = PatchDiscriminator.declare(weights, 3);
                weights.initialise(new RandomStreams(1).tensors("weights", 0, 0));
                Tensor true_NCHW = random("true", 2, 3, 32, 32);
                Tensor made_NCHW = random("made", 2, 3, 32, 32);
                checkGradient(made_NCHW, discriminator::makerLoss);
                weights.tensors()
                        .forEach((name, weight) ->
                                assertThat(weight.grad().defined()).as(name).isFalse());
                Tensor made = made_NCHW.clone().set_requires_grad(true);
                Tensor before = discriminator.loss(true_NCHW, made).sum();
                before.backward();
                assertThat(made.grad().defined()).isFalse();
                Scopes.runWithoutGrad(() -> weights.tensors()
                        .values()
                        .forEach(weight -> weight.sub_(weight.grad().mul(new Scalar(1e-2)))));
                assertThat(discriminator.loss(true_NCHW, made_NCHW).sum().item_double())
                        .isLessThan(before.item_double());
            }
        });
    }
}
