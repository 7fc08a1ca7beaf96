// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.NativeObjects;
import io.lightcone.video.Clip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CausalCodecTest {
    private static final Device CPU = new Device("cpu");
    private static final int FRAMES = 4;

    private static CausalCodec codec(int space, int time, ScalarType type) {
        return new CausalCodec(TestAutoencoders.create(TestAutoencoders.config(space, time), type), "test");
    }

    private static List<Clip> slice(List<Clip> clips, int from, int count) {
        return clips.stream().map(clip -> clip.slice(from, count)).toList();
    }

    private static List<byte[]> pixels(List<Clip> clips) {
        return clips.stream().map(Clip::pixels).toList();
    }

    /**
     * All state is in what is saved, at each latent frame, and what is restored goes on bit for bit, in the type that
     * is computed in.
     */
    @ParameterizedTest
    @CsvSource({"4, 1, float", "4, 4, double", "8, 2, double", "8, 4, float", "8, 4, double"})
    void aStreamGoesOnWhereItWasSaved(int space, int time, String name) {
        ScalarType type = name.equals("float") ? ScalarType.Float : ScalarType.Double;
        Scopes.run(() -> {
            CausalAutoencoder autoencoder = TestAutoencoders.create(TestAutoencoders.config(space, time), type);
            try (CausalCodec codec = new CausalCodec(autoencoder, "test")) {
                LatentLayout layout = codec.layout();
                List<Clip> clips = TestAutoencoders.clips(2, layout.pictures(FRAMES));
                Tensor whole = codec.encodeExactly(clips);
                assertThat(whole.shape()).containsExactly(2, FRAMES, 5, 16 / space, 24 / space);
                assertThat(Tensors.type(whole)).isEqualTo(type);
                Tensor given = codec.encode(clips);
                assertThat(Tensors.type(given)).isEqualTo(ScalarType.Float);
                assertThat(given.equal(whole.to(ScalarType.Float))).isTrue();
                List<List<byte[]>> pictures = decodeAll(codec, whole);
                List<Tensor> decoded = decodeAll(autoencoder, whole);
                for (int after = 0; after < FRAMES; after++) {
                    Snapshot saved = Snapshot.empty();
                    StreamingEncoder encoder = codec.encoder();
                    StreamingDecoder decoder = codec.decoder();
                    if (after > 0) {
                        encoder.skip(slice(clips, 0, 1));
                    }
                    for (int n = 1; n < after; n++) {
                        encoder.skip(slice(clips, layout.pictures(n), time));
                    }
                    decoder.skip(whole.narrow(1, 0, after));
                    encoder.save(saved.part("encoder"));
                    decoder.save(saved.part("decoder"));
                    assertThat(saved.tensors().isEmpty()).isEqualTo(after == 0);
                    Snapshot kept = copy(saved);
                    encoder.close();
                    decoder.close();
                    try (StreamingEncoder second = codec.encoder();
                            StreamingDecoder third = codec.decoder();
                            CausalMemory fourth = autoencoder.memory()) {
                        second.load(kept.part("encoder"));
                        third.load(kept.part("decoder"));
                        fourth.load(kept.part("decoder"));
                        for (int n = after; n < FRAMES; n++) {
                            int from = layout.pictures(n);
                            Tensor latent = second.next(slice(clips, from, layout.pictures(n + 1) - from));
                            assertThat(Tensors.type(latent)).isEqualTo(type);
                            assertThat(latent.equal(whole.narrow(1, n, 1))).isTrue();
                            Tensor exact = fourth.advance(() -> autoencoder.decode(latent, fourth));
                            assertThat(Tensors.type(exact)).isEqualTo(type);
                            assertThat(exact.equal(decoded.get(n))).isTrue();
                            assertThat(pixels(third.next(latent)).toArray(byte[][]::new))
                                    .isDeepEqualTo(pictures.get(n).toArray(byte[][]::new));
                        }
                    }
                }
            }
        });
    }

    private static Snapshot copy(Snapshot saved) {
        Map<String, Tensor> copied = new LinkedHashMap<>();
        saved.tensors().forEach((name, tensor) -> copied.put(name, tensor.clone()));
        return Snapshot.of(copied);
    }

    private static List<List<byte[]>> decodeAll(Codec codec, Tensor latents) {
        List<List<byte[]>> pictures = new ArrayList<>();
        try (StreamingDecoder decoder = codec.decoder()) {
            for (int n = 0; n < latents.size(1); n++) {
                List<Clip> clips = decoder.next(latents.narrow(1, n, 1));
                assertThat(clips.get(0).frames())
                        .isEqualTo(n == 0 ? 1 : codec.layout().time());
                pictures.add(pixels(clips));
            }
        }
        return pictures;
    }

    /** Returns the pictures of each latent frame as the network gives them, before they are rounded to bytes. */
    private static List<Tensor> decodeAll(CausalAutoencoder autoencoder, Tensor latents) {
        List<Tensor> pictures = new ArrayList<>();
        try (CausalMemory memory = autoencoder.memory()) {
            for (int n = 0; n < latents.size(1); n++) {
                Tensor latent = latents.narrow(1, n, 1);
                pictures.add(memory.advance(() -> autoencoder.decode(latent, memory)));
            }
        }
        return pictures;
    }

    @Test
    void aLongerClipBeginsAsAShortOne() {
        Scopes.run(() -> {
            try (CausalCodec codec = codec(8, 4, ScalarType.Float)) {
                List<Clip> clips = TestAutoencoders.clips(2, 13);
                Tensor all = codec.encode(clips);
                for (int frames = 1; frames < FRAMES; frames++) {
                    Tensor part = codec.encode(slice(clips, 0, codec.layout().pictures(frames)));
                    assertThat(part.equal(all.narrow(1, 0, frames))).isTrue();
                }
            }
        });
    }

    /** What could not be used has not been taken in. */
    @Test
    void aRefusedGroupLeavesAStreamAsItWas() {
        Scopes.run(() -> {
            try (CausalCodec codec = codec(8, 4, ScalarType.Float);
                    StreamingEncoder encoder = codec.encoder();
                    StreamingDecoder decoder = codec.decoder()) {
                List<Clip> clips = TestAutoencoders.clips(1, 9);
                Tensor all = codec.encode(clips);
                List<List<byte[]>> pictures = decodeAll(codec, all);
                encoder.skip(slice(clips, 0, 1));
                decoder.skip(all.narrow(1, 0, 1));
                assertThatThrownBy(() -> encoder.next(slice(clips, 1, 2)))
                        .hasMessage("the next latent frame is of 4 pictures, not 2");
                Tensor tooWide = Tensors.cat(4, all, all);
                assertThatThrownBy(() -> decoder.next(tooWide.narrow(1, 1, 1))).isInstanceOf(RuntimeException.class);
                assertThat(encoder.next(slice(clips, 1, 4)).equal(all.narrow(1, 1, 1)))
                        .isTrue();
                assertThat(pixels(decoder.next(all.narrow(1, 1, 1))).toArray(byte[][]::new))
                        .isDeepEqualTo(pictures.get(1).toArray(byte[][]::new));
            }
        });
    }

    @Test
    void clipsThatDoNotFitAreRefused() {
        try (CausalCodec codec = codec(8, 4, ScalarType.Float)) {
            assertThatThrownBy(() -> codec.encode(TestAutoencoders.clips(1, 6)))
                    .isInstanceOf(UserException.class)
                    .hasMessage("a clip is 6 pictures, but the codec takes the first one alone and then 4 at a time;"
                            + " make it 5 or 9");
            assertThatThrownBy(() -> codec.encode(List.of(new Clip("grey", 1, 16, 16, 1, new byte[256]))))
                    .isInstanceOf(UserException.class)
                    .hasMessage("grey has pictures of 1 channels, but the autoencoder takes those of 3; choose one that"
                            + " was trained on such pictures");
            assertThatThrownBy(() -> codec.encode(List.of(new Clip("odd", 1, 16, 20, 3, new byte[960]))))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("20 pixels cannot be divided by 8");
        }
    }

    /** The memory of a stream does not grow. */
    @Test
    void aStreamLeavesNoNativeMemoryBehind() {
        try (CausalCodec codec = codec(8, 2, ScalarType.Float);
                StreamingEncoder encoder = codec.encoder();
                StreamingDecoder decoder = codec.decoder()) {
            List<Clip> clips = TestAutoencoders.clips(1, 3);
            encoder.skip(slice(clips, 0, 1));
            assertThat(NativeObjects.leftBy(
                            5, 20, () -> Scopes.run(() -> decoder.next(encoder.next(slice(clips, 1, 2))))))
                    .isZero();
        }
        NativeObjects.requireNothingLeft(() -> {
            try (CausalCodec codec = codec(8, 2, ScalarType.Float)) {
                codec.encode(TestAutoencoders.clips(1, 5));
            }
        });
    }

    private static Path written(Path folder, boolean halves) {
        Path file = folder.resolve(CausalAutoencoderFile.NAME);
        try (CausalAutoencoder autoencoder = TestAutoencoders.create(TestAutoencoders.config(8, 4), ScalarType.Float)) {
            CausalAutoencoderFile.write(file, autoencoder, halves);
        }
        return file;
    }

    @Test
    void aFileHoldsTheWholeCodec(@TempDir Path folder) throws IOException {
        Path file = written(folder, false);
        Scopes.run(() -> {
            List<Clip> clips = TestAutoencoders.clips(2, 9);
            try (CausalCodec codec = codec(8, 4, ScalarType.Float);
                    CausalCodec read = new CausalCodec(CausalAutoencoderFile.read(file, CPU), "read")) {
                assertThat(read.encode(clips).equal(codec.encode(clips))).isTrue();
                long bytes = size(file);
                written(folder, true);
                assertThat(size(file)).isLessThan(bytes * 2 / 3);
                try (CausalCodec halves = new CausalCodec(CausalAutoencoderFile.read(file, CPU), "halves")) {
                    Tensor difference = halves.encode(clips).sub(codec.encode(clips));
                    assertThat(difference.abs().max().item_double()).isBetween(1e-6, 1e-2);
                }
            }
        });
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A run names the file or its folder; sizes, checksum and statistics of the latents are found out. */
    @Test
    void aRunReadsTheFile(@TempDir Path folder) {
        Path file = written(folder, true);
        assertThat(CodecSection.of("causal-autoencoder")).isEqualTo(CausalAutoencoderCodecConfig.defaults());
        CodecConfig config = CodecSection.set("codec.kind=causal-autoencoder", "codec.file=" + folder)
                .codec();
        assertThat(config.layout(3)).isEqualTo(new LatentLayout(5, 8, 4));
        assertThatThrownBy(() -> config.layout(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the codec in " + file + " takes pictures of 3 channels; set data.channels to that, not to"
                        + " 1");
        Scopes.run(() -> {
            List<Clip> clips = TestAutoencoders.clips(4, 9);
            CodecConfig resolved = config.resolved(3, each -> each.open(3, CPU), () -> clips);
            try (Codec codec = resolved.open(3, CPU);
                    Codec raw = config.open(3, CPU)) {
                assertThat(raw.identity()).matches("causal-autoencoder [0-9a-f]{16}");
                assertThat(codec.identity()).startsWith(raw.identity() + " ");
                Tensor latents = codec.encode(clips);
                assertThat(latents.std().item_double()).isBetween(0.95, 1.05);
                List<List<byte[]>> decoded = decodeAll(codec, latents);
                List<List<byte[]>> expected = decodeAll(raw, raw.encode(clips));
                int most = 0;
                for (int n = 0; n < decoded.size(); n++) {
                    for (int b = 0; b < clips.size(); b++) {
                        most = Math.max(
                                most,
                                distance(decoded.get(n).get(b), expected.get(n).get(b)));
                    }
                }
                assertThat(most).isLessThanOrEqualTo(1);
            }
        });
        assertThatThrownBy(() -> CodecSection.of("causal-autoencoder").layout(3))
                .isInstanceOf(UserException.class)
                .hasMessage("the codec causal-autoencoder is read from a file that training a codec has written: set"
                        + " codec.file to it");
    }

    private static int distance(byte[] a, byte[] b) {
        int most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs((a[i] & 0xff) - (b[i] & 0xff)));
        }
        return most;
    }

    /** Rewrites a file after a change of its tensors and its metadata, and returns what reading it says. */
    private static String refusal(Path file, BiConsumer<Map<String, Tensor>, Map<String, String>> change) {
        Scopes.run(() -> {
            try {
                Safetensors.Contents contents = Safetensors.read(file);
                Map<String, Tensor> tensors = new LinkedHashMap<>(contents.tensors());
                Map<String, String> metadata = new LinkedHashMap<>(contents.metadata());
                change.accept(tensors, metadata);
                Safetensors.write(file, tensors, metadata);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        String[] message = new String[1];
        assertThatThrownBy(() -> CausalAutoencoderFile.read(file, CPU))
                .isInstanceOf(UserException.class)
                .satisfies(e -> message[0] = e.getMessage());
        assertThat(message[0]).startsWith(file.toString()).doesNotContain("\n");
        written(Objects.requireNonNull(file.getParent()), true);
        return message[0].substring(file.toString().length() + 1);
    }

    @Test
    void filesThatDoNotFitAreRefused(@TempDir Path folder) throws IOException {
        Path file = written(folder, true);
        String norm = "encoder.level.2.block.0.spaceNorm.weight";
        assertThat(refusal(file, (tensors, metadata) -> tensors.remove(norm)))
                .isEqualTo("has no weight " + norm + "; write it anew from the training that it comes from");
        assertThat(refusal(file, (tensors, metadata) -> tensors.put("encoder.more", weight(tensors, norm))))
                .startsWith("has a weight encoder.more that its autoencoder has not;");
        assertThat(refusal(
                        file,
                        (tensors, metadata) ->
                                tensors.put(norm, weight(tensors, "decoder.level.0.block.0.spaceNorm.weight"))))
                .startsWith("has the weight encoder.level.2.block.0.spaceNorm.weight in the shape [4] instead of [8];");
        assertThat(refusal(
                        file,
                        (tensors, metadata) ->
                                tensors.put(norm, weight(tensors, norm).to(ScalarType.Long))))
                .startsWith(
                        "has the weight encoder.level.2.block.0.spaceNorm.weight as I64, which is no type of weights;");
        assertThat(refusal(file, (tensors, metadata) -> metadata.clear()))
                .isEqualTo("does not say which codec it is of, so it is none of Lightcone's; choose a file that"
                        + " training a codec has written");
        assertThat(refusal(file, (tensors, metadata) -> metadata.put("codec", "other")))
                .isEqualTo("is of the codec 'other', not of 'causal-autoencoder'; choose a file of that");
        assertThat(refusal(file, (tensors, metadata) -> metadata.put("layout", "2")))
                .isEqualTo("has the layout '2', but this version of Lightcone reads only 1; use the version that wrote"
                        + " it");
        assertThat(refusal(file, (tensors, metadata) -> metadata.put("config", "{\"depth\": 1}")))
                .startsWith("describes no autoencoder that this version of Lightcone knows: missing key");
        assertThat(refusal(
                        file,
                        (tensors, metadata) -> metadata.put(
                                "config",
                                Objects.requireNonNull(metadata.get("config")).replace("\"time\":4", "\"time\":3"))))
                .contains("time must be 1, 2 or 4, not 3");
        Path missing = folder.resolve("none");
        assertThatThrownBy(() -> CausalAutoencoderFile.read(missing, CPU))
                .isInstanceOf(UserException.class)
                .hasMessage(missing + " does not exist");
        Files.write(file, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> CausalAutoencoderFile.read(file, CPU))
                .isInstanceOf(UserException.class)
                .hasMessage(file + " is cut short: it has only 3 bytes");
    }

    private static Tensor weight(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name));
    }
}
