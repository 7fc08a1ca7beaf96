// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class FusedAdamWTest {
    /** The expected values follow algorithm 2 of arXiv 1711.05101 in plain Java. */
    @Test
    void stepsFollowThePaper() {
        double rate = 0.01;
        double beta1 = 0.9;
        double beta2 = 0.99;
        double decay = 0.1;
        double weight = 0.7;
        double mean = 0;
        double square = 0;
        try (Tensor w = Tensors.of(new float[] {0.7f}, 1);
                Tensor m = Tensors.of(new float[] {0}, 1);
                Tensor v = Tensors.of(new float[] {0}, 1)) {
            for (int step = 1; step <= 20; step++) {
                double gradient = Math.sin(step) * 3;
                try (Tensor g = Tensors.of(new float[] {(float) gradient}, 1);
                        Tensor updates = Tensors.of(new float[] {step})) {
                    FusedAdamW.update(
                            List.of(w),
                            List.of(g),
                            List.of(m),
                            List.of(v),
                            List.of(updates),
                            rate,
                            beta1,
                            beta2,
                            decay);
                }
                mean = beta1 * mean + (1 - beta1) * gradient;
                square = beta2 * square + (1 - beta2) * gradient * gradient;
                double unbiasedMean = mean / (1 - Math.pow(beta1, step));
                double unbiasedSquare = square / (1 - Math.pow(beta2, step));
                weight -= rate * decay * weight;
                weight -= rate * unbiasedMean / (Math.sqrt(unbiasedSquare) + 1e-8);
                assertThat(Tensors.doubles(w)[0]).isCloseTo(weight, Offset.offset(1e-5));
            }
        }
    }
}
