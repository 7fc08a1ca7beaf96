// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests that a training step takes the memory that {@code cost} predicts, within 15 %. Each takes a process of its own,
 * since what one has freed stays with its process, with the launcher's settings of glibc, which decide what that is.
 */
@Tag("slow")
@EnabledOnOs(value = OS.LINUX, disabledReason = "other systems have another allocator, and do not tell the peak")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class MemoryPredictionTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String AS_THE_LAUNCHER = "export MALLOC_ARENA_MAX=4 MALLOC_MMAP_MAX_=0"
            + " MALLOC_TRIM_THRESHOLD_=1000000000000 MALLOC_TOP_PAD_=67108864"
            + " GLIBC_TUNABLES=glibc.malloc.hugetlb=1 GOMP_SPINCOUNT=300;";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--preset msc-demo --workers 1",
                "--preset msc-demo --workers 2",
                "--preset msc-tiny --workers 1",
                "--preset msc-tiny --workers 2",
                "--preset msc-s --workers 2 --set training.batch=2",
            })
    void aStepTakesTheMemoryThatIsPredicted(String arguments) throws Exception {
        String line = "bench memory --json --device cpu --threads 2 " + arguments;
        Process bench = ProcessTest.program(AS_THE_LAUNCHER, List.of(line.split(" ")))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        JsonNode result;
        try {
            String out = ProcessTest.text(bench.getInputStream());
            assertThat(bench.waitFor()).isEqualTo(Main.OK);
            result = JSON.readTree(out);
        } finally {
            bench.destroyForcibly();
        }
        double predicted = result.path("predicted").path("totalBytes").asDouble();
        assertThat(predicted).isCloseTo(result.path("measuredBytes").asDouble(), Percentage.withPercentage(15));
    }
}
