// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.attention.Neighbourhood.Token;
import io.lightcone.model.ReceptiveField.BranchField;
import io.lightcone.model.ReceptiveField.KeyCells;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceptiveFieldTest {
    /**
     * Computes a receptive field in frames of 10 x 7 tokens; the low branch's cells are 2 x 2 in layers 0 and 1, then 4
     * x 4.
     */
    private static final ModelConfig CONFIG =
            ModelConfig.of(1, 4, 32, 4, 4, List.of(BranchConfig.high(2, 3, 2), BranchConfig.low(2, 2, 4, 3)));

    private static ReceptiveField view(int layer, int t, int y, int x) {
        return ReceptiveField.of(CONFIG, layer, new Token(t, y, x), 8, 40, 28);
    }

    @Test
    void theHighBranchSeesItsWindowShiftedAtBorders() {
        BranchField high = view(0, 7, 9, 3).branches().get(0);
        assertThat(high.frames())
                .containsExactly(
                        new KeyCells(6, List.of(7, 8, 9), List.of(2, 3, 4)),
                        new KeyCells(7, List.of(7, 8, 9), List.of(2, 3, 4)));
        assertThat(high.keys()).isEqualTo(18);
        assertThat(high.query()).isEqualTo(new Token(7, 9, 3));
        assertThat(view(0, 0, 0, 0).branches().get(0).frames()).hasSize(1);
    }

    @Test
    void theLowBranchSeesCellsWhoseSizeFollowsTheLayer() {
        BranchField first = view(1, 7, 9, 3).branches().get(1);
        assertThat(first.down()).isEqualTo(2);
        assertThat(first.rows()).isEqualTo(5);
        assertThat(first.columns()).isEqualTo(4);
        assertThat(first.query()).isEqualTo(new Token(7, 4, 1));
        assertThat(first.frames()).extracting(KeyCells::frame).containsExactly(1, 4, 7);
        assertThat(first.summary()).contains("means of 2x2", "frames 3 apart").doesNotContain(" to ");
        BranchField last = view(3, 7, 9, 3).branches().get(1);
        assertThat(last.down()).isEqualTo(4);
        assertThat(last.query()).isEqualTo(new Token(7, 2, 0));
        assertThat(last.frames().get(0)).isEqualTo(new KeyCells(1, List.of(0, 1, 2), List.of(0, 1)));
    }

    @Test
    void aQueryOutOfRangeIsRefusedWithTheRange() {
        expect(() -> view(4, 0, 0, 0), "layer must lie between 0 and 3, since there are 4 layers, but is 4");
        expect(() -> view(0, 8, 0, 0), "frame must lie between 0 and 7");
        expect(() -> view(0, 0, 10, 0), "row must lie between 0 and 9");
        expect(() -> view(0, 0, 0, -1), "column must lie between 0 and 6");
    }

    private static void expect(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(UserException.class).hasMessageContaining(message);
    }
}
