// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.run.TrainingConfig.Precision;
import io.lightcone.tensor.Libtorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    private static final Machine MACHINE = new Machine("a processor", 4, "2.10.0", 100, 400, 1_000);

    @TempDir
    Path folder = Path.of("");

    @Test
    void whatWasMeasuredIsKeptAndReadBack() {
        Path file = folder.resolve("new").resolve("machine.json");
        Machine.keep(MACHINE, file);
        assertThat(Machine.kept(file)).isEqualTo(MACHINE);
    }

    @Test
    void aFileThatIsMissingOrDamagedOrOfAnotherVersionIsAsGoodAsNone() throws IOException {
        Path file = folder.resolve("machine.json");
        assertThat(Machine.kept(file)).isNull();
        for (String text : new String[] {"", "{", "null", "[]", "{\"processor\": \"a processor\"}"}) {
            Files.writeString(file, text);
            assertThat(Machine.kept(file)).as(text).isNull();
        }
    }

    @Test
    void aFolderThatCannotBeWrittenToIsNoFailure() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Machine.keep(MACHINE, file.resolve("machine.json"));
        assertThat(file).isEmptyFile();
    }

    @Test
    void bfloat16IsChosenWhereItIsMuchFaster() {
        assertThat(MACHINE.linear()).isEqualTo(Precision.BFLOAT16);
        assertThat(new Machine("a processor", 4, "2.10.0", 100, 140, 1_000).linear())
                .isEqualTo(Precision.FLOAT32);
    }

    @Test
    void smallFramesAreForOneThread() {
        assertThat(MACHINE.threadsFor(999)).isEqualTo(1);
        assertThat(MACHINE.threadsFor(1_000)).isEqualTo(4);
        Machine never = new Machine("a processor", 4, "2.10.0", 100, 400, Machine.NEVER);
        assertThat(never.threadsFor(Long.MAX_VALUE)).isEqualTo(1);
    }

    /** Speeds are not tested, since other work may slow any of them; only that they were measured, and are kept. */
    @Test
    void thisMachineIsMeasuredOnceForEachNumberOfThreads() {
        Libtorch.withThreads(2, () -> {
            Machine machine = Machine.measured();
            assertThat(machine.threads()).isEqualTo(2);
            assertThat(machine.processor()).isNotBlank();
            assertThat(machine.libtorch()).startsWith("2.");
            assertThat(machine.float32()).isPositive();
            assertThat(machine.bfloat16()).isPositive();
            assertThat(Machine.current()).isSameAs(machine);
            Libtorch.withThreads(1, () -> {
                assertThat(Machine.current().threads()).isEqualTo(1);
                assertThat(Machine.current().splitFrom()).isEqualTo(Machine.NEVER);
            });
            assertThat(Machine.current()).isSameAs(machine);
        });
    }

    @Test
    void threadsAreLimitedForAWhileAndRestoredAfterAFailure() {
        int before = torch.get_num_threads();
        int[] within = new int[1];
        try {
            Libtorch.withThreads(3, () -> {
                within[0] = torch.get_num_threads();
                throw new IllegalStateException("a failure");
            });
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("a failure");
        }
        assertThat(within[0]).isEqualTo(3);
        assertThat(torch.get_num_threads()).isEqualTo(before);
    }
}
