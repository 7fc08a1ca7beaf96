// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeysTest {
    @Test
    void directionsHaveTheirKeysAndOtherActionsDigits() {
        Keys keys = Keys.of(List.of("stay", "forward", "left", "right", "jump", "duck"));
        assertThat(keys.bindings())
                .containsExactly(
                        entry("w", "forward"),
                        entry("ArrowUp", "forward"),
                        entry("a", "left"),
                        entry("ArrowLeft", "left"),
                        entry("d", "right"),
                        entry("ArrowRight", "right"),
                        entry("1", "jump"),
                        entry("2", "duck"));
        assertThat(keys.action("ArrowLeft")).isEqualTo(2);
        assertThat(keys.action("q")).isEqualTo(Dream.NO_ACTION);
        assertThat(keys.idle()).isZero();
    }

    @Test
    void twoActionsOfADirectionDoNotShareAKey() {
        assertThat(Keys.of(List.of("up", "north")).bindings())
                .containsExactly(entry("w", "up"), entry("ArrowUp", "up"), entry("1", "north"));
    }

    @Test
    void withoutAnActionThatDoesNothingTheLastOneHoldsOn() {
        assertThat(Keys.of(List.of("left", "right")).idle()).isEqualTo(Dream.NO_ACTION);
        assertThat(Keys.of(List.of()).bindings()).isEmpty();
    }
}
