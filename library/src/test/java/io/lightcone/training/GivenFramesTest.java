// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.config.ConfigReader;
import io.lightcone.diffusion.Levels;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that clips begin with given frames, without noise and without loss. */
class GivenFramesTest {
    private static final Device CPU = new Device("cpu");
    private static final int BATCH = 64;

    private volatile boolean stopped;

    private static RunConfig config(String... settings) {
        List<String> all = new ArrayList<>(List.of("training.batch=" + BATCH, "training.separable.pastLevel=0.3"));
        all.addAll(List.of(settings));
        return ConfigReader.read(RunConfig.class, TestRuns.small(10), null, all);
    }

    private static Levels levels(RunConfig config, int from, int to) {
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            List<Clip> clips = TestRuns.batch(config, 3).subList(from, to);
            return trainer.updates(new BatchPart(3, from, BATCH, clips, trainer.draws()), 0.5)
                    .levels();
        }
    }

    private static Levels levels(RunConfig config) {
        return levels(config, 0, BATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.encoder=0", "model.encoder=1", "model.shortcut=4", "training.levels.kind=fopp"})
    void theFirstFramesAreCleanAndAllOthersAsTheyWere(String setting) {
        RunConfig plain = config(setting);
        Levels without = levels(plain);
        Levels with = levels(ConfigReader.with(plain, "training.given.frames=2", "training.given.share=1"));
        assertThat(with.clips()).isEqualTo(without.clips());
        for (int clip = 0; clip < with.clips(); clip++) {
            double[] drawn = without.ofClip(clip);
            assertThat(drawn).doesNotContain(0);
            Arrays.fill(drawn, 0, 2, 0);
            if (!setting.contains("shortcut")) { // whose updates begin where they may, so that given frames change them
                assertThat(with.ofClip(clip)).isEqualTo(drawn);
            }
            assertThat(with.ofClip(clip))
                    .startsWith(0, 0)
                    .satisfies(levels -> assertThat(Arrays.copyOfRange(levels, 2, levels.length))
                            .doesNotContain(0));
        }
        assertThat(with.countNoisy()).isEqualTo(without.countNoisy() * 4 / 6);
    }

    @Test
    void theyAreGivenInAShareOfTheClips() {
        RunConfig config = config("training.given.frames=3", "training.given.share=0.75", "training.separable.draws=4");
        RunConfig separable = ConfigReader.with(config, "model.encoder=1");
        Levels levels = levels(separable);
        assertThat(levels.clips()).isEqualTo(4 * BATCH);
        for (int clip = 0; clip < levels.clips(); clip++) {
            assertThat(Arrays.stream(levels.ofClip(clip))
                            .filter(level -> level == 0)
                            .count())
                    .isEqualTo(levels.at(clip, 0) == 0 ? 3 : 0);
        }
        List<Boolean> given = given(levels);
        assertThat((double) Collections.frequency(given, true) / levels.clips()).isCloseTo(0.75, Offset.offset(0.1));
        assertThat(given(levels(ConfigReader.with(separable, "training.seed=8"))))
                .as("another seed, other clips")
                .isNotEqualTo(given);
    }

    private static List<Boolean> given(Levels levels) {
        return IntStream.range(0, levels.clips())
                .mapToObj(clip -> levels.at(clip, 0) == 0)
                .toList();
    }

    /** So workers and processes that share a batch decide the same of each clip. */
    @Test
    void aPartOfABatchDecidesAsTheWhole() {
        RunConfig config = config("training.given.frames=3", "training.given.share=0.5");
        Levels whole = levels(config);
        Levels part = levels(config, 10, 30);
        for (int clip = 0; clip < part.clips(); clip++) {
            assertThat(part.ofClip(clip)).isEqualTo(whole.ofClip(10 + clip));
        }
    }

    /** A fresh model predicts nothing, so the loss is the size of what is to be learned. */
    @Test
    void givenFramesCarryNoLoss() {
        RunConfig config = config("training.given.frames=3", "training.given.share=1");
        List<Clip> clips = TestRuns.batch(config, 0);
        double loss = loss(config, clips);
        assertThat(loss(config, darkened(clips, 0, 3))).isEqualTo(loss);
        assertThat(loss(config, darkened(clips, 3, 4))).isNotEqualTo(loss);
        RunConfig all = ConfigReader.with(config, "training.given.frames=0");
        assertThat(loss(all, darkened(clips, 0, 3))).isNotEqualTo(loss(all, clips));
    }

    private static double loss(RunConfig config, List<Clip> clips) {
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            return trainer.step(0, clips, 1e-3).loss();
        }
    }

    /** Returns clips of which the frames from one to another are black. */
    private static List<Clip> darkened(List<Clip> clips, int from, int to) {
        return clips.stream()
                .map(clip -> {
                    byte[] pixels = clip.pixels().clone();
                    Arrays.fill(pixels, from * clip.frameBytes(), to * clip.frameBytes(), (byte) 0);
                    return new Clip(
                            clip.name(),
                            clip.frames(),
                            clip.height(),
                            clip.width(),
                            clip.channels(),
                            pixels,
                            clip.tags());
                })
                .toList();
    }

    /** The first picture is a latent frame of its own, and two make each of the others. */
    @Test
    void latentFramesAreGivenWhole() {
        String[] latents = {"codec.kind=two-pictures", "model.channels=2", "training.frames=7", "sampling.given=1"};
        RunConfig config = ConfigReader.with(config(latents), "training.given.frames=3", "training.given.share=1");
        Levels levels = levels(config);
        assertThat(levels.frames()).isEqualTo(4);
        for (int clip = 0; clip < levels.clips(); clip++) {
            double[] drawn = levels.ofClip(clip);
            assertThat(drawn).startsWith(0, 0);
            assertThat(Arrays.stream(drawn).filter(level -> level == 0).count()).isEqualTo(2);
        }
        assertThatThrownBy(() -> ConfigReader.with(config, "training.given.frames=2"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("training.given.frames is 2, but the codec two-pictures takes the first picture"
                        + " alone and then 2 at a time; set it to 1 or 3");
    }

    @Test
    void aResumedRunIsTheSameBitForBit(@TempDir Path temp) throws Exception {
        RunConfig config = ConfigReader.with(
                TestRuns.small(4), "training.given.frames=2", "training.given.share=0.5", "training.batch=2");
        RunOptions options = RunOptions.defaults().withDevice("cpu").withWorkers(2);
        for (String name : List.of("whole", "parts")) {
            try (TrainingRun run = Runs.start(
                    config,
                    temp.resolve(name),
                    options.withListener(new TrainingListener() {
                                @Override
                                public void step(Progress progress) {
                                    stopped = name.equals("parts") && progress.step() == 2;
                                }
                            })
                            .withStop(() -> stopped))) {
                run.run();
            }
        }
        stopped = false;
        try (TrainingRun run = Runs.resume(temp.resolve("parts"), List.of(), options)) {
            assertThat(run.step()).isEqualTo(2);
            run.run();
        }
        Scopes.run(() -> {
            Map<String, Tensor> parts =
                    RunFolder.open(temp.resolve("parts")).latestCheckpoint().model();
            RunFolder.open(temp.resolve("whole"))
                    .latestCheckpoint()
                    .model()
                    .forEach((name, weight) -> assertThat(Tensors.floats(Objects.requireNonNull(parts.get(name))))
                            .as(name)
                            .isEqualTo(Tensors.floats(weight)));
        });
    }

    @Test
    void somethingIsLeftToLearn() {
        assertThatThrownBy(() -> config("training.given.frames=6"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("given.frames is 6, but the shortest clips have 6 frames");
        assertThatThrownBy(() -> config(
                        "training.given.frames=2", "training.lengths=[{frames: 2, share: 1}, {frames: 8, share: 1}]"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("given.frames is 2, but the shortest clips have 2 frames");
        assertThatThrownBy(() -> config("training.given.frames=-1"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("frames must lie between 0 and 10000, not -1");
        assertThatThrownBy(() -> config("training.given.share=0"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("share must lie above 0 and at most at 1, not 0.0");
    }
}
