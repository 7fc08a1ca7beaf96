// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class FlowMatchingTest {
    private final FlowMatching flow = new FlowMatching();

    @Test
    void theEndsAreTheFrameAndTheNoise() {
        Scopes.run(() -> {
            Tensor x0 = torch.randn(2, 3, 1, 4, 4);
            Tensor noise = torch.randn(2, 3, 1, 4, 4);
            assertThat(torch.equal(flow.noisy(x0, noise, torch.zeros(2, 3)), x0))
                    .isTrue();
            assertThat(torch.equal(flow.noisy(x0, noise, torch.ones(2, 3)), noise))
                    .isTrue();
        });
    }

    @Test
    void eachFrameHasItsOwnLevel() {
        Scopes.run(() -> {
            Tensor x0 = torch.ones(1, 3, 1, 1, 1);
            Tensor noise = torch.zeros(1, 3, 1, 1, 1);
            Tensor level = Tensors.of(new float[] {0, 0.25f, 1}, 1, 3);
            assertThat(Tensors.floats(flow.noisy(x0, noise, level))).containsExactly(1, 0.75f, 0);
        });
    }

    /** The velocity is constant along the line, so Euler reaches the frame in any number of steps. */
    @Test
    void eulerIsExactForTheTrueVelocity() {
        Scopes.run(() -> {
            Tensor x0 = torch.randn(2, 3, 1, 4, 4).to(ScalarType.Double);
            Tensor noise = torch.randn(2, 3, 1, 4, 4).to(ScalarType.Double);
            for (int steps : new int[] {1, 3, 10}) {
                Tensor x = noise;
                Tensor velocity = flow.target(x0, noise, torch.zeros(2, 3));
                for (int k = 0; k < steps; k++) {
                    Tensor from = torch.full(new long[] {2, 3}, new Scalar(1 - (double) k / steps))
                            .to(ScalarType.Double);
                    Tensor to = torch.full(new long[] {2, 3}, new Scalar(1 - (k + 1.0) / steps))
                            .to(ScalarType.Double);
                    x = new Euler().step(x, velocity, from, to);
                }
                assertThat(torch.allclose(x, x0, 0, 1e-6, false)).isTrue();
            }
        });
    }

    @Test
    void levelsHaveTheDistributionsTheyAreNamedAfter() {
        Scopes.run(() -> {
            var random = new RandomStreams(1).tensors("levels", 0, 0);
            Tensor uniform = new IndependentLevels(IndependentLevels.Distribution.UNIFORM, 0).sample(2_000, 8, random);
            assertThat(uniform.mean().item_double()).isCloseTo(0.5, Offset.offset(0.01));
            assertThat(uniform.var().item_double()).isCloseTo(1.0 / 12, Offset.offset(0.003));
            Tensor logit = new IndependentLevels(IndependentLevels.Distribution.LOGIT_NORMAL, 0.5)
                    .sample(2_000, 8, random)
                    .logit();
            assertThat(logit.mean().item_double()).isCloseTo(0.5, Offset.offset(0.03));
            assertThat(logit.var().item_double()).isCloseTo(1, Offset.offset(0.04));
            Tensor first = uniform.select(1, 0).sub(new Scalar(0.5));
            Tensor second = uniform.select(1, 1).sub(new Scalar(0.5));
            assertThat(first.mul(second).mean().item_double())
                    .as("frames are independent")
                    .isCloseTo(0, Offset.offset(0.008));
        });
    }
}
