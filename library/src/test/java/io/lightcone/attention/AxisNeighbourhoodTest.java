// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.testing.Cases;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AxisNeighbourhoodTest {
    @Test
    void oddWindowSlides() {
        var axis = new AxisNeighbourhood(8, 3, 1, 1, false);
        expect(axis, 0, 0, 1, 2);
        expect(axis, 1, 0, 1, 2);
        expect(axis, 2, 1, 2, 3);
        expect(axis, 6, 5, 6, 7);
        expect(axis, 7, 5, 6, 7);
    }

    @Test
    void evenWindowHasOneMoreOnTheLeft() {
        var axis = new AxisNeighbourhood(8, 4, 1, 1, false);
        for (int i = 0; i <= 2; i++) {
            expect(axis, i, 0, 1, 2, 3);
        }
        expect(axis, 3, 1, 2, 3, 4);
        expect(axis, 4, 2, 3, 4, 5);
        expect(axis, 5, 3, 4, 5, 6);
        expect(axis, 6, 4, 5, 6, 7);
        expect(axis, 7, 4, 5, 6, 7);
    }

    @Test
    void causalWindowIsCutAtTheStart() {
        var axis = new AxisNeighbourhood(8, 3, 1, 1, true);
        expect(axis, 0, 0);
        expect(axis, 1, 0, 1);
        expect(axis, 2, 0, 1, 2);
        expect(axis, 3, 1, 2, 3);
        expect(axis, 7, 5, 6, 7);
    }

    @Test
    void dilationKeepsToTheResidueClass() {
        var axis = new AxisNeighbourhood(11, 3, 2, 1, false);
        expect(axis, 0, 0, 2, 4);
        expect(axis, 1, 1, 3, 5);
        expect(axis, 8, 6, 8, 10);
        expect(axis, 9, 5, 7, 9);
        expect(axis, 10, 6, 8, 10);
    }

    @Test
    void causalDilationCountsBackFromTheQuery() {
        var axis = new AxisNeighbourhood(10, 3, 2, 1, true);
        expect(axis, 0, 0);
        expect(axis, 1, 1);
        expect(axis, 2, 0, 2);
        expect(axis, 3, 1, 3);
        expect(axis, 4, 0, 2, 4);
        expect(axis, 9, 5, 7, 9);
    }

    @Test
    void strideSharesOneWindow() {
        var axis = new AxisNeighbourhood(12, 5, 1, 3, false);
        for (int i = 0; i < 12; i++) {
            int start = new int[] {0, 2, 5, 7}[i / 3];
            expect(axis, i, start, start + 1, start + 2, start + 3, start + 4);
        }
    }

    @Test
    void causalStrideSharesTheStartOfAWindow() {
        var axis = new AxisNeighbourhood(8, 3, 1, 2, true);
        expect(axis, 0, 0);
        expect(axis, 1, 0, 1);
        expect(axis, 2, 1, 2);
        expect(axis, 3, 1, 2, 3);
        expect(axis, 4, 3, 4);
        expect(axis, 5, 3, 4, 5);
    }

    @Test
    void windowWiderThanTheAxisIsAllOfIt() {
        expect(new AxisNeighbourhood(3, 7, 1, 1, false), 1, 0, 1, 2);
        expect(new AxisNeighbourhood(3, 7, 1, 1, true), 1, 0, 1);
        expect(new AxisNeighbourhood(1, 1, 1, 1, false), 0, 0);
    }

    @Test
    void strideBeyondTheWindowIsRefused() {
        assertThatThrownBy(() -> new AxisNeighbourhood(8, 3, 1, 4, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stride must lie between 1 and the window 3, not 4");
    }

    @Test
    void slidingWindowsAreFullOrderedAndHoldTheQuery() {
        Cases.check(1000, draw -> {
            int length = draw.between("length", 1, 24);
            int window = draw.between("window", 1, 12);
            int dilation = draw.between("dilation", 1, 4);
            var axis = new AxisNeighbourhood(length, window, dilation, 1, false);
            for (int i = 0; i < length; i++) {
                int members = (length - i % dilation + dilation - 1) / dilation;
                int[] keys = axis.of(i);
                assertThat(keys).hasSize(Math.min(window, members)).isSorted().contains(i);
                int residue = i % dilation;
                assertThat(Arrays.stream(keys)).allMatch(key -> key % dilation == residue && key >= 0 && key < length);
            }
        });
    }

    @Test
    void causalWindowsNeverSeeTheFuture() {
        Cases.check(1000, draw -> {
            int length = draw.between("length", 1, 24);
            int window = draw.between("window", 1, 12);
            int dilation = draw.between("dilation", 1, 4);
            var axis = new AxisNeighbourhood(length, window, dilation, 1, true);
            for (int i = 0; i < length; i++) {
                int[] keys = axis.of(i);
                assertThat(keys).hasSize(Math.min(window, i / dilation + 1));
                assertThat(keys[keys.length - 1]).isEqualTo(i);
            }
        });
    }

    private static void expect(AxisNeighbourhood axis, int query, int... keys) {
        assertThat(axis.of(query)).as("query %d of %s", query, axis).containsExactly(keys);
    }
}
