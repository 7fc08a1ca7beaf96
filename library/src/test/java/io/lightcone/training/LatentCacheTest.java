// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.codec.CausalAutoencoder;
import io.lightcone.codec.CausalAutoencoderConfig;
import io.lightcone.codec.CausalAutoencoderFile;
import io.lightcone.codec.RandomCodecs;
import io.lightcone.codec.TestAutoencoders;
import io.lightcone.run.RunConfig;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that a training takes the latents of its clips from the disk if an earlier one has encoded them. */
class LatentCacheTest {
    /** The bytes of a key and of the checksum of its record, which follows it. */
    private static final int KEY_BYTES = 16;

    private static final int ENTRY_BYTES = 24;
    private static final int PICTURES = 60;

    /** What a configuration says of latents that are all zero. */
    private static final String NO_MEAN = "\n    mean: \\[0\\.0(, 0\\.0)+\\]\n";

    private final Path temp;

    LatentCacheTest(@TempDir Path temp) {
        this.temp = temp;
    }

    private Path train(String name, Kind kind, String... more) throws InterruptedException {
        Stream<String> settings = Stream.of(
                "data.kind=videos",
                "data.source='" + temp.resolve("videos") + "'",
                "data.height=16",
                "data.width=16",
                "data.heldOut=0.2",
                "model.patch=1",
                "training.frames=5",
                "sampling.given=1");
        RunConfig config = RunConfig.read(
                TestRuns.small(3),
                null,
                Stream.of(settings, kind.settings(temp), Stream.of(more))
                        .flatMap(each -> each)
                        .toList());
        RunOptions options =
                RunOptions.defaults().withDevice("cpu").withWorkers(1).withCache(temp.resolve("cache"));
        try (TrainingRun run = Runs.start(config, temp.resolve(name), options)) {
            run.run();
            return run.folder().path();
        }
    }

    private static Path weights(Path run) {
        return run.resolve("checkpoints/step-3/model.safetensors");
    }

    /** The kinds of codec that differ in what is kept: whole clips, or each picture. */
    private enum Kind {
        CAUSAL {
            @Override
            void write(Path folder) {
                try (CausalAutoencoder random = TestAutoencoders.create(
                        new CausalAutoencoderConfig(1, 2, 4, 4, List.of(6, 8), 1), ScalarType.Float)) {
                    CausalAutoencoderFile.write(folder.resolve("codec.safetensors"), random, false);
                }
            }

            @Override
            Stream<String> settings(Path folder) {
                return Stream.of(
                        "codec.kind=causal-autoencoder",
                        "codec.file='" + folder.resolve("codec.safetensors") + "'",
                        "data.channels=1",
                        "model.channels=2");
            }
        },
        TAESD {
            @Override
            void write(Path folder) throws IOException {
                RandomCodecs.taesd(folder);
            }

            @Override
            Stream<String> settings(Path folder) {
                return Stream.of(
                        "codec.kind=taesd",
                        "codec.encoder='" + folder.resolve("encoder.safetensors") + "'",
                        "codec.decoder='" + folder.resolve("decoder.safetensors") + "'",
                        "data.channels=3",
                        "model.channels=5");
            }
        };

        abstract void write(Path folder) throws IOException;

        abstract Stream<String> settings(Path folder);
    }

    private void prepare(Kind kind) throws IOException {
        kind.write(temp);
        Random random = new Random(1);
        try (VideoWriter writer = VideoWriter.open(temp.resolve("videos").resolve("clip.gif"), 10, 1)) {
            for (int frame = 0; frame < PICTURES; frame++) {
                byte[] pixels = new byte[16 * 16];
                random.nextBytes(pixels);
                writer.add(new Clip("noise", 1, 16, 16, 1, pixels), 0);
            }
            writer.finish();
        }
    }

    /** Returns what is kept: the content of each file, as text. */
    private Map<String, String> kept() throws IOException {
        Map<String, String> kept = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder())) {
            for (Path file : files.toList()) {
                kept.put(file.getFileName().toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return kept;
    }

    private Path folder() {
        return temp.resolve("cache/latents");
    }

    private long entries() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.filter(file -> file.toString().endsWith(".keys"))
                    .mapToLong(file -> file.toFile().length() / ENTRY_BYTES)
                    .sum();
        }
    }

    /** Overwrites all latents that are kept by zeros, as if these had been encoded. */
    private void forge() throws IOException {
        for (String name : kept().keySet()) {
            if (name.endsWith(".keys")) {
                Path records = folder().resolve(name.replace(".keys", ".latents"));
                byte[] keys = Files.readAllBytes(folder().resolve(name));
                byte[] zeros = new byte[(int) Files.size(records)];
                int entries = keys.length / ENTRY_BYTES;
                CRC32C checksum = new CRC32C();
                checksum.update(zeros, 0, zeros.length / entries);
                for (int i = 0; i < entries; i++) {
                    ByteBuffer.wrap(keys).putInt(i * ENTRY_BYTES + KEY_BYTES, (int) checksum.getValue());
                }
                Files.write(records, zeros);
                Files.write(folder().resolve(name), keys);
            }
        }
    }

    /**
     * The same training finds all that it needs, and nothing is added. That it does not encode as well is seen by
     * latents that are none: it measures those, and learns them.
     */
    @ParameterizedTest
    @EnumSource
    void aSecondTrainingEncodesNothing(Kind kind) throws InterruptedException, IOException {
        prepare(kind);
        Path first = train("first", kind, "data.mirror=true");
        Map<String, String> kept = kept();
        assertThat(entries())
                .as("those that were measured, three batches of two clips, and those of validation")
                .isGreaterThan(6 + 20);
        Path second = train("second", kind, "data.mirror=true");
        assertThat(weights(second)).hasSameBinaryContentAs(weights(first));
        assertThat(config(second)).isEqualTo(config(first)).doesNotContainPattern(NO_MEAN);
        assertThat(kept()).isEqualTo(kept);

        forge();
        Map<String, String> forged = kept();
        Path third = train("third", kind, "data.mirror=true");
        assertThat(kept()).isEqualTo(forged);
        assertThat(Files.readAllBytes(weights(third))).isNotEqualTo(Files.readAllBytes(weights(first)));
        assertThat(config(third))
                .as("of all clips that were measured only what was kept was seen")
                .containsPattern(NO_MEAN);
    }

    private static String config(Path run) throws IOException {
        return Files.readString(run.resolve("config.yaml"));
    }

    /**
     * Which clips a training draws does not depend on whether it mirrors some of them: what is added after one that
     * mirrors none is mirrored.
     */
    @ParameterizedTest
    @EnumSource
    void mirroredLatentsAreKeptBesidePlainOnes(Kind kind) throws InterruptedException, IOException {
        prepare(kind);
        train("plain", kind, "data.mirror=false");
        Map<String, String> plain = kept();
        long entries = entries();
        train("again", kind, "data.mirror=false");
        assertThat(kept()).isEqualTo(plain);
        train("mirrored", kind, "data.mirror=true");
        Map<String, String> both = kept();
        assertThat(entries()).isGreaterThan(entries);
        if (kind == Kind.TAESD) {
            assertThat(entries()).as("more than there are pictures").isGreaterThan(PICTURES);
        }
        plain.forEach((file, content) -> assertThat(both.get(file)).startsWith(content));
        train("plain once more", kind, "data.mirror=false");
        assertThat(kept()).as("plain latents are found beside mirrored ones").isEqualTo(both);
    }
}
