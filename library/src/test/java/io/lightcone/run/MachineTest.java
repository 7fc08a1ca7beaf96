// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.config.ConfigReader;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.Processor;
import io.lightcone.tensor.Scopes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    private static final Machine MACHINE =
            new Machine("a processor", 4, "2.10.0", "", 100, 400, 50, 100, false, 60, 120, 1_000, Machine.NEVER);

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
        for (String text :
                new String[] {"", "{", "null", "[]", "{\"processor\": \"a processor\"}", damaged("null"), damaged("-3")
                }) {
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
        assertThat(new Machine("a processor", 4, "2.10.0", "", 100, 140, 50, 100, false, 60, 120, 1_000, Machine.NEVER)
                        .linear())
                .isEqualTo(Precision.FLOAT32);
    }

    @Test
    void attentionHas16BitsWhereThatIsMuchFaster() {
        assertThat(MACHINE.cached()).isEqualTo(Precision.BFLOAT16);
        Machine slow = new Machine("a processor", 4, "2.10.0", "", 100, 400, 50, 8, false, 60, 5, 1_000, Machine.NEVER);
        assertThat(slow.cached()).isEqualTo(Precision.FLOAT32);
        assertThat(MACHINE.trainingAttention()).isEqualTo(Precision.BFLOAT16);
        assertThat(slow.trainingAttention()).isEqualTo(Precision.FLOAT32);
    }

    @Test
    void smallFramesAreForOneThread() {
        assertThat(MACHINE.threadsFor(999)).isEqualTo(1);
        assertThat(MACHINE.threadsFor(1_000)).isEqualTo(4);
        Machine never = new Machine(
                "a processor", 4, "2.10.0", "", 100, 400, 50, 100, false, 60, 120, Machine.NEVER, Machine.NEVER);
        assertThat(never.threadsFor(Long.MAX_VALUE)).isEqualTo(1);
    }

    @Test
    void largeModelsAreTrainedByAllThreadsTogetherWhereThatIsFaster() {
        assertThat(MACHINE.trainsTogether(Long.MAX_VALUE)).isFalse();
        Machine together = new Machine("a processor", 4, "2.10.0", "", 100, 400, 50, 100, false, 60, 120, 1_000, 50);
        assertThat(together.trainsTogether(49)).isFalse();
        assertThat(together.trainsTogether(50)).isTrue();
        RunConfig config = RunConfig.read(Presets.named("msc-tiny"), null, List.of("training.linear=bfloat16"));
        onFourThreads(50, cpu -> {
            assertThat(Models.workers(config, 0, cpu)).isEqualTo(1);
            assertThat(Models.workers(config, 3, cpu)).as("as asked for").isEqualTo(3);
            RunConfig other = ConfigReader.with(config, "training.linear=float32");
            assertThat(Models.workers(other, 0, cpu))
                    .as("of a type that was not measured")
                    .isEqualTo(4);
        });
        onFourThreads(
                Machine.NEVER, cpu -> assertThat(Models.workers(config, 0, cpu)).isEqualTo(4));
    }

    /** Workers who share the draws of clips have equally many. */
    @Test
    void workersAreAsManyAsPartsOfABatchThatAreAlike() {
        RunConfig dense = RunConfig.read(Presets.named("dense-tiny"), null, List.of("training.batch=3"));
        RunConfig draws = RunConfig.read(
                Presets.named("scd-tiny"), null, List.of("training.batch=3", "training.separable.draws=2"));
        onFourThreads(Machine.NEVER, cpu -> {
            assertThat(Models.workers(dense, 0, cpu)).as("one for each clip").isEqualTo(3);
            assertThat(Models.workers(draws, 0, cpu)).isEqualTo(3);
            assertThat(Models.workers(draws, 6, cpu)).isEqualTo(6);
        });
    }

    private static void onFourThreads(long splitTrainingFrom, Consumer<Device> body) {
        try (Device cpu = new Device("cpu")) {
            Machine.know(new Machine(
                    "a processor",
                    Libtorch.threads(),
                    "2.10.0",
                    "",
                    100,
                    400,
                    50,
                    100,
                    false,
                    60,
                    120,
                    1_000,
                    splitTrainingFrom));
            Libtorch.withThreads(4, () -> body.accept(cpu));
        } finally {
            Machine.forget();
        }
    }

    @Test
    void whatIsChosenIsSaidInOneLine() {
        assertThat(MACHINE.summary())
                .isEqualTo("a processor, threads: 4, libtorch 2.10.0: products in bfloat16 (100 GFLOP/s in float32, 400"
                        + " in bfloat16), attention in bfloat16 in training and in bfloat16 in generation, training by"
                        + " a worker on each thread, small frames by one thread");
        List<String> heard = new ArrayList<>();
        Machine.onMeasured(heard::add);
        try {
            Machine.forget();
            Machine measured = Machine.current(1, folder);
            assertThat(Machine.current(1, folder)).isSameAs(measured);
            assertThat(heard)
                    .containsExactly("Measured once how this machine computes best: " + measured.summary() + ".");
            assertThat(heard.get(0)).doesNotContain("\n");
        } finally {
            Machine.onMeasured(message -> {});
            Machine.forget();
        }
    }

    private static String damaged(String speed) {
        return "{\"processor\": null, \"threads\": 4, \"libtorch\": \"2\", \"settings\": \"\", \"float32\": " + speed
                + ", \"bfloat16\": 1, \"attentionFloat32\": 1, \"attentionBfloat16\": 1,"
                + " \"trainingAttentionFloat32\": 1, \"trainingAttentionBfloat16\": 1, \"splitFrom\": 1,"
                + " \"splitTrainingFrom\": 1}";
    }

    /** Speeds are not tested, since other work may slow any of them; only that they were measured, and are kept. */
    @Test
    void thisMachineIsMeasuredOnceForEachNumberOfThreads() {
        Machine.forget();
        Machine two = Machine.current(2, folder);
        assertThat(two.threads()).isEqualTo(2);
        assertThat(two.processor()).isNotBlank();
        assertThat(two.libtorch()).startsWith("2.");
        assertThat(two.float32()).isPositive();
        assertThat(two.bfloat16()).isPositive();
        Machine one = Machine.current(1, folder);
        assertThat(one.splitFrom()).isEqualTo(Machine.NEVER);
        assertThat(Machine.current(2, folder)).as("known in this process").isSameAs(two);
        Machine.forget();
        assertThat(Machine.current(2, folder)).as("kept").isEqualTo(two).isNotSameAs(two);
        Machine.forget();
    }

    /** A model is also loaded amid a roll-out, where no gradients are recorded. */
    @Test
    void aMachineIsMeasuredWhereNoGradientsAreRecorded() {
        Machine.forget();
        Scopes.runWithoutGrad(() -> assertThat(Machine.current(1, folder).trainingAttentionFloat32())
                .isPositive());
        Machine.forget();
    }

    @Test
    void whatAnotherMachineHasKeptIsMeasuredAgain() {
        Machine.forget();
        Machine.keep(
                new Machine("another processor", 1, "2.10.0", "", 1, 1, 1, 1, true, 1, 1, 1_000, Machine.NEVER),
                folder.resolve("machine-1.json"));
        assertThat(Machine.current(1, folder).processor()).isEqualTo(Processor.name());
        Machine.forget();
    }

    /** libtorch would give such a thread the number that any thread has set last. */
    @Test
    void aNewThreadComputesWithItsOwnNumberOfThreads() throws InterruptedException {
        int before = Libtorch.threads();
        int[] found = new int[2];
        Thread late = new Thread(() -> {
            Libtorch.start(0);
            found[0] = torch.get_num_threads();
            found[1] = Libtorch.threads();
        });
        Libtorch.withThreads(before + 1, () -> {
            late.start();
            try {
                late.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(found).containsOnly(before);
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
