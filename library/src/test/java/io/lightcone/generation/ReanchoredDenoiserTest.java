// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Tests what frames a reanchored denoiser shows its model: frame f has the value f everywhere, at level f / 100. */
class ReanchoredDenoiserTest {
    private final List<Shown> made = new ArrayList<>();

    /** A denoiser that records what it is shown. */
    private static final class Shown implements CausalDenoiser {
        private final List<String> frames = new ArrayList<>();
        private boolean closed;

        @Override
        public Tensor predict(int first, Tensor x_BTCHW, Tensor level_BT, Tensor step_BT) {
            return x_BTCHW;
        }

        @Override
        public void remember(int first, Tensor x_BTCHW, Tensor level_BT) {
            for (int t = 0; t < x_BTCHW.size(1); t++) {
                double value = x_BTCHW.select(1, t).mean().item_double();
                long level = Math.round(100 * level_BT.select(1, t).mean().item_double());
                frames.add(first + t + ": " + Math.round(value) + " at " + level);
            }
        }

        @Override
        public void save(Snapshot to) {}

        @Override
        public void load(Snapshot from) {}

        @Override
        public void close() {
            closed = true;
        }
    }

    private ReanchoredDenoiser denoiser(int every, int anchors, int last) {
        return new ReanchoredDenoiser(
                () -> {
                    made.add(new Shown());
                    return made.get(made.size() - 1);
                },
                every,
                anchors,
                last);
    }

    private static void remember(ReanchoredDenoiser denoiser, int first, int count) {
        Scopes.run(() -> {
            Tensor[] frames = new Tensor[count];
            float[] levels = new float[count];
            for (int i = 0; i < count; i++) {
                frames[i] = torch.full(new long[] {1, 1, 1, 2, 2}, new Scalar((double) first + i));
                levels[i] = (first + i) / 100f;
            }
            denoiser.remember(first, Tensors.cat(1, frames), Tensors.of(levels, 1, count));
        });
    }

    private static List<String> frames(int... numbers) {
        List<String> frames = new ArrayList<>();
        for (int number : numbers) {
            frames.add(number + ": " + number + " at " + number);
        }
        return frames;
    }

    @Test
    void memoryIsRebuiltFromTheFirstAndTheLastFrames() {
        try (ReanchoredDenoiser denoiser = denoiser(4, 2, 3)) {
            remember(denoiser, 0, 3);
            remember(denoiser, 3, 1);
            assertThat(made).hasSize(2);
            assertThat(made.get(0).frames).isEqualTo(frames(0, 1, 2, 3));
            assertThat(made.get(0).closed).isTrue();
            assertThat(made.get(1).frames).as("fewer than it asks for").isEqualTo(frames(0, 1, 2, 3));
            for (int frame = 4; frame < 8; frame++) {
                remember(denoiser, frame, 1);
            }
            assertThat(made).hasSize(3);
            assertThat(made.get(1).frames).isEqualTo(frames(0, 1, 2, 3, 4, 5, 6, 7));
            assertThat(made.get(2).frames).isEqualTo(frames(0, 1, 5, 6, 7));
            remember(denoiser, 8, 1);
            assertThat(made.get(2).frames).isEqualTo(frames(0, 1, 5, 6, 7, 8));
        }
        assertThat(made.get(2).closed).isTrue();
    }

    /** A saved denoiser builds its memory anew when the first one would have, from the same frames. */
    @Test
    void aRestoredReanchoredDenoiserRebuildsItsMemoryAtTheSameTime() {
        try (ReanchoredDenoiser whole = denoiser(4, 1, 2);
                ReanchoredDenoiser other = denoiser(4, 1, 2)) {
            for (int frame = 0; frame < 6; frame++) {
                remember(whole, frame, 1);
            }
            Scopes.run(() -> {
                Snapshot saved = Snapshot.empty();
                whole.save(saved);
                other.load(saved);
            });
            made.clear();
            remember(other, 6, 1);
            assertThat(made).isEmpty();
            remember(other, 7, 1);
            assertThat(made).hasSize(1);
            assertThat(made.get(0).frames).isEqualTo(frames(0, 6, 7));
        }
    }
}
