// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.config.ConfigReader;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Workers;
import io.lightcone.video.Clip;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pins what training computes, number by number: the loss and the norm of the gradient of the first steps of each
 * system, as they were when they were written down. A change of the code that leaves the mathematics as it is leaves
 * them as they are; one that changes it changes what every saved checkpoint means, and must say so. To write them anew:
 *
 * <pre>
 * mvn test -Dtest=GoldenLossTest -DargLine=-Dlightcone.golden=src/test/resources/golden
 * </pre>
 */
class GoldenLossTest {
    private static final Device CPU = new Device("cpu");
    private static final int STEPS = 20;
    private static final String FOLDER = "golden";
    /** Behind the name of a preset: with given frames, which carry no loss, and long updates in some of the draws. */
    private static final String GIVEN = "-given";
    /** Behind the name of a preset: with long updates in half of the clips. */
    private static final String SHORTCUT = "-shortcut";
    /** Behind the name of a preset: its decoder is distilled, once its golden steps have been trained. */
    private static final String DISTILLED = "-distilled";

    static {
        Libtorch.start(0);
    }

    /** What is pinned of a step. */
    private record Line(long step, double loss, double gradientNorm) {
        static Line of(String text) {
            String[] words = text.strip().split("\\s+", -1);
            return new Line(Long.parseLong(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]));
        }

        String text() {
            return String.format(Locale.ROOT, "%d %.7f %.7f", step, loss, gradientNorm);
        }
    }

    /** The preset in its own ways, at a size that takes seconds. */
    private static RunConfig config(String name) {
        String preset = name.replace(GIVEN, "").replace(SHORTCUT, "").replace(DISTILLED, "");
        List<String> settings = new ArrayList<>(List.of(
                "model.width=32",
                "model.depth=3",
                "model.patch=4",
                "data.height=20", // 5 x 4 tokens: pooling by 2 leaves a border
                "data.width=16",
                "training.frames=6",
                "training.batch=2",
                "training.steps=100",
                "training.minutes=0",
                "training.linear=float32",
                "training.optimizer.warmup=2"));
        if (Presets.named(preset).model().separable()) {
            settings.add("model.encoder=2");
        }
        if (name.endsWith(GIVEN)) {
            settings.addAll(List.of(
                    "training.given.frames=2",
                    "training.given.share=0.6",
                    "training.separable.draws=2",
                    "model.shortcut=4",
                    "sampling.steps=4",
                    "training.shortcut.after=0"));
        }
        if (name.endsWith(SHORTCUT)) {
            settings.addAll(List.of("model.shortcut=4", "sampling.steps=4", "training.shortcut.share=0.5"));
        }
        if (name.endsWith(DISTILLED)) {
            settings.addAll(List.of("training.consistency.levels=2", "sampling.solver=consistency"));
        }
        return ConfigReader.read(RunConfig.class, Presets.named(preset), null, settings);
    }

    /** With one thread, so that sums have one order. */
    private static List<Line> train(String preset) {
        int threads = torch.get_num_threads();
        torch.set_num_threads(1);
        try {
            return trained(preset);
        } finally {
            torch.set_num_threads(threads);
        }
    }

    private static List<Line> trained(String name) {
        RunConfig config = config(name);
        if (!name.endsWith(DISTILLED)) {
            try (Trainer trainer = Trainer.fresh(config, CPU)) {
                return steps(trainer, config);
            }
        }
        RunConfig ordinary = config(name.replace(DISTILLED, ""));
        try (Trainer taught = Trainer.fresh(ordinary, CPU)) {
            steps(taught, ordinary);
            Map<String, Tensor> weights = taught.average().parameters().tensors();
            try (Trainer trainer = Trainer.distilling(config, config.openCodec(CPU), CPU, Workers.alone(), weights)) {
                return steps(trainer, config);
            }
        }
    }

    private static List<Line> steps(Trainer trainer, RunConfig config) {
        List<Line> lines = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            int number = step;
            List<Clip> clips = IntStream.range(0, config.training().batch())
                    .mapToObj(item -> clip(config, new SplittableRandom(100L * number + item)))
                    .toList();
            TrainingStep.Result result = trainer.step(step, clips, 3e-3);
            lines.add(new Line(step, result.loss(), result.gradientNorm()));
        }
        return lines;
    }

    /** A bright rectangle that moves over a slope of grey by whole pixels, so that it is the same on every machine. */
    private static Clip clip(RunConfig config, SplittableRandom random) {
        int frames = config.training().frames();
        int height = config.data().height();
        int width = config.data().width();
        int channels = config.data().channels();
        int top = random.nextInt(height);
        int left = random.nextInt(width);
        int down = random.nextInt(-2, 3);
        int right = random.nextInt(-2, 3);
        byte[] pixels = new byte[frames * height * width * channels];
        int i = 0;
        for (int t = 0; t < frames; t++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    boolean inside = Math.floorMod(y - top - t * down, height) < 6
                            && Math.floorMod(x - left - t * right, width) < 5;
                    for (int c = 0; c < channels; c++) {
                        pixels[i++] = (byte) (inside ? 255 - 40 * c : 4 * y + 2 * x + 10 * c);
                    }
                }
            }
        }
        return new Clip("moving rectangle", frames, height, width, channels, pixels);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "msc-demo",
                "msc-demo" + SHORTCUT,
                "dense-tiny",
                "scd-tiny",
                "scd-tiny" + GIVEN,
                "scd-tiny" + DISTILLED,
                "ar-diffusion-tiny"
            })
    void theFirstStepsOfTrainingAreWhatTheyWere(String preset) throws IOException {
        List<Line> got = train(preset);
        String target = System.getProperty("lightcone.golden");
        if (target != null) {
            Path folder = Files.createDirectories(Path.of(target));
            Files.writeString(
                    folder.resolve(preset + ".txt"),
                    String.join("\n", got.stream().map(Line::text).toList()) + "\n");
        }
        List<Line> expected = golden(preset);
        assertThat(got).hasSameSizeAs(expected);
        for (int i = 0; i < got.size(); i++) {
            Line line = expected.get(i);
            assertThat(got.get(i).step()).isEqualTo(line.step());
            assertThat(got.get(i).loss())
                    .as("loss of step %d", line.step())
                    .isCloseTo(line.loss(), Offset.offset(1e-4));
            assertThat(got.get(i).gradientNorm())
                    .as("gradient of step %d", line.step())
                    .isCloseTo(line.gradientNorm(), Offset.offset(1e-3 * (1 + line.gradientNorm())));
        }
    }

    private static List<Line> golden(String preset) {
        String name = "/" + FOLDER + "/" + preset + ".txt";
        try (InputStream stream = Objects.requireNonNull(GoldenLossTest.class.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(Line::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
