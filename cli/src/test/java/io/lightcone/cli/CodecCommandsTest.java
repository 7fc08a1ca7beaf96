// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.type;
import static io.lightcone.cli.CommandLineTest.SMALL;
import static io.lightcone.cli.CommandLineTest.expectError;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.benchmark.Workload;
import io.lightcone.model.ModelCost;
import io.lightcone.report.CostReport;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import io.lightcone.testing.Distance;
import io.lightcone.testing.RandomWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests commands on runs whose latents are not pixels; frames that a user counts are pictures all the same. */
class CodecCommandsTest {
    private static Path folder = Path.of("");

    private static List<String> settings(String codec) {
        List<String> settings = new ArrayList<>(SMALL);
        settings.addAll(List.of("codec.kind=" + codec, "sampling.given=1", "data.steering=true"));
        if (codec.equals("two-pictures")) {
            settings.add("model.channels=2");
        }
        return settings;
    }

    @BeforeAll
    static void train(@TempDir Path temp) {
        folder = temp;
        for (String codec : List.of("half-resolution", "two-pictures")) {
            List<String> arguments = new ArrayList<>(List.of(
                    "train",
                    "--preset",
                    "msc-demo",
                    "--out",
                    temp.resolve(codec).toString()));
            settings(codec).forEach(setting -> arguments.addAll(List.of("--set", setting)));
            Answer answer = type(arguments.toArray(String[]::new));
            assertThat(answer.code()).as(answer.err()).isZero();
            RandomWeights.in(temp.resolve(codec), 0.2);
        }
    }

    private static Answer sample(String codec, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("sample", "--run", folder.resolve(codec).toString(), "--device", "cpu"));
        arguments.addAll(Arrays.asList(more));
        return type(arguments.toArray(String[]::new));
    }

    private static void ok(String codec, String... more) {
        Answer answer = sample(codec, more);
        assertThat(answer.code()).as(answer.err()).isZero();
    }

    private static Path picture(Path video, int number) {
        return video.resolve(String.format(Locale.ROOT, "frame-%05d.png", number));
    }

    private static long pictures(Path video) throws IOException {
        try (Stream<Path> files = Files.list(video)) {
            return files.filter(file -> file.toString().endsWith(".png")).count();
        }
    }

    /**
     * A video in pieces that end within a latent frame, with an action for every picture, is the same as in one piece.
     */
    @ParameterizedTest
    @ValueSource(strings = {"half-resolution", "two-pictures"})
    void aVideoResumesWhereItWasSaved(String codec, @TempDir Path temp) throws IOException {
        Path whole = temp.resolve("whole");
        Path first = temp.resolve("first");
        Path second = temp.resolve("second");
        String state = temp.resolve("state").toString();
        ok(codec, "--frames", "7", "--seed", "3", "--actions", "right*4,up*3", "--out", whole.toString());
        ok(codec, "--frames", "4", "--seed", "3", "--actions", "right*4", "--save", state, "--out", first.toString());
        ok(codec, "--frames", "3", "--actions", "up*3", "--resume", state, "--out", second.toString());
        assertThat(pictures(whole)).isEqualTo(7);
        assertThat(pictures(first)).isEqualTo(4);
        assertThat(pictures(second)).isEqualTo(3);
        for (int i = 0; i < 7; i++) {
            Path piece = i < 4 ? picture(first, i) : picture(second, i - 4);
            assertThat(Distance.between(piece, picture(whole, i)))
                    .as("picture %d", i)
                    .isZero();
        }
        assertThat(Distance.between(picture(whole, 5), picture(whole, 6))).isGreaterThan(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"half-resolution", "two-pictures"})
    void aClipIsContinued(String codec, @TempDir Path temp) throws IOException {
        Path clip = temp.resolve("clip.gif");
        Path continued = temp.resolve("continued");
        ok(codec, "--frames", "5", "--out", clip.toString());
        ok(codec, "--start", clip.toString(), "--given", "3", "--frames", "4", "--out", continued.toString());
        assertThat(pictures(continued)).isEqualTo(3 + 4);
        if (codec.equals("two-pictures")) {
            expectError(
                    sample(
                            codec,
                            "--start",
                            clip.toString(),
                            "--given",
                            "2",
                            "--out",
                            temp.resolve("x").toString()),
                    "--given is 2 pictures, but the codec takes the first one alone and then 2 at a time");
        }
    }

    @Test
    void aRunGoesOnWithItsCodec() {
        for (String other : List.of("codec.kind=pixels", "codec.times=2")) {
            expectError(
                    type("train", "--resume", folder.resolve("half-resolution").toString(), "--set", other),
                    "a run keeps the model, data, codec, diffusion and seed that it has");
        }
    }

    /** What a model costs is what its latents cost. */
    @Test
    void costsAreOfLatents() {
        RunConfig two = RunConfig.read(Presets.named("msc-demo"), null, settings("two-pictures"));
        RunConfig half = RunConfig.read(Presets.named("msc-demo"), null, settings("half-resolution"));
        CostReport.Size size = new CostReport.Size(9, 32, 32);
        assertThat(CostReport.of(two, size, 1).model())
                .isEqualTo(ModelCost.of(two.model(), 5, 32, 32, ModelCost.FLOAT32));
        assertThat(CostReport.of(half, size, 1).model())
                .isEqualTo(ModelCost.of(half.model(), 9, 16, 16, ModelCost.FLOAT32));
        Device cpu = new Device("cpu");
        assertThat(new Workload(two, 9, 32, 32, 1, cpu).grid().frames()).isEqualTo(5);
        assertThat(new Workload(half, 9, 32, 32, 1, cpu).grid().tokensPerFrame())
                .isEqualTo(4 * 4);
    }
}
