// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.expectError;
import static io.lightcone.cli.Answer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MachineCommandTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void theMachineIsMeasuredOnceAndShown() {
        JsonNode measured = JSON.readTree(ok("machine --again --threads 2 --json"));
        JsonKeys.assertKeys("machine", measured);
        assertThat(measured.path("threads").asInt()).isEqualTo(2);
        assertThat(JSON.readTree(ok("machine --threads 2 --json"))).isEqualTo(measured);
        assertThat(ok("machine --threads 2"))
                .contains(measured.path("processor").asString())
                .contains("training.linear=auto is "
                        + measured.path("linear").asString().toLowerCase(Locale.ROOT));
        assertThat(ok("machine --threads 1")).contains("by one thread, the only one");
    }

    @Test
    void aBadNumberIsOneSentence() {
        expectError("machine --threads -1", "--threads must be 0 or more, not -1");
    }
}
