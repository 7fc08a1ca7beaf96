// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.attention.Grid;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class RotaryTest {
    private static final int WIDTH = 16;

    @Test
    void cellsStandAtTheMeanOfTheirTokens() {
        assertThat(Rotary.centre(0, 7, 1)).isEqualTo(0);
        assertThat(Rotary.centre(1, 7, 2)).isEqualTo(2.5);
        assertThat(Rotary.centre(3, 7, 2)).as("a last cell of one token").isEqualTo(6);
        assertThat(Rotary.centre(1, 8, 4)).isEqualTo(5.5);
    }

    @Test
    void turningKeepsLengths() {
        Scopes.run(() -> {
            Tensor qk = random(1, 3, 4 * 5, 2, 2, WIDTH);
            Tensor turned = new Rotary(WIDTH).turn(qk, new Grid(3, 4, 5), 0, 1);
            assertThat(Tensors.doubles(turned.square().sum(-1L)))
                    .containsExactly(Tensors.doubles(qk.square().sum(-1L)), Offset.offset(1e-12));
        });
    }

    /** The score of a query and a key depends on where they are to each other, not on where they are. */
    @Test
    void scoresDependOnDifferencesOfPositions() {
        Grid grid = new Grid(5, 6, 7);
        Scopes.run(() -> {
            Tensor one = random(1, 1, 1, 2, 1, WIDTH);
            Tensor everywhere = one.expand(1, 5, 42, 2, 1, WIDTH).contiguous();
            Tensor turned = new Rotary(WIDTH).turn(everywhere, grid, 0, 1);
            double near = score(turned, grid, 0, 0, 0, 2, 1, 3);
            assertThat(score(turned, grid, 2, 4, 3, 4, 5, 6)).isCloseTo(near, Offset.offset(1e-12));
            assertThat(score(turned, grid, 2, 4, 3, 4, 5, 5)).isNotCloseTo(near, Offset.offset(1e-6));
            assertThat(score(turned, grid, 2, 4, 3, 4, 4, 6)).isNotCloseTo(near, Offset.offset(1e-6));
            assertThat(score(turned, grid, 2, 4, 3, 3, 5, 6)).isNotCloseTo(near, Offset.offset(1e-6));
        });
    }

    /** Scores depend on distances alone, however far the frames are from the start of the video. */
    @Test
    void framesKeepTheirDistancesAtAnyTime() {
        Grid grid = new Grid(2, 2, 2);
        Scopes.run(() -> {
            Tensor one = random(1, 1, 1, 2, 1, WIDTH);
            Tensor everywhere = one.expand(1, 2, 4, 2, 1, WIDTH).contiguous();
            try (Rotary rotary = new Rotary(WIDTH)) {
                double early = score(rotary.turn(everywhere, grid, 0, 1), grid, 1, 0, 0, 0, 1, 1);
                double late = score(rotary.turn(everywhere, grid, 1_000_000, 1), grid, 1, 0, 0, 0, 1, 1);
                assertThat(late).isCloseTo(early, Offset.offset(1e-8));
                Tensor whole = rotary.turn(everywhere, grid, 0, 1);
                Tensor second = rotary.turn(everywhere.narrow(1, 1, 1), new Grid(1, 2, 2), 1, 1);
                assertThat(Tensors.doubles(second))
                        .containsExactly(Tensors.doubles(whole.narrow(1, 1, 1)), Offset.offset(1e-12));
            }
        });
    }

    /** Moved keys equal those of a later frame. */
    @Test
    void movedKeysAreThoseOfALaterFrame() {
        Scopes.run(() -> {
            Tensor one = random(1, 1, 6, 2, 1, WIDTH);
            try (Rotary rotary = new Rotary(WIDTH)) {
                Tensor early =
                        rotary.turn(one, new Grid(1, 2, 3), 3, 1).select(3, 1).select(1, 0); // B S K D
                Tensor late = rotary.turn(one, new Grid(1, 2, 3), 10_003, 1)
                        .select(3, 1)
                        .select(1, 0);
                Tensor moved = rotary.later(early.transpose(1, 2), 10_000).transpose(1, 2);
                assertThat(Tensors.doubles(moved)).containsExactly(Tensors.doubles(late), Offset.offset(1e-9));
            }
        });
    }

    private static double score(Tensor turned, Grid grid, int t, int y, int x, int t2, int y2, int x2) {
        Tensor query =
                turned.select(1, t).select(1, (long) y * grid.width() + x).select(1, 0);
        Tensor key =
                turned.select(1, t2).select(1, (long) y2 * grid.width() + x2).select(1, 1);
        return query.mul(key).sum().item_double();
    }

    private static Tensor random(long... shape) {
        return new RandomStreams(3).tensors("test", 0, 0).normal(shape).to(ScalarType.Double);
    }
}
