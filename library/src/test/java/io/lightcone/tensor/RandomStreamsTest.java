// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class RandomStreamsTest {
    @Test
    void theSameNameGivesTheSameNumbers() {
        Scopes.run(() -> {
            float[] first =
                    Tensors.floats(new RandomStreams(7).tensors("noise", 3, 1).normal(16));
            float[] second =
                    Tensors.floats(new RandomStreams(7).tensors("noise", 3, 1).normal(16));
            assertThat(second).containsExactly(first);
        });
    }

    @Test
    void everyPartOfTheNameMatters() {
        Set<Long> seeds = new HashSet<>();
        int names = 0;
        for (long seed = 0; seed < 5; seed++) {
            for (String purpose : new String[] {"noise", "levels", "clip"}) {
                for (long step = 0; step < 50; step++) {
                    for (int rank = 0; rank < 5; rank++) {
                        seeds.add(new RandomStreams(seed).seedOf(purpose, step, rank));
                        names++;
                    }
                }
            }
        }
        assertThat(seeds).hasSize(names);
    }

    @Test
    void streamsOfNeighbouringStepsAreUnrelated() {
        Scopes.run(() -> {
            int size = 20_000;
            Tensor one = new RandomStreams(1).tensors("noise", 1, 0).normal(size);
            Tensor two = new RandomStreams(1).tensors("noise", 2, 0).normal(size);
            double correlation = one.mul(two).mean().item_double();
            assertThat(correlation).isCloseTo(0, Offset.offset(0.04));
            assertThat(one.square().mean().item_double()).isCloseTo(1, Offset.offset(0.05));
        });
    }
}
