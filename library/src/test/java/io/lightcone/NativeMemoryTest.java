// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.live.LiveOptions;
import io.lightcone.live.LiveVideo;
import io.lightcone.run.Models;
import io.lightcone.run.Presets;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.Devices;
import io.lightcone.training.Trainer;
import io.lightcone.video.VideoReader;
import io.lightcone.video.VideoWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * JavaCPP reads its memory limit once, so whichever class of Lightcone a program uses first decides it. Each test
 * starts a JVM of its own.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NativeMemoryTest {

    /** A first use of Lightcone in a program. It may fail: there is neither a run nor a video. */
    enum First {
        WRITER {
            @Override
            void use() {
                VideoWriter.open(Path.of("no-such-ending.xyz"), 10, 1);
            }
        },
        READER {
            @Override
            void use() {
                VideoReader.open(Path.of("no-such-video.mp4"), VideoReader.Options.of(16, 16, 1));
            }
        },
        LIVE {
            @Override
            void use() {
                LiveVideo.open(Path.of("no-such-run"), LiveOptions.defaults());
            }
        },
        MODEL {
            @Override
            void use() {
                TrainedModel.open(Path.of("no-such-run"), Devices.resolve("cpu"), List.of());
            }
        },
        TRAINER {
            @Override
            void use() {
                Trainer.fresh(Presets.named("msc-demo"), Devices.resolve("cpu")).close();
            }
        },
        COUNT {
            @Override
            void use() {
                Models.parameters(Presets.named("msc-demo"));
            }
        },
        JAVACPP {
            @Override
            void use() {
                new Device("cpu").close();
                Devices.resolve("cpu").close();
            }
        };

        abstract void use();
    }

    /** Runs in the other JVM: uses Lightcone in the given way, and prints the limit. */
    public static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            try {
                First.valueOf(arguments[0]).use();
            } catch (UserException e) {
                // The class was loaded, which is all that matters here.
            }
            System.out.println("limit " + Pointer.maxPhysicalBytes());
        }
    }

    private static String run(First first, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:-UsePerfData", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(options));
        command.addAll(List.of(Program.class.getName(), first.name()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JAVACPP")
    void thereIsNoLimitWhateverClassIsUsedFirst(First first) throws IOException, InterruptedException {
        assertThat(run(first)).contains("limit 0").doesNotContain("JavaCPP was in use");
    }

    @ParameterizedTest
    @CsvSource({
        "WRITER, maxPhysicalBytes",
        "READER, maxphysicalbytes",
        "TRAINER, maxPhysicalBytes",
        "LIVE, maxphysicalbytes"
    })
    void aLimitThatTheProgramSetHolds(First first, String name) throws IOException, InterruptedException {
        assertThat(run(first, "-Dorg.bytedeco.javacpp." + name + "=5g"))
                .contains("limit " + (5L << 30))
                .doesNotContain("JavaCPP was in use");
    }

    @Test
    void aWarningSaysOnceThatTheLimitWasReadTooEarly() throws IOException, InterruptedException {
        String said = run(First.JAVACPP);
        assertThat(said).doesNotContain("limit 0");
        assertThat(said.lines().filter(line -> line.contains("JavaCPP was in use before Lightcone")))
                .hasSize(1);
    }
}
