// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BusyProcessTest {
    @Test
    void aBusyProcessRunsUntilItIsClosed() {
        Process process;
        try (BusyProcess busy = BusyProcess.start()) {
            process = busy.process();
            assertThat(process.isAlive()).isTrue();
        }
        assertThat(process.isAlive()).isFalse();
    }

    /** As when the process that started it is killed: nobody closes it, and its input ends. */
    @Test
    void itEndsWithItsInput() throws Exception {
        try (BusyProcess busy = BusyProcess.start()) {
            busy.process().getOutputStream().close();
            assertThat(busy.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(busy.process().exitValue()).isZero();
        }
    }
}
