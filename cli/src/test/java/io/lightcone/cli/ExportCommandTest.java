// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.expectError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports runs to generate with. */
class ExportCommandTest {
    @TempDir
    private static Path temp = Path.of("");

    private static Path run = Path.of("");

    @BeforeAll
    static void train() {
        run = temp.resolve("run");
        Answer trained = Answer.typed("train --data moving-digits --preset msc-demo --out " + run
                + " --set model.width=16 --set model.depth=1 --set training.batch=1 --set training.steps=2"
                + " --set training.linear=float32 --set training.reports.validationClips=1 --set training.frames=6"
                + " --set sampling.steps=2");
        assertThat(trained.code()).as(trained.err()).isZero();
    }

    private static List<byte[]> frames(Path from) throws Exception {
        Path out = Files.createTempDirectory(temp, "frames");
        Answer sampled = Answer.typed(
                "sample --run " + from + " --frames 3 --seed 4 --device cpu --out " + out.resolve("png") + "/");
        assertThat(sampled.code()).as(sampled.err()).isZero();
        try (Stream<Path> files = Files.walk(out)) {
            List<byte[]> read = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                read.add(Files.readAllBytes(file));
            }
            return read;
        }
    }

    @Test
    void aCopyInFloat32MakesTheSameFrames() throws Exception {
        Path copy = temp.resolve("float32");
        Answer answer = Answer.typed("export --run " + run + " --out " + copy + " --type float32");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).contains("Wrote " + copy + ": step 2, ", " weights in float32, ");
        assertThat(copy.resolve("checkpoints/step-2")).isDirectoryContaining("glob:**/ema.safetensors");
        assertThat(copy.resolve("checkpoints/step-2").toFile().list())
                .containsExactlyInAnyOrder("ema.safetensors", "state.json");
        assertThat(frames(copy)).isNotEmpty().containsExactlyElementsOf(frames(run));
    }

    @Test
    void aCopyIn16BitsIsHalfAsLargeAndGenerates() throws Exception {
        Path half = temp.resolve("half");
        Path wide = temp.resolve("wide");
        assertThat(Answer.typed("export --run " + run + " --out " + half).code())
                .isZero();
        assertThat(Answer.typed("export --run " + run + " --out " + wide + " --type bfloat16")
                        .code())
                .isZero();
        long whole = size(run);
        assertThat(size(half)).isBetween(whole / 3, whole * 2 / 3);
        assertThat(size(wide)).isCloseTo(size(half), within(200L)); // the name of the type is longer
        assertThat(frames(half)).hasSameSizeAs(frames(run));
    }

    private static long size(Path of) throws Exception {
        return Files.size(of.resolve("checkpoints/step-2/ema.safetensors"));
    }

    @Test
    void whatCannotBeExportedOrResumedIsOneSentence() {
        Path copy = temp.resolve("copy");
        assertThat(Answer.typed("export --run " + run + " --out " + copy).code())
                .isZero();
        Answer resumed = Answer.typed("train --resume " + copy);
        assertThat(resumed.code()).isEqualTo(2);
        assertThat(resumed.err()).contains("its training cannot be resumed");
        expectError("export --run " + run + " --out " + copy, copy + " exists already");
        expectError("export --run " + temp.resolve("none") + " --out " + temp.resolve("x"), "it does not exist");
        expectError("export --run " + run + " --out " + temp.resolve("y") + " --type int8", "int8");
    }
}
