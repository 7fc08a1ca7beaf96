// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.run.Machine;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.tensor.Profile;
import io.lightcone.tensor.Profile.Part;
import io.lightcone.tensor.Profile.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a training says where the time of its steps goes, and is the same training. */
class ProfiledTrainingTest {
    static {
        Machine.current(); // or the first of these tests would hear that it is measured
    }

    private static final List<String> FILES = List.of("model", "ema", "optimizer");

    private final List<Profile> profiles = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();
    private boolean four;

    private RunOptions options(int workers) {
        return RunOptions.defaults()
                .withDevice("cpu")
                .withWorkers(workers)
                .withCommand("a test")
                .withListener(new TrainingListener() {
                    @Override
                    public void message(String text) {
                        messages.add(text);
                    }

                    @Override
                    public void profiled(Profile profile, @Nullable Path trace) {
                        profiles.add(profile);
                        assertThat(Objects.requireNonNull(trace)).isRegularFile();
                    }
                });
    }

    private static RunFolder train(RunConfig config, Path path, RunOptions options) throws InterruptedException {
        try (TrainingRun run = Runs.start(config, path, options)) {
            run.run();
            return run.folder();
        }
    }

    private static void requireSame(RunFolder one, RunFolder other, long step) throws IOException {
        for (String name : FILES) {
            Path file = Path.of(name + ".safetensors");
            assertThat(Files.readAllBytes(one.checkpoint(step).resolve(file)))
                    .as(name)
                    .isEqualTo(Files.readAllBytes(other.checkpoint(step).resolve(file)));
        }
    }

    private static List<String> names(Work work) {
        return work.parts().stream().map(Part::name).toList();
    }

    private static RunConfig config(String system) {
        return system.equals("scd") ? TestRuns.separable(8) : TestRuns.small(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"msc", "scd"})
    void aRunWithAProfileIsTheSameRunBitForBit(String system, @TempDir Path temp)
            throws InterruptedException, IOException {
        for (int workers : new int[] {1, 2}) {
            profiles.clear();
            RunFolder plain = train(config(system), temp.resolve("plain" + workers), options(workers));
            assertThat(profiles).isEmpty();
            assertThat(plain.profiles()).doesNotExist();

            RunFolder profiled = train(
                    config(system),
                    temp.resolve("profiled" + workers),
                    options(workers).withProfile(3));
            requireSame(profiled, plain, 8);
            assertThat(profiled.profiles().resolve("steps-4-to-6.json")).isRegularFile();
            assertThat(profiles).singleElement().satisfies(profile -> {
                assertThat(profile.name()).isEqualTo("steps-4-to-6");
                requireParts(profile, workers, system.equals("scd") ? List.of("encoder", "decoder") : List.of());
            });
        }
    }

    private static void requireParts(Profile profile, int workers, List<String> stacks) {
        List<Work> work = profile.work();
        List<String> computing = names(work.get(workers == 1 ? 0 : 2));
        assertThat(names(work.get(0)))
                .contains("waiting for data", "gradients", "clipping gradients", "optimiser", "moving average");
        assertThat(computing)
                .contains("encoding clips", "adding noise", "forwards", "loss", "backwards")
                .contains("conditions", "tokens", "layer", "attention", "feed-forward", "final output")
                .contains("branch 0", "branch 1", "queries, keys, values", "attending", "output")
                .containsAll(stacks);
        assertThat(work.get(1).name()).isEqualTo("batch loader");
        assertThat(names(work.get(1))).contains("loading a batch", "reading a clip");
        assertThat(work)
                .allSatisfy(each -> assertThat(
                                each.parts().stream().mapToDouble(Part::own).sum() + each.other())
                        .isCloseTo(profile.milliseconds(), Offset.offset(1e-6)));
        assertThat(profile.milliseconds()).isPositive();
    }

    @Test
    void aResumedRunIsProfiledFromItsFourthStepOn(@TempDir Path temp) throws InterruptedException, IOException {
        RunFolder whole = train(TestRuns.small(10), temp.resolve("whole"), options(2));
        Path path = temp.resolve("resumed");
        RunFolder folder;
        try (TrainingRun run = Runs.start(
                TestRuns.small(10),
                path,
                options(2).withListener(stopAfterFour()).withStop(() -> four))) {
            run.run();
            folder = run.folder();
        }
        try (TrainingRun run = Runs.resume(path, List.of(), options(2).withProfile(2))) {
            run.run();
        }
        assertThat(profiles).extracting(Profile::name).containsExactly("steps-8-to-9");
        requireSame(folder, whole, 10);
    }

    private TrainingListener stopAfterFour() {
        return new TrainingListener() {
            @Override
            public void step(Progress progress) {
                four = progress.step() == 4;
            }
        };
    }

    @Test
    void aRunThatEndsEarlierWritesWhatThereIsAndSaysSo(@TempDir Path temp) throws InterruptedException {
        RunFolder folder =
                train(TestRuns.small(5), temp.resolve("five"), options(1).withProfile(10));
        assertThat(folder.profiles().resolve("steps-4-to-5.json")).isRegularFile();
        assertThat(messages).contains("Only 2 steps could be recorded: there were no more.");
        assertThat(profiles).hasSize(1);
        profiles.clear();
        train(TestRuns.small(2), temp.resolve("two"), options(1).withProfile(10));
        assertThat(profiles).isEmpty();
        assertThat(messages).anySatisfy(message -> assertThat(message).startsWith("No step could be recorded: "));
    }
}
