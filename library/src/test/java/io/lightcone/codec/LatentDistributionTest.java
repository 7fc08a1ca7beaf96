// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Tests how rough latents are said to be. */
class LatentDistributionTest {
    private static final Offset<Double> NEARLY = Offset.offset(0.03);
    private static final Offset<Double> EXACTLY = Offset.offset(1e-6);

    private static Tensor noise(long... shape) {
        return new RandomStreams(3).tensors("latents", 0, 0).normal(shape);
    }

    private static double[] roughness(Tensor mean_BTCHW) {
        return Tensors.doubles(new LatentDistribution(mean_BTCHW, torch.zeros_like(mean_BTCHW)).roughness_B());
    }

    @Test
    void whiteNoiseIsRoughAndWhatStandsStillIsNot() {
        Scopes.run(() -> {
            assertThat(roughness(noise(2, 8, 3, 16, 16))[1]).isCloseTo(1, NEARLY);
            Tensor still = noise(1, 1, 3, 16, 16).repeat(1, 8, 1, 1, 1);
            assertThat(roughness(still)[0]).as("in two of three directions").isCloseTo(2 / 3.0, NEARLY);
            Tensor rows = noise(1, 1, 3, 16, 1).repeat(1, 8, 1, 1, 16);
            assertThat(roughness(rows)[0]).as("in one of three").isCloseTo(1 / 3.0, NEARLY);
        });
    }

    /** So it cannot be lowered by making all latents small or by adding to them. */
    @Test
    void sizeAndMeanMakeNoDifference() {
        Scopes.run(() -> {
            Tensor latents = noise(2, 5, 4, 8, 8).cumsum(1);
            double expected = roughness(latents)[0];
            assertThat(expected).isBetween(0.3, 0.9);
            assertThat(roughness(latents.mul(new Scalar(50.0)).add(new Scalar(7.0)))[0])
                    .isCloseTo(expected, Offset.offset(1e-3));
            assertThat(roughness(latents.mul(new Scalar(1e-3)))[0]).isCloseTo(expected, Offset.offset(1e-3));
        });
    }

    /** So it does not matter how workers share a batch. */
    @Test
    void eachClipIsMeasuredByItself() {
        Scopes.run(() -> {
            Tensor latents = noise(3, 5, 4, 8, 8).mul(noise(3, 1, 4, 1, 1)).cumsum(1);
            double[] together = roughness(latents);
            for (int clip = 0; clip < together.length; clip++) {
                assertThat(roughness(latents.narrow(0, clip, 1))[0]).isCloseTo(together[clip], EXACTLY);
            }
        });
    }

    @Test
    void oneFrameOrOnePlaceHasOtherDirections() {
        Scopes.run(() -> {
            assertThat(roughness(noise(1, 1, 4, 16, 16))[0]).isCloseTo(1, Offset.offset(0.1));
            assertThat(roughness(noise(1, 64, 16, 1, 1))[0]).isCloseTo(1, Offset.offset(0.1));
            assertThat(roughness(noise(1, 1, 4, 1, 1))[0]).isZero();
        });
    }

    @Test
    void theGradientOfLatentsThatNeverChangeIsZero() {
        Scopes.run(() -> {
            Tensor flat = torch.ones(1, 5, 4, 8, 8).set_requires_grad(true);
            new LatentDistribution(flat, torch.zeros_like(flat))
                    .roughness_B()
                    .sum()
                    .backward();
            assertThat(Tensors.doubles(flat.grad().abs().max())[0]).isZero();
        });
    }
}
