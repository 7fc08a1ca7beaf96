// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.generation.FrameShape;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests runs of every format that there has been, one of each system, written by the versions that had that format. */
class EarlierFormatsTest {
    private static final Device CPU = new Device("cpu");

    private static Path runs() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(EarlierFormatsTest.class.getResource("/runs"))
                .toURI());
    }

    /** Every run of every format, such as "format-1/msc". */
    static List<String> names() throws IOException, URISyntaxException {
        Path runs = runs();
        try (Stream<Path> tree = Files.walk(runs, 2)) {
            return tree.map(each -> runs.relativize(each).toString().replace('\\', '/'))
                    .filter(name -> name.matches("format-\\d+/.+"))
                    .sorted()
                    .toList();
        }
    }

    /** A run of the test resources, in a folder where it may be written to. */
    private static Path copied(String name, Path temp) throws IOException, URISyntaxException {
        Path source = runs().resolve(name);
        Path target = temp.resolve("run");
        try (Stream<Path> tree = Files.walk(source)) {
            for (Path each : tree.toList()) {
                Path place = target.resolve(source.relativize(each).toString());
                Files.createDirectories(place.getParent());
                Files.copy(each, place);
            }
        }
        return target;
    }

    @Test
    void thereIsARunOfEachSystemInEachFormat() throws IOException, URISyntaxException {
        for (String format : List.of("format-1", "format-2", "format-3")) {
            for (String system : List.of("msc", "scd", "ar-diffusion")) {
                assertThat(names()).contains(format + "/" + system);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aRunOfAnEarlierFormatOpensResumesAndGenerates(String name, @TempDir Path temp)
            throws IOException, URISyntaxException, InterruptedException {
        Path path = copied(name, temp);
        RunFolder folder = RunFolder.open(path);
        RunConfig config = folder.config(List.of("training.steps=4"));
        RunOptions options = RunOptions.defaults().withDevice("cpu");
        try (TrainingRun run = Runs.resume(path, List.of("training.steps=4"), options)) {
            assertThat(run.step()).isEqualTo(2);
            run.run();
            assertThat(run.step()).isEqualTo(4);
        }
        assertThat(folder.steps()).contains(4L);
        assertThat(folder.config(List.of())).isEqualTo(config);
        try (TrainedModel model = TrainedModel.open(path, CPU, List.of())) {
            FrameShape shape = model.frameShape();
            Noise noise = new Noise(new RandomStreams(1), List.of(0), shape, CPU);
            Scopes.runWithoutGrad(() -> {
                try (RollOut rollOut = model.rollOut(model.config().sampling().plan(3, 0), noise, null)) {
                    int frames = 0;
                    while (rollOut.hasNext()) {
                        assertThat(Tensors.floats(rollOut.next()))
                                .hasSize(12 * 16)
                                .doesNotContain(Float.NaN);
                        frames++;
                    }
                    assertThat(frames).isEqualTo(3);
                }
            });
        }
    }
}
