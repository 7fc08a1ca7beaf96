// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorTest {
    @TempDir
    Path root = Path.of("");

    private void allow(String processors) throws IOException {
        Path status = root.resolve("proc/self/status");
        Files.createDirectories(status.getParent());
        Files.writeString(status, "Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t" + processors + "\n");
    }

    private Path processor(int number, String threadsOfItsCore) throws IOException {
        Path folder = root.resolve("sys/devices/system/cpu/cpu" + number);
        Files.createDirectories(folder.resolve("topology"));
        Files.writeString(folder.resolve("topology/thread_siblings_list"), threadsOfItsCore + "\n");
        return folder;
    }

    @Test
    void instructionsForBfloat16AreFlags() throws IOException {
        assertThat(Processor.multipliesBfloat16(root)).as("another system").isFalse();
        Path file = Files.createDirectories(root.resolve("proc")).resolve("cpuinfo");
        Files.writeString(file, "model name\t: X\nflags\t\t: fpu avx512f avx512_bf16 amx_tile\n");
        assertThat(Processor.multipliesBfloat16(root)).isTrue();
        Files.writeString(file, "model name\t: X\nflags\t\t: fpu avx512f avx512_bf16x avx_vnni\n");
        assertThat(Processor.multipliesBfloat16(root)).isFalse();
        Files.writeString(file, "processor\t: 0\nFeatures\t: fp asimd bf16 i8mm\n");
        assertThat(Processor.multipliesBfloat16(root)).isTrue();
    }

    @Test
    void threadsOfACoreCountAsOne() throws IOException {
        for (int i = 0; i < 8; i++) {
            processor(i, i % 4 + "," + (i % 4 + 4));
        }
        allow("0-7");
        assertThat(Processor.cores(root)).hasValue(4);
        allow("0-2,6");
        assertThat(Processor.cores(root))
                .as("two threads of core 2, and two others")
                .hasValue(3);
        allow("5");
        assertThat(Processor.cores(root)).hasValue(1);
    }

    /** Where processors may be added while the machine runs, a process is allowed those too. */
    @Test
    void processorsThatAreNotThereDoNotCount() throws IOException {
        processor(0, "0");
        processor(1, "1");
        allow("0-127");
        assertThat(Processor.cores(root)).hasValue(2);
    }

    @Test
    void whatIsNotToldIsUnknown() throws IOException {
        assertThat(Processor.cores(root)).as("no Linux").isEmpty();
        allow("0-1");
        assertThat(Processor.cores(root)).as("no cores").isEmpty();
        processor(0, "0");
        processor(1, "1");
        assertThat(Processor.cores(root)).hasValue(2);
        for (String broken : new String[] {"", "all", "0-", "-"}) {
            allow(broken);
            assertThat(Processor.cores(root)).as(broken).isEmpty();
        }
    }

    @Test
    void aMachineHidesItsCachesOnlyWhereLinuxShowsNone() throws IOException {
        assertThat(Processor.hidesCaches(root)).as("no Linux").isFalse();
        Path first = processor(0, "0");
        assertThat(Processor.hidesCaches(root)).isTrue();
        Files.createDirectories(first.resolve("cache/index0"));
        assertThat(Processor.hidesCaches(root)).isFalse();
    }

    @Test
    void thisMachineHasAThreadAtLeastAndNoMoreThanItMayUse() {
        assertThat(Processor.usefulThreads(Integer.MAX_VALUE))
                .isBetween(1, Runtime.getRuntime().availableProcessors());
        assertThat(Processor.usefulThreads(1)).isPositive();
        assertThat(Processor.name()).isNotBlank();
    }
}
