// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CasesTest {
    private static List<Integer> drawn(int tries, long seed) {
        List<Integer> values = new ArrayList<>();
        Cases.check(tries, seed, draw -> values.add(draw.between("value", 3, 1000)));
        return values;
    }

    @Test
    void aPropertyIsCheckedAsOftenAsAskedAndAtTheEdgesFirst() {
        List<Integer> values = drawn(100, 1);
        assertThat(values).hasSize(100).startsWith(3, 1000).allMatch(value -> value >= 3 && value <= 1000);
        assertThat(values.subList(2, 10)).isSubsetOf(3, 4, 999, 1000);
        assertThat(new HashSet<>(values)).hasSizeGreaterThan(50);
    }

    @Test
    void aSeedDrawsTheSameCasesAgain() {
        assertThat(drawn(100, 7)).isEqualTo(drawn(100, 7)).isNotEqualTo(drawn(100, 8));
    }

    @Test
    void aFailureNamesTheCaseItsValuesAndTheSeed() {
        assertThatThrownBy(() -> Cases.check(50, 9, draw -> {
                    int height = draw.between("height", 1, 7);
                    boolean flat = draw.flag("flat");
                    assertThat(height).as("flat is %s", flat).isLessThan(7);
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(
                        "case 2 of 50 does not hold: height = 7, flat = true (drawn again by -Dlightcone.test.seed=9)")
                .hasMessageContaining("flat is true")
                .hasCauseInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> Cases.check(1, draw -> {
                    throw new IOException("no disk");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("case 1 of 1")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void allKindsOfValuesAreDrawnInTheirWholeRange() {
        Set<Object> seen = new HashSet<>();
        Cases.check(2000, 3, draw -> {
            seen.add(draw.flag());
            seen.add(draw.of(Thread.State.class));
            seen.add(draw.maybe(() -> "there") == null ? "nothing" : "something");
            seen.add("of size " + draw.list(1, 30, () -> 0).size());
            seen.add(draw.anyLong() < 0 ? "a negative long" : "a positive long");
            seen.add(draw.anyInt() < 0 ? "a negative int" : "a positive int");
            assertThat(draw.between("share", 0.25, 0.5)).isBetween(0.25, 0.5);
            assertThat(draw.text(5, "ab")).matches("[ab]{0,5}");
            String text = draw.text(5);
            assertThat(text.codePointCount(0, text.length())).isLessThanOrEqualTo(5);
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text)).isTrue();
        });
        assertThat(seen).hasSize(2 + Thread.State.values().length + 2 + 30 + 2 + 2);
    }
}
