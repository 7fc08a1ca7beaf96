// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static io.lightcone.codec.PlainLayers.doubled;
import static io.lightcone.codec.PlainLayers.each;
import static io.lightcone.codec.PlainLayers.flat;
import static io.lightcone.codec.PlainLayers.picture;
import static io.lightcone.codec.PlainLayers.relu;
import static io.lightcone.codec.PlainLayers.sum;
import static io.lightcone.codec.RandomCodecs.TAESD_DECODER;
import static io.lightcone.codec.RandomCodecs.TAESD_ENCODER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lightcone.UserException;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.Repository;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the networks of the TAESD family on small random files, and on published ones where there are any. */
class TaesdTest {
    private static final Device CPU = new Device("cpu");

    /** Both networks in one file, as diffusers has them: without pools, and the bound of latents is no layer. */
    private static final String BOTH = """
            encoder.layers.0.weight 4x3x3x3
            encoder.layers.0.bias 4
            encoder.layers.1.weight 4x4x3x3
            encoder.layers.2.conv.0.weight 4x4x3x3
            encoder.layers.2.conv.0.bias 4
            encoder.layers.2.conv.2.weight 4x4x3x3
            encoder.layers.2.conv.2.bias 4
            encoder.layers.2.conv.4.weight 4x4x3x3
            encoder.layers.2.conv.4.bias 4
            encoder.layers.3.weight 2x4x3x3
            encoder.layers.3.bias 2
            decoder.layers.0.weight 4x2x3x3
            decoder.layers.0.bias 4
            decoder.layers.2.conv.0.weight 4x4x3x3
            decoder.layers.2.conv.0.bias 4
            decoder.layers.2.conv.2.weight 4x4x3x3
            decoder.layers.2.conv.2.bias 4
            decoder.layers.2.conv.4.weight 4x4x3x3
            decoder.layers.2.conv.4.bias 4
            decoder.layers.4.weight 4x4x3x3
            decoder.layers.5.weight 3x4x3x3
            decoder.layers.5.bias 3
            """;

    @TempDir
    Path temp = Path.of("");

    private Path write(String name, Map<String, long[]> shapes, ScalarType type) {
        return RandomFiles.write(temp.resolve(name), shapes, type);
    }

    private static double[][][] block(PlainLayers plain, double[][][] x, String name, boolean pools, boolean skips) {
        double[][][] y = x;
        if (pools) {
            double[][][] wide = plain.groupNorm(plain.convolution(x, name + ".pool.0"), name + ".pool.1", 4, 1e-5);
            y = sum(x, plain.convolution(relu(wide), name + ".pool.3"));
        }
        double[][][] z = relu(plain.convolution(y, name + ".conv.0"));
        z = relu(plain.convolution(z, name + ".conv.2"));
        z = plain.convolution(z, name + ".conv.4");
        return relu(sum(z, skips ? plain.convolution(y, name + ".skip") : y));
    }

    private static double[] encoded(Path file, double[][][] pixels) {
        PlainLayers plain = new PlainLayers(file);
        double[][][] x = plain.convolution(each(pixels, value -> (value + 1) / 2), "0");
        x = block(plain, x, "1", false, false);
        x = plain.convolution(x, "2", 2, 1, 1);
        x = block(plain, x, "3", true, true);
        x = plain.convolution(x, "4", 2, 1, 1);
        return flat(plain.convolution(x, "5"));
    }

    private static double[] decoded(Path file, double[][][] latents) {
        PlainLayers plain = new PlainLayers(file);
        double[][][] x = relu(plain.convolution(each(latents, value -> 3 * Math.tanh(value / 3)), "1"));
        x = block(plain, x, "3", true, true);
        x = plain.convolution(doubled(x), "5");
        x = block(plain, x, "6", false, false);
        x = plain.convolution(doubled(x), "8");
        return flat(each(plain.convolution(x, "9"), value -> 2 * value - 1));
    }

    @Test
    void networksWithPoolsAndSkipsComputeWhatTheirFilesSay() {
        Path encoder = write("e.safetensors", RandomFiles.shapes(TAESD_ENCODER), ScalarType.Half);
        Path decoder = write("d.safetensors", RandomFiles.shapes(TAESD_DECODER), ScalarType.BFloat16);
        assertThat(Taesd.networks(encoder, decoder).layout()).isEqualTo(new LatentLayout(5, 4, 1));
        Scopes.run(() -> {
            Tensor x = RandomFiles.pictures(2, 3, 8, 12);
            double[] pixels = Tensors.doubles(x);
            double[] latents = Tensors.doubles(RandomFiles.pictures(2, 5, 2, 3).mul(new Scalar(6.0)));
            Tensor z = Tensors.of(latents, 2, 5, 2, 3);
            double[][] codes = new double[2][];
            double[][] pictures = new double[2][];
            for (int n = 0; n < 2; n++) {
                codes[n] = encoded(encoder, picture(pixels, n, 3, 8, 12));
                pictures[n] = decoded(decoder, picture(latents, n, 5, 2, 3));
            }
            try (Taesd exact = Taesd.open(encoder, decoder, CPU, ScalarType.Double);
                    Taesd usual = Taesd.open(encoder, decoder, CPU, ScalarType.Float)) {
                Tensor code = exact.encode(x);
                assertThat(code.shape()).containsExactly(2, 5, 2, 3);
                RandomFiles.assertSame(code, codes[0], codes[1], 1e-9);
                Tensor back = exact.decode(z);
                assertThat(back.shape()).containsExactly(2, 3, 8, 12);
                RandomFiles.assertSame(back, pictures[0], pictures[1], 1e-9);
                RandomFiles.assertSame(usual.encode(x.to(ScalarType.Float)), codes[0], codes[1], 1e-5);
                RandomFiles.assertSame(usual.decode(z.to(ScalarType.Float)), pictures[0], pictures[1], 1e-5);
                assertThat(Tensors.doubles(x))
                        .as("given pictures stay as they are")
                        .isEqualTo(pixels);
                assertThat(Tensors.doubles(z)).as("given latents too").isEqualTo(latents);
            }
        });
    }

    /** Sixteen bits round, and do nothing else, whatever the number of channels. */
    @Test
    void sixteenBitsOnlyRound() {
        Path encoder = write("e.safetensors", RandomFiles.shapes(TAESD_ENCODER), ScalarType.Half);
        Path decoder = write("d.safetensors", RandomFiles.shapes(TAESD_DECODER), ScalarType.BFloat16);
        TaesdConfig config = new TaesdConfig(encoder.toString(), decoder.toString(), LatentsConfig.UNKNOWN);
        RandomFiles.assertRoundsOnly(config, 2, 16, 24);
    }

    @Test
    void bothNetworksMayBeInOneFile() {
        Path file = write("both.safetensors", RandomFiles.shapes(BOTH), ScalarType.Float);
        assertThat(Taesd.networks(file, file).layout()).isEqualTo(new LatentLayout(2, 2, 1));
        Scopes.run(() -> {
            Tensor x = RandomFiles.pictures(2, 3, 6, 4);
            PlainLayers plain = new PlainLayers(file);
            double[][] codes = new double[2][];
            double[][] pictures = new double[2][];
            for (int n = 0; n < 2; n++) {
                plain.within("encoder.layers.");
                double[][][] y = picture(Tensors.doubles(x), n, 3, 6, 4);
                y = plain.convolution(each(y, value -> (value + 1) / 2), "0");
                y = block(plain, plain.convolution(y, "1", 2, 1, 1), "2", false, false);
                y = plain.convolution(y, "3");
                codes[n] = flat(y);
                plain.within("decoder.layers.");
                y = relu(plain.convolution(each(y, value -> 3 * Math.tanh(value / 3)), "0"));
                y = plain.convolution(doubled(block(plain, y, "2", false, false)), "4");
                pictures[n] = flat(each(plain.convolution(y, "5"), value -> 2 * value - 1));
            }
            try (Taesd exact = Taesd.open(file, file, CPU, ScalarType.Double)) {
                Tensor code = exact.encode(x);
                RandomFiles.assertSame(code, codes[0], codes[1], 1e-9);
                RandomFiles.assertSame(exact.decode(code), pictures[0], pictures[1], 1e-9);
            }
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            3.conv.2.bias  | -             | has no weight 3.conv.2.bias; it belongs to another model
            3.pool.1.bias  | -             | has no weight 3.pool.1.bias; it belongs to another model
            3.skip.weight  | -             | has no weight 3.skip.weight; it belongs to another model
            -              | 1.skip.weight 4x4x1x1 | has a weight 1.skip.weight that this network has no use for; \
            it belongs to another model
            4.weight       | 4.weight 8x9x3x3 | the weight 4.weight has the shape [8, 9, 3, 3], the model needs \
            [8, 8, 3, 3]; it belongs to another model
            4.weight       | 4.weight 8    | the weight 4.weight has the shape [8], but that of a convolution has \
            four dimensions; the file belongs to another model
            4.weight       | -             | the layer 4 is missing where 5 comes next; it is no encoder of the \
            TAESD family, or not all of one
            5.bias         | -             | the layer 5 is not a convolution with a bias (5.bias), as in no network \
            of the TAESD family at that place
            -              | 2.bias 6      | the layer 2 is a convolution with a bias, as in no network of the TAESD \
            family at that place
            -              | latent.scale 1 | has a tensor latent.scale, but in a file of the TAESD family a name \
            begins with the number of a layer
            -              | x.6.weight 1x1x3x3 | has names that begin with '' and with 'x.', so it is not one network \
            of the TAESD family
            3.pool.0.weight | 3.pool.0.weight 10x6x1x1 | the weight 3.pool.0.weight gives 10 channels, but the norm \
            after it needs a multiple of 4
            """)
    void whatIsNotANetworkOfTheFamilyIsOneSentence(String without, String with, String message) {
        Map<String, long[]> shapes = new LinkedHashMap<>(RandomFiles.shapes(TAESD_ENCODER));
        shapes.remove(without);
        shapes.putAll(with == null ? Map.of() : RandomFiles.shapes(with));
        Path encoder = write("e.safetensors", shapes, ScalarType.Float);
        Path decoder = write("d.safetensors", RandomFiles.shapes(TAESD_DECODER), ScalarType.Float);
        assertThatThrownBy(() ->
                        Taesd.open(encoder, decoder, CPU, ScalarType.Float).close())
                .isInstanceOf(UserException.class)
                .hasMessageContaining(encoder.toString())
                .hasMessageEndingWith(message);
    }

    @Test
    void filesThatDoNotFitAreRefused() {
        Path encoder = write("e.safetensors", RandomFiles.shapes(TAESD_ENCODER), ScalarType.Float);
        Path both = write("both.safetensors", RandomFiles.shapes(BOTH), ScalarType.Float);
        assertThatThrownBy(() -> Taesd.networks(encoder, both))
                .isInstanceOf(UserException.class)
                .hasMessage("the encoder " + encoder + " makes latents of 5 channels and factor 4 of pictures of 3"
                        + " channels, but the decoder " + both + " takes latents of 2 channels and factor 2 to"
                        + " pictures of 3; choose two files of the same model");
        Path decoder = write("d.safetensors", RandomFiles.shapes(TAESD_DECODER), ScalarType.Float);
        assertThatThrownBy(() -> Taesd.networks(decoder, encoder))
                .as("the two exchanged")
                .isInstanceOf(UserException.class);
        Path whole = write("long.safetensors", RandomFiles.shapes(TAESD_ENCODER), ScalarType.Long);
        assertThatThrownBy(() -> Taesd.networks(whole, decoder))
                .isInstanceOf(UserException.class)
                .hasMessageEndingWith("is of type I64; weights are of F16, BF16, F32 or F64");
    }

    /** Files of one name, which lie in two folders, do not take each other's place; the same file twice is one. */
    @Test
    void aRunKeepsBothFilesWhateverTheirNames() throws IOException {
        Path both = write("both.safetensors", RandomFiles.shapes(BOTH), ScalarType.Float);
        Path encoder = write("plain-encoder.safetensors", RandomFiles.shapes(TAESD_ENCODER), ScalarType.Float);
        Path decoder = write("plain-decoder.safetensors", RandomFiles.shapes(TAESD_DECODER), ScalarType.Float);
        String first =
                Files.copy(encoder, folder("down").resolve("model.safetensors")).toString();
        String second =
                Files.copy(decoder, folder("up").resolve("model.safetensors")).toString();
        String capital = Files.copy(decoder, folder("other").resolve("Model.safetensors"))
                .toString();
        assertKept(first, second, "encoder-model.safetensors", "decoder-model.safetensors");
        assertKept(first, capital, "encoder-model.safetensors", "decoder-Model.safetensors");
        assertKept(encoder.toString(), decoder.toString(), "plain-encoder.safetensors", "plain-decoder.safetensors");
        assertKept(both.toString(), both.toString(), "both.safetensors", "both.safetensors");
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectories(temp.resolve(name));
    }

    /** Asserts that a run keeps the files under these names, and that an export of the run does too. */
    private void assertKept(String encoder, String decoder, String keptEncoder, String keptDecoder) throws IOException {
        CodecConfig config = new TaesdConfig(encoder, decoder, LatentsConfig.UNKNOWN)
                .resolved(3, each -> each.open(3, CPU), () -> List.of(new Clip("grey", 1, 8, 8, 3, new byte[192])));
        Path run = Files.createTempDirectory(temp, "run").resolve("codec");
        config.keepIn(run);
        CodecConfig kept = config.keptIn(run);
        assertThat(kept.places().values()).containsExactly(run.resolve(keptEncoder), run.resolve(keptDecoder));
        assertThat(run.toFile().list()).containsOnly(keptEncoder, keptDecoder);
        assertThat(run.resolve(keptEncoder)).hasSameBinaryContentAs(Path.of(encoder));
        assertThat(run.resolve(keptDecoder)).hasSameBinaryContentAs(Path.of(decoder));
        kept.open(3, CPU).close(); // which compares the checksum
        Path exported = run.resolveSibling("exported");
        kept.keepIn(exported);
        assertThat(config.keptIn(exported).places().values())
                .as("the copy of a copy, read by the names that the run began with")
                .containsExactly(exported.resolve(keptEncoder), exported.resolve(keptDecoder));
    }

    @ParameterizedTest
    @CsvSource({"128, 29", "64, 25.5"})
    void publishedFilesBringRealPicturesBack(int size, double decibels) {
        Path encoder = Repository.shared("models/taef2_encoder.safetensors");
        Path decoder = Repository.shared("models/taef2_decoder.safetensors");
        Path video = Repository.shared("data/clips/motorway-traffic.mp4");
        for (Path file : List.of(encoder, decoder, video)) {
            assumeTrue(Files.exists(file), "the folder of real data lacks " + file);
        }
        Clip clip;
        try (VideoReader reader = VideoReader.open(video, VideoReader.Options.of(size, size, 3))) {
            clip = Objects.requireNonNull(reader.clip(3));
        }
        TaesdConfig config = new TaesdConfig(encoder.toString(), decoder.toString(), LatentsConfig.UNKNOWN);
        assertThat(config.layout(3)).isEqualTo(new LatentLayout(32, 8, 1));
        Scopes.run(() -> {
            try (Codec codec = config.open(3, CPU);
                    StreamingDecoder pictures = codec.decoder()) {
                Tensor latents = codec.encode(List.of(clip));
                assertThat(latents.shape()).containsExactly(1, 3, 32, size / 8, size / 8);
                double squares = 0;
                byte[] given = clip.pixels();
                for (int t = 0; t < 3; t++) {
                    byte[] back = pictures.next(latents.narrow(1, t, 1)).get(0).pixels();
                    for (int i = 0; i < back.length; i++) {
                        double difference = (given[t * back.length + i] & 0xff) - (back[i] & 0xff);
                        squares += difference * difference / given.length;
                    }
                }
                double found = 10 * Math.log10(255 * 255 / squares);
                assertThat(found).isGreaterThan(decibels);
            }
        });
    }
}
