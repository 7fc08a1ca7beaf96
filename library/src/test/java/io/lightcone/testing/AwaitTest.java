// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AwaitTest {
    @Test
    void aWaitEndsWithTheEvent() {
        int[] looks = {0};
        Await.until("the third look", () -> ++looks[0] == 3);
        assertThat(looks[0]).isEqualTo(3);
    }

    @Test
    void aWaitInVainNamesTheEvent() {
        assertThatThrownBy(() -> Await.until("a miracle", Duration.ZERO, () -> false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("in vain for a miracle");
        assertThatThrownBy(() -> Await.until("a file", () -> {
                    throw new IOException("gone");
                }))
                .hasMessage("while waiting for a file")
                .hasRootCauseMessage("gone");
    }
}
