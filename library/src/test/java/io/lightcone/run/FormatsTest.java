// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.data.VideosConfig;
import io.lightcone.diffusion.LevelsConfig;
import io.lightcone.diffusion.LevelsConfig.CleanFrames;
import io.lightcone.diffusion.LevelsConfig.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that configurations of every format become the same records. */
class FormatsTest {
    private static final String DIGITS_1 = """
            data:
              source: moving-digits
              height: 24
              width: 16
              channels: 3
              fps: 12.0
              heldOut: 0.1
              digits: fonts
              digitCount: 1
              digitSize: 8.0
              speed: 3.0
              labels: true
              steering: true
            """;
    private static final String VIDEOS_1 = """
            data:
              source: /clips
              height: 64
              width: 64
              channels: 3
              fps: 12.0
              heldOut: 0.2
              digits: fonts
              digitCount: 2
              digitSize: 28.0
              speed: 3.0
              labels: true
              steering: false
            """;

    @TempDir
    Path temp = Path.of("");

    /** Reads the preset msc-tiny with other data or levels, as a file of an earlier format without these sections. */
    private RunConfig over(String yaml) throws IOException {
        Path file = Files.writeString(temp.resolve("config.yaml"), yaml);
        return RunConfig.read(Presets.named("msc-tiny"), file, List.of());
    }

    @Test
    void dataOfTheFirstFormatBecomesVideosOrMovingDigits() throws IOException {
        assertThat(over(DIGITS_1).data())
                .isEqualTo(new MovingDigitsConfig(24, 16, 3, 0.1, "fonts", 1, 8, 3, true, true));
        assertThat(over(VIDEOS_1).data())
                .isEqualTo(new VideosConfig("/clips", 64, 64, 3, 12, 1, false, 0.2, true, false));
    }

    @Test
    void dataOfTheSecondFormatKeepsWhetherItIsStrict() throws IOException {
        assertThat(over("format: 2\n" + DIGITS_1 + "  strict: true\n").data())
                .isEqualTo(new MovingDigitsConfig(24, 16, 3, 0.1, "fonts", 1, 8, 3, true, true));
        assertThat(over("format: 2\n" + VIDEOS_1 + "  strict: true\n").data())
                .isEqualTo(new VideosConfig("/clips", 64, 64, 3, 12, 1, false, 0.2, true, true));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void levelsOfEarlierFormatsBecomeTheirKind(int format) throws IOException {
        String levels = "format: " + format + "\ntraining:\n  levels: {distribution: uniform, mean: 0.5, timesteps: 77,"
                + " clean: 0.2, cleanFrames: first, order: ";
        assertThat(over(levels + "independent}\n").training().levels())
                .isEqualTo(new LevelsConfig.Independent(Distribution.UNIFORM, 0.5, 0.2, CleanFrames.FIRST));
        assertThat(over(levels + "SYNCHRONOUS}\n").training().levels())
                .isEqualTo(new LevelsConfig.Synchronous(Distribution.UNIFORM, 0.5, 0.2, CleanFrames.FIRST));
        assertThat(over(levels + "fopp}\n").training().levels())
                .isEqualTo(new LevelsConfig.Fopp(Distribution.UNIFORM, 0.5, 77, 0.2, CleanFrames.FIRST));
        assertThat(over(levels + "Monotone}\n").training().levels())
                .isEqualTo(new LevelsConfig.Monotone(Distribution.UNIFORM, 0.5, 77, 0.2, CleanFrames.FIRST));
    }

    /** A file that lies over a preset need not say of which format it is; it may be of this one. */
    @Test
    void aFileOverAPresetMayBeOfThisFormat() throws IOException {
        assertThat(over("data: {kind: moving-digits, digitCount: 1}\n").data())
                .isEqualTo(new MovingDigitsConfig(64, 64, 3, 0.1, "fonts", 1, 28, 3, false, false));
        assertThat(over("data: {height: 32}\n").data())
                .isEqualTo(new VideosConfig("", 32, 64, 3, 12, 1, false, 0.1, false, false));
        assertThat(over("data: {kind: videos, source: a}\ntraining: {levels: {kind: fopp}}\n")
                        .training()
                        .levels())
                .isEqualTo(new LevelsConfig.Fopp(Distribution.LOGIT_NORMAL, 0, 1000, 0, CleanFrames.ANY));
        assertThatThrownBy(() -> over("data: {kind: moving-digits, fps: 3}\n"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("data.kind is moving-digits");
    }

    /** What a file over a preset does not name is as the preset has it, also where earlier formats had no such key. */
    @ParameterizedTest
    @ValueSource(strings = {"", "format: 1\n", "format: 3\n", "format: 4\n"})
    void aFileOverAPresetTakesNothingAway(String format) throws IOException {
        RunConfig preset = Presets.named("world-scd");
        Path file = Files.writeString(
                temp.resolve("config.yaml"),
                format + "training: {batch: 7}\nmodel: {depth: 5}\nsampling: {steps: 2}\n");
        assertThat(RunConfig.read(preset, file, List.of()))
                .isEqualTo(
                        RunConfig.read(preset, null, List.of("training.batch=7", "model.depth=5", "sampling.steps=2")));
    }

    /** A saved configuration of videos before there were phases has each frame once, and none mirrored. */
    @Test
    void videosOfEarlierFormatsAreInOnePhase() throws IOException {
        String saved = Presets.named("msc-tiny")
                .yaml()
                .replace("format: 4", "format: 3")
                .replaceAll("(?m)^ *(phases|mirror|accumulate|recompute|attentionType|lengths): .*\\n", "");
        assertThat(saved).contains("format: 3", "kind: videos").doesNotContain("phases", "mirror");
        Path file = Files.writeString(temp.resolve("config.yaml"), saved);
        assertThat(RunConfig.read(null, file, List.of()).data()).isEqualTo(VideosConfig.of(64, 12));
    }

    static Iterable<String> presets() {
        return Presets.names();
    }

    @ParameterizedTest
    @MethodSource("presets")
    void everyPresetIsReadBackAsItWasWritten(String name) throws IOException {
        RunConfig preset = Presets.named(name);
        Path file = Files.writeString(temp.resolve("config.yaml"), preset.yaml());
        assertThat(RunConfig.read(null, file, List.of())).isEqualTo(preset);
    }

    @Test
    void aPresetForVideosIsOneForMovingDigitsToo() {
        RunConfig tiny = Presets.named("msc-tiny");
        assertThat(RunConfig.read(tiny, null, List.of("data.kind=moving-digits"))
                        .data())
                .isEqualTo(new MovingDigitsConfig(64, 64, 3, 0.1, "fonts", 2, 28, 3, false, false));
        RunConfig demo = Presets.named("msc-demo");
        assertThat(RunConfig.read(demo, null, List.of("data.kind=videos", "data.source=clips"))
                        .data())
                .isEqualTo(new VideosConfig("clips", 32, 32, 1, 0, 1, false, 0.1, false, false));
    }
}
