// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.config.ConfigReader;
import io.lightcone.diffusion.Levels;
import io.lightcone.run.RunConfig;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that clips begin with given frames, without noise and without loss. */
class GivenFramesTest {
    private static final Device CPU = new Device("cpu");
    private static final int BATCH = 64;

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
