// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorldCardTest {
    private static List<Integer> choices(int steps, Integer... others) {
        return new WorldCard("name", "run", 8, 8, 3, 20, List.of(), steps, List.of(others), false, -1).stepChoices();
    }

    @Test
    void theNumberOfUpdatesOfTheRunIsAmongTheChoices() {
        assertThat(choices(20, 1, 2, 4, 8)).containsExactly(1, 2, 4, 8, 20);
        assertThat(choices(3, 8, 1, 8)).containsExactly(1, 3, 8);
        assertThat(choices(4, 1, 2, 4, 8)).containsExactly(1, 2, 4, 8);
        assertThat(choices(50)).containsExactly(50);
    }
}
