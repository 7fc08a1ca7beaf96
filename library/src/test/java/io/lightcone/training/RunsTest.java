// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.Version;
import io.lightcone.config.ConfigReader;
import io.lightcone.run.KnownMachine;
import io.lightcone.run.Machine;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.Processor;
import io.lightcone.testing.NativeObjects;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsTest {
    static {
        Machine.current(); // or the first of these tests would hear that it is measured
    }

    private final List<String> heard = new ArrayList<>();
    private final RunOptions options = RunOptions.defaults()
            .withDevice("cpu")
            .withCommand("a test")
            .withListener(new TrainingListener() {
                @Override
                public void message(String text) {
                    heard.add(text);
                }

                @Override
                public void started(Start start) {
                    heard.add((start.resumed() ? "resumed " : "new ") + start.preset() + " at " + start.step());
                }
            });

    private RunFolder trained(RunConfig config, Path path) throws InterruptedException {
        try (TrainingRun run = Runs.start(config, path, options)) {
            run.run();
            return run.folder();
        }
    }

    private static RunConfig small(String... settings) {
        return RunConfig.read(TestRuns.small(2), null, List.of(settings));
    }

    @Test
    void aNewRunResolvesItsConfigurationAndSaysWhatMadeIt(@TempDir Path temp) throws InterruptedException {
        RunFolder folder =
                trained(small("training.linear=auto", "data.labels=true", "data.steering=true"), temp.resolve("run"));

        RunConfig saved = folder.config(List.of());
        assertThat(saved.training().linear()).isNotEqualTo(Precision.AUTO);
        assertThat(saved.model().classes()).hasSize(10);
        assertThat(saved.model().actions()).contains("left");
        assertThat(folder.latestState().step()).isEqualTo(2);
        Provenance provenance = folder.latestState().provenance();
        assertThat(provenance.command()).isEqualTo("a test");
        assertThat(provenance.version()).isEqualTo(Version.current());
        assertThat(provenance.dataFingerprint()).matches("[0-9a-f]{64}");
        assertThat(heard).hasSize(2).last().isEqualTo("new test at 0");
    }

    @Test
    void aRunGoesOnWithSettingsThatItKeeps(@TempDir Path temp) throws InterruptedException {
        Path path = temp.resolve("run");
        RunFolder folder = trained(small(), path);
        assertThatThrownBy(() -> Runs.resume(path, List.of(), options))
                .isInstanceOf(UserException.class)
                .hasMessage("run " + path
                        + " is finished after 2 steps; to continue it, raise training.steps or training.minutes");
        heard.clear();

        try (TrainingRun run = Runs.resume(path, List.of("training.steps=3"), options)) {
            run.run();
        }
        assertThat(folder.latestState().step()).isEqualTo(3);
        assertThat(folder.config(List.of()).training().steps()).isEqualTo(3);
        assertThat(heard).hasSize(2).last().isEqualTo("resumed test at 2");
    }

    @Test
    void provenanceSaysWhatARunWasComputedOnAndOneThatContinuesElsewhereSaysSo(@TempDir Path temp)
            throws InterruptedException {
        Path path = temp.resolve("run");
        try (TrainingRun run = Runs.start(small(), path, options.withWorkers(1))) {
            run.run();
        }
        String before = RunFolder.open(path).latestState().provenance().machine();
        assertThat(before)
                .startsWith("cpu (" + Processor.name() + "), threads: ")
                .endsWith(", workers: 1");
        for (int workers : new int[] {1, 2}) {
            heard.clear();
            List<String> more = List.of("training.steps=" + (2 + workers));
            try (TrainingRun run = Runs.resume(path, more, options.withWorkers(workers))) {
                run.run();
            }
            String note = "Note: the run was trained on " + before + " and continues on "
                    + before.replace("workers: 1", "workers: 2") + ", so it is the same run but for rounding.";
            assertThat(heard.stream().anyMatch(message -> message.startsWith(note)))
                    .as("note in %s", heard)
                    .isEqualTo(workers == 2);
        }
    }

    @Test
    void aRunKeepsItsTypesAndSaysSoWhereTheMachineWouldChooseOthersSince(@TempDir Path temp)
            throws InterruptedException {
        Path path = temp.resolve("run");
        try (KnownMachine machine = new KnownMachine()) {
            machine.become(100, 400, 400);
            RunConfig asMeasured = small("training.linear=auto", "training.attentionType=auto");
            try (TrainingRun run = Runs.start(asMeasured, path, options)) {
                run.run();
            }
            RunFolder folder = RunFolder.open(path);
            assertThat(folder.latestState().provenance().measured())
                    .isEqualTo(Machine.current().summary());
            machine.become(100, 100, 1);
            heard.clear();
            try (TrainingRun run = Runs.resume(path, List.of("training.steps=3"), options)) {
                run.run();
            }
            assertThat(heard)
                    .contains("The run keeps large products in bfloat16 (a new one would have float32 here), and"
                            + " attention in bfloat16 (a new one would have float32 here).");
            assertThat(folder.config(List.of()).training().linear()).isEqualTo(Precision.BFLOAT16);
            heard.clear();
            try (TrainingRun run = Runs.resume(path, List.of("training.steps=4"), options)) {
                run.run();
            }
            assertThat(heard.toString()).as("said once").doesNotContain("keeps");
        }
    }

    /** Measured anew, the machine could choose otherwise, but the run would then differ by rounding. */
    @Test
    void aRunThatIsResumedOnTheSameMachineHasAsManyWorkersAsBefore(@TempDir Path temp) throws InterruptedException {
        Path path = temp.resolve("run");
        try (KnownMachine machine = new KnownMachine()) {
            machine.trainTogether(false);
            RunConfig auto = small("training.linear=auto", "training.batch=2");
            try (TrainingRun run = Runs.start(auto, path, options)) {
                run.run();
            }
            String before = RunFolder.open(path).latestState().provenance().machine();
            machine.trainTogether(true);
            heard.clear();
            try (TrainingRun run = Runs.resume(path, List.of("training.steps=3"), options)) {
                run.run();
            }
            assertThat(RunFolder.open(path).latestState().provenance().machine())
                    .isEqualTo(before);
            assertThat(heard.toString()).doesNotContain("Note");
            try (TrainingRun run = Runs.start(auto, temp.resolve("new"), options)) {
                run.run();
            }
            assertThat(RunFolder.open(temp.resolve("new"))
                            .latestState()
                            .provenance()
                            .machine())
                    .endsWith("workers: 1");
        }
    }

    @Test
    void whatWouldBeAnotherRunIsRefusedAndNothingIsLeftOpen(@TempDir Path temp) throws InterruptedException {
        Path path = temp.resolve("run");
        trained(small(), path);
        for (String setting : List.of("model.depth=3", "data.speed=2", "diffusion.prediction=x0", "training.seed=9")) {
            assertThatThrownBy(() -> Runs.resume(path, List.of(setting), options))
                    .as(setting)
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("a run keeps the model, data, codec, diffusion and seed that it has");
        }
        long left = NativeObjects.leftBy(
                1,
                4,
                () -> assertThatThrownBy(() -> Runs.resume(path, List.of(), options))
                        .isInstanceOf(UserException.class));
        assertThat(left).as("weights of runs that were opened to be refused").isLessThan(4 * 5L);
        assertThatThrownBy(() -> Runs.start(small(), path, options)).hasMessageContaining("exists already");
        assertThatThrownBy(() -> Runs.complete(small("training.batch=3"), path, options))
                .hasMessage("run " + path + " was made with other settings: training.batch is 2 there and 3 here;"
                        + " choose another folder, or delete it");
        assertThatThrownBy(() -> Runs.complete(
                        small(
                                "preset=other",
                                "model.branches.1.stride=3",
                                "data.kind=videos",
                                "data.height=16",
                                "data.width=16",
                                "data.channels=1",
                                "diffusion.prediction=x0",
                                "training.seed=9",
                                "training.batch=3",
                                "sampling.steps=3"),
                        path,
                        options))
                .hasMessage("run " + path + " was made with other settings: preset is test there and other here,"
                        + " model.branches.1.stride is 2 there and 3 here,"
                        + " data.kind is moving-digits there and videos here,"
                        + " diffusion.prediction is velocity there and x0 here, training.seed is 3 there and 9 here,"
                        + " and 2 more; choose another folder, or delete it");
    }

    /** The same command on another processor would have chosen another type for itself. */
    @Test
    void whatIsLeftToTheMachineOrTheDataIsNoOtherSetting(@TempDir Path temp) throws InterruptedException {
        Path path = temp.resolve("run");
        RunConfig asked = small("training.linear=auto", "data.labels=true");
        RunFolder folder = trained(asked, path);
        RunConfig chosen = folder.config(List.of());
        Precision elsewhere = chosen.training().linear() == Precision.FLOAT32 ? Precision.BFLOAT16 : Precision.FLOAT32;
        RunConfig foreign = folder.config(List.of("training.linear=" + elsewhere, "training.steps=3"));
        folder.replaceConfig(foreign.yaml());

        RunConfig longer = ConfigReader.with(asked, "training.steps=3");
        try (TrainingRun run = Runs.complete(longer, path, options).orElseThrow()) {
            run.run();
        }
        assertThat(folder.latestState().step()).isEqualTo(3);
        assertThat(folder.config(List.of()))
                .as("type that the run has learned with")
                .isEqualTo(foreign);
        String own = chosen.training().linear().name().toLowerCase(Locale.ROOT);
        assertThatThrownBy(() -> Runs.complete(ConfigReader.with(longer, "training.linear=" + own), path, options))
                .hasMessageContaining("other settings: training.linear is "
                        + elsewhere.name().toLowerCase(Locale.ROOT) + " there and " + own + " here;");
        assertThatThrownBy(() -> Runs.complete(ConfigReader.with(longer, "model.classes=[x]"), path, options))
                .hasMessageContaining("other settings: model.classes is [")
                .hasMessageContaining("there and [x] here;");
    }

    @Test
    void completeBeginsGoesOnAndThenHasNothingToDo(@TempDir Path temp) throws InterruptedException {
        Path path = temp.resolve("run");
        try (TrainingRun run = Runs.complete(small(), path, options).orElseThrow()) {
            run.stop();
            run.run();
            assertThat(run.step()).isZero();
        }
        try (TrainingRun run = Runs.complete(small(), path, options).orElseThrow()) {
            run.run();
            assertThat(run.finished()).isTrue();
        }
        assertThat(Runs.complete(small(), path, options)).isEqualTo(Optional.empty());
        assertThat(heard).contains("new test at 0", "resumed test at 0");
    }

    @Test
    void theStopOfTheOptionsEndsARunAndTheOpeningOfData(@TempDir Path temp) throws InterruptedException {
        Path path = temp.resolve("run");
        try (TrainingRun run = Runs.start(small(), path, options.withStop(() -> true))) {
            run.run();
            assertThat(run.step()).isZero();
            assertThat(run.isSaved()).isTrue();
        }
        RunConfig videos = small("data.kind=videos", "data.source='" + video(temp.resolve("data")) + "'");
        RunOptions stopped = options.withCache(temp.resolve("cache")).withStop(() -> true);
        assertThatThrownBy(() -> Runs.start(videos, temp.resolve("other"), stopped))
                .isInstanceOf(CancellationException.class);
        assertThat(temp.resolve("other")).doesNotExist();
    }

    @Test
    void aRunDoesNotWriteWhereItsDataLies(@TempDir Path temp) {
        Path run = temp.resolve("run");
        Path data = video(run.resolve("samples"));
        RunConfig config = small("data.kind=videos", "data.source='" + data + "'");
        assertThatThrownBy(() -> Runs.start(config, run, options))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("data.source names " + data + ", where the run " + run);
        assertThatThrownBy(
                        () -> Runs.start(small("data.kind=videos", "data.source=''"), temp.resolve("other"), options))
                .hasMessage("preset test watches videos: name a folder or a file in data.source");
    }

    private static Path video(Path folder) {
        try (VideoWriter writer = VideoWriter.open(folder.resolve("clip.gif"), 10, 1)) {
            for (int frame = 0; frame < 40; frame++) {
                writer.add(new Clip("grey", 1, 16, 16, 1, new byte[256]), 0);
            }
            writer.finish();
        }
        return folder;
    }
}
