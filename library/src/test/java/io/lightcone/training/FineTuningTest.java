// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.Machine;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a run can begin with the weights of a trained one. */
class FineTuningTest {
    private static Path trained = Path.of("");

    private static RunOptions options() {
        return RunOptions.defaults().withDevice("cpu").withWorkers(1);
    }

    @BeforeAll
    static void train(@TempDir Path shared) throws InterruptedException {
        trained = train(TestRuns.small(5), shared.resolve("trained"));
    }

    private static Path train(RunConfig config, Path folder) throws InterruptedException {
        try (TrainingRun run = Runs.start(config, folder, options())) {
            run.run();
        }
        return folder;
    }

    private static Path fineTuned(Path from, Path folder, String... settings) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of("training.steps=4", "training.seed=9"));
        all.addAll(List.of(settings));
        try (TrainingRun run = Runs.fineTune(from, all, folder, options())) {
            run.run();
        }
        return folder;
    }

    private static Map<String, float[]> floats(Map<String, Tensor> weights) {
        Map<String, float[]> numbers = new TreeMap<>();
        weights.forEach((name, tensor) -> numbers.put(name, Tensors.floats(tensor)));
        return numbers;
    }

    private static void assertSame(Map<String, float[]> got, Map<String, float[]> expected) {
        assertThat(got.keySet()).isEqualTo(expected.keySet()).isNotEmpty();
        expected.forEach((name, values) -> assertThat(got.get(name)).as(name).isEqualTo(values));
    }

    private static Map<String, float[]> averages(Path run) {
        Map<String, float[]> numbers = new TreeMap<>();
        Scopes.run(() ->
                numbers.putAll(floats(RunFolder.open(run).latestCheckpoint().ema())));
        return numbers;
    }

    /** Both weights and average are the average of the trained run, and the optimiser knows nothing yet. */
    @Test
    void aRunBeginsWithTheAveragedWeightsOfAnother(@TempDir Path temp) throws Exception {
        Map<String, float[]> before = averages(trained);
        RunFolder run;
        try (TrainingRun training = Runs.fineTune(trained, List.of(), temp.resolve("tuned"), options())) {
            training.stop(); // once it has saved what it begins with
            training.run();
            run = training.folder();
        }
        Scopes.run(() -> {
            Checkpoint first = run.latestCheckpoint();
            assertThat(first.state().step()).isZero();
            assertSame(floats(first.model()), before);
            assertSame(floats(first.ema()), before);
            floats(first.optimizer())
                    .forEach((name, numbers) -> assertThat(numbers).as(name).containsOnly(0));
        });
        try (TrainingRun training = Runs.resume(run.path(), List.of("training.steps=4"), options())) {
            training.run();
        }
        assertThat(run.latestState().step()).isEqualTo(4);
        assertThat(run.latestState().training()).isEqualTo(Trainer.KIND.name());
        assertThat(run.config(List.of()).model())
                .isEqualTo(RunFolder.open(trained).config(List.of()).model());
        assertThat(averages(run.path()).values()).doesNotContainAnyElementsOf(before.values());
        assertSame(averages(trained), before);
    }

    /** Even if the trained run is gone by then. */
    @Test
    void aResumedRunIsTheSameBitForBit(@TempDir Path temp) throws Exception {
        Path own = train(TestRuns.separable(3), temp.resolve("trained"));
        Path whole = fineTuned(own, temp.resolve("whole"));
        Path parts = temp.resolve("parts");
        try (TrainingRun run = Runs.fineTune(own, List.of("training.steps=4", "training.seed=9"), parts, options())) {
            run.stop(); // with what it begins with
            run.run();
            assertThat(run.step()).isZero();
        }
        Files.move(own, temp.resolve("elsewhere"));
        try (TrainingRun run = Runs.resume(parts, List.of(), options())) {
            run.run();
        }
        assertSame(averages(parts), averages(whole));
        assertThat(RunFolder.open(parts).latestState().provenance().origin())
                .isEqualTo(own.toAbsolutePath().resolve("checkpoints/step-3").toString());
    }

    /** A trained run that goes on learning while the data of the new one is prepared. */
    @Test
    void whatIsAnnouncedIsBegunWith(@TempDir Path temp) throws Exception {
        Path own = train(TestRuns.small(3), temp.resolve("trained"));
        Map<String, float[]> before = averages(own);
        TrainingListener learnsOn = new TrainingListener() {
            @Override
            public void message(String text) {
                if (text.contains("as they are after ")) {
                    trainOn(own);
                }
            }
        };
        try (TrainingRun run =
                Runs.fineTune(own, List.of(), temp.resolve("tuned"), options().withListener(learnsOn))) {
            run.stop(); // with what it begins with
            run.run();
        }
        assertThat(RunFolder.open(own).latestState().step()).isEqualTo(5);
        assertSame(averages(temp.resolve("tuned")), before);
        assertThat(RunFolder.open(temp.resolve("tuned"))
                        .latestState()
                        .provenance()
                        .origin())
                .endsWith("step-3");
        assertThat(RunFolder.open(own).latestState().provenance().origin()).isEmpty();

        assertThatThrownBy(() -> Runs.fineTune(
                        own, List.of(), temp.resolve("late"), options().withListener(learnsOn)))
                .isInstanceOf(UserException.class)
                .hasMessageMatching("the checkpoint .*step-5 is gone; a run that is still trained .*");
        assertThat(temp.resolve("late")).doesNotExist();
    }

    /** Trains two steps more; the checkpoint before them is kept only the first time. */
    private static void trainOn(Path run) {
        long step = RunFolder.open(run).latestState().step();
        List<String> settings = List.of("training.steps=" + (step + 2), "training.reports.keep=" + (step == 3 ? 9 : 1));
        try (TrainingRun more = Runs.resume(run, settings, options())) {
            more.run();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it computes with suits the machine of the new run, not that of the trained one. */
    @Test
    void typesAreDecidedAnew(@TempDir Path temp) throws Exception {
        RunConfig config =
                RunFolder.open(fineTuned(trained, temp.resolve("tuned"))).config(List.of());
        assertThat(config.training().linear()).isEqualTo(Machine.linearOn(new Device("cpu")));
        assertThat(RunFolder.open(fineTuned(trained, temp.resolve("asked"), "training.linear=float32"))
                        .config(List.of())
                        .training()
                        .linear())
                .isEqualTo(Precision.FLOAT32);
    }

    @Test
    void dataAndSettingsOfTrainingMayBeOthers(@TempDir Path temp) throws Exception {
        Path tuned = fineTuned(trained, temp.resolve("tuned"), "data.digitCount=2", "training.frames=8");
        RunConfig config = RunFolder.open(tuned).config(List.of());
        assertThat(config.training().frames()).isEqualTo(8);
        assertThat(config.data()).isNotEqualTo(TestRuns.small(5).data());
    }

    /** The latents are those that the trained run has learned, whatever the new data. */
    @Test
    void theCodecIsThatOfTheTrainedRun(@TempDir Path temp) throws Exception {
        Path latent = train(
                TestRuns.separable(2, "codec.kind=patches", "codec.size=2", "model.channels=4", "model.patch=2"),
                temp.resolve("latent"));
        Path tuned = fineTuned(latent, temp.resolve("tuned"), "data.digitCount=2");
        RunConfig before = RunFolder.open(latent).config(List.of());
        assertThat(RunFolder.open(tuned).config(List.of()).codec()).isEqualTo(before.codec());
        assertThat(RunFolder.open(tuned).latestState().codec())
                .isEqualTo(RunFolder.open(latent).latestState().codec());
        assertThatThrownBy(() -> fineTuned(latent, temp.resolve("out"), "codec.size=4", "model.channels=16"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("has its model, codec and diffusion");
    }

    @Test
    void workersShareIt(@TempDir Path temp) throws Exception {
        for (String name : List.of("one", "two")) {
            try (TrainingRun run = Runs.fineTune(
                    trained,
                    List.of("training.steps=3"),
                    temp.resolve(name),
                    options().withWorkers(2))) {
                run.run();
            }
        }
        assertSame(averages(temp.resolve("two")), averages(temp.resolve("one")));
        assertThat(RunFolder.open(temp.resolve("one"))
                        .latestState()
                        .provenance()
                        .machine())
                .endsWith("workers: 2");
    }

    @Test
    void whatWouldBeAnotherModelIsRefused(@TempDir Path temp) throws Exception {
        Path out = temp.resolve("out");
        for (String setting : List.of("model.width=64", "diffusion.prediction=x0", "diffusion.shift=2.0")) {
            assertThatThrownBy(() -> fineTuned(trained, out, setting))
                    .as(setting)
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("has its model, codec and diffusion");
        }
        assertThatThrownBy(() -> fineTuned(trained, out, "data.steering=true"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("the data has classes or actions, of which the model of run");
        assertThatThrownBy(() -> fineTuned(temp.resolve("none"), out))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is not a run folder");
        Path steered = train(TestRuns.separable(2, "data.steering=true", "training.batch=2"), temp.resolve("steered"));
        assertThatThrownBy(() -> fineTuned(steered, out, "data.steering=false"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("but the data has no actions");
        assertThatThrownBy(() -> fineTuned(steered, out, "training.consistency.levels=48"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("training.consistency.levels is 48, but this run is to learn from data");
        Path few = temp.resolve("few");
        try (TrainingRun run =
                Runs.distil(steered, List.of("training.steps=1", "training.minutes=0"), few, options())) {
            run.run();
        }
        assertThatThrownBy(() -> fineTuned(few, out))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is distilled");
        assertThat(out).doesNotExist();
    }
}
