// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static io.lightcone.codec.PlainLayers.picture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests the autoencoder of latent diffusion on small random networks against plain loops, and the names and shapes of
 * its tensors against those of published files.
 */
class AutoencoderKlTest {
    private static final Device CPU = new Device("cpu");
    private static final String FILE = AutoencoderKl.WEIGHTS;
    private static final SmallAutoencoderKl FOUR = SmallAutoencoderKl.FOUR;

    /** The configuration of the autoencoder of Stable Diffusion 1, as it was published. */
    private static final String STABLE_DIFFUSION = """
            {"_class_name": "AutoencoderKL", "_diffusers_version": "0.6.0", "act_fn": "silu",
             "block_out_channels": [128, 256, 512, 512],
             "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D",
                                  "DownEncoderBlock2D"],
             "in_channels": 3, "latent_channels": 4, "layers_per_block": 2, "norm_num_groups": 32, "out_channels": 3,
             "sample_size": 512,
             "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}
            """;

    @TempDir
    Path temp = Path.of("");

    private void assertComputesWhatItsFilesSay(SmallAutoencoderKl small, Path weights) {
        Scopes.run(() -> {
            PlainLayers plain = new PlainLayers(weights);
            int factor = 1 << (small.levels() - 1);
            int height = 4 * factor;
            int width = 3 * factor;
            Tensor x = RandomFiles.pictures(2, 3, height, width);
            Tensor z = RandomFiles.pictures(2, small.latents(), 4, 3);
            double[][] codes = new double[2][];
            double[][] pictures = new double[2][];
            for (int n = 0; n < 2; n++) {
                codes[n] = small.encoded(plain, picture(Tensors.doubles(x), n, 3, height, width));
                pictures[n] = small.decoded(plain, picture(Tensors.doubles(z), n, small.latents(), 4, 3));
            }
            try (AutoencoderKl exact = AutoencoderKl.open(temp, CPU, ScalarType.Double);
                    AutoencoderKl usual = AutoencoderKl.open(temp, CPU, ScalarType.Float)) {
                Tensor code = exact.encode(x);
                assertThat(code.shape()).containsExactly(2, small.latents(), 4, 3);
                RandomFiles.assertSame(code, codes[0], codes[1], 1e-9);
                Tensor back = exact.decode(z);
                assertThat(back.shape()).containsExactly(2, 3, height, width);
                RandomFiles.assertSame(back, pictures[0], pictures[1], 1e-9);
                RandomFiles.assertSame(usual.encode(x.to(ScalarType.Float)), codes[0], codes[1], 1e-4);
                RandomFiles.assertSame(usual.decode(z.to(ScalarType.Float)), pictures[0], pictures[1], 1e-4);
            }
        });
    }

    private void write(SmallAutoencoderKl small, Map<String, long[]> shapes) throws IOException {
        Files.writeString(temp.resolve("config.json"), small.config());
        RandomFiles.write(temp.resolve(FILE), shapes, ScalarType.Float);
    }

    @Test
    void withOldNamesAndQuantisingConvolutions() throws IOException {
        write(FOUR, FOUR.shapes());
        assertThat(AutoencoderKl.sizes(temp).layout()).isEqualTo(new LatentLayout(4, 2, 1));
        assertComputesWhatItsFilesSay(FOUR, temp.resolve(FILE));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void withSixteenChannelsInSeveralFiles(boolean attends) throws IOException {
        SmallAutoencoderKl sixteen = new SmallAutoencoderKl(
                List.of(4, 8, 8), 2, 16, false, attends ? SmallAutoencoderKl.NAMES : List.of(), 2);
        write(sixteen, sixteen.shapes());
        Path whole = Files.move(temp.resolve(FILE), temp.resolve("whole.safetensors"));
        split(whole);
        assertThat(AutoencoderKl.sizes(temp).layout()).isEqualTo(new LatentLayout(16, 4, 1));
        assertComputesWhatItsFilesSay(sixteen, whole);
    }

    /** Sixteen bits round, and do nothing else. */
    @Test
    void sixteenBitsOnlyRound() throws IOException {
        write(FOUR, FOUR.shapes());
        RandomFiles.assertRoundsOnly(new AutoencoderKlConfig(temp.toString(), LatentsConfig.UNKNOWN), 2, 16, 24);
    }

    /** Writes the encoder and the decoder of a file into one file each, with their index. */
    private void split(Path whole) {
        Scopes.run(() -> {
            try {
                Map<String, Tensor> tensors = Safetensors.read(whole).tensors();
                StringBuilder index = new StringBuilder("{\"metadata\": {\"total_size\": 1}, \"weight_map\": {");
                for (String part : List.of("encoder", "decoder")) {
                    Map<String, Tensor> own = new LinkedHashMap<>(tensors);
                    own.keySet().removeIf(name -> !name.startsWith(part));
                    own.keySet().forEach(name -> index.append("\"%s\": \"%s.safetensors\",".formatted(name, part)));
                    Safetensors.write(temp.resolve(part + ".safetensors"), own, Map.of());
                }
                index.setCharAt(index.length() - 1, '}');
                Files.writeString(temp.resolve(FILE + ".index.json"), index + "}");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static Map<String, long[]> published() throws IOException {
        try (var text = AutoencoderKlTest.class.getResourceAsStream("/codec/stable-diffusion-vae.txt")) {
            return RandomFiles.shapes(new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Returns name and shape of each weight that a network has, without memory for any. */
    private static Map<String, String> declared(KlSizes sizes, Map<String, Safetensors.Info> given) {
        Map<String, String> declared = new LinkedHashMap<>();
        Scopes.run(() -> {
            try (Parameters weights = Parameters.fresh(new Device("meta"), ScalarType.Float)) {
                KlNetworks.declare(sizes, weights, given);
                weights.tensors().forEach((name, weight) -> declared.put(name, Arrays.toString(weight.shape())));
            }
        });
        return declared;
    }

    @Test
    void theWeightsAreThoseOfPublishedFiles() throws IOException {
        KlSizes sizes = KlSizes.read(Files.writeString(temp.resolve("config.json"), STABLE_DIFFUSION));
        Map<String, String> old = new LinkedHashMap<>();
        Map<String, Safetensors.Info> given = new LinkedHashMap<>();
        published().forEach((name, shape) -> {
            old.put(name, Arrays.toString(shape));
            given.put(
                    name,
                    new Safetensors.Info("F32", Arrays.stream(shape).boxed().toList(), 0));
        });
        assertThat(old).hasSize(248);
        assertThat(declared(sizes, given)).isEqualTo(old);

        String flux = STABLE_DIFFUSION.replace("\"latent_channels\": 4", """
                "latent_channels": 16, "use_quant_conv": false, "use_post_quant_conv": false""");
        Map<String, String> later = new LinkedHashMap<>();
        old.forEach((name, shape) -> later.put(
                name.replace(".query.", ".to_q.")
                        .replace(".key.", ".to_k.")
                        .replace(".value.", ".to_v.")
                        .replace(".proj_attn.", ".to_out.0."),
                shape));
        later.keySet().removeIf(name -> name.contains("quant_conv"));
        later.replace("encoder.conv_out.weight", "[32, 512, 3, 3]");
        later.replace("encoder.conv_out.bias", "[32]");
        later.replace("decoder.conv_in.weight", "[512, 16, 3, 3]");
        KlSizes sixteen = KlSizes.read(Files.writeString(temp.resolve("config.json"), flux));
        assertThat(later).as("of FLUX.1").hasSize(244);
        assertThat(declared(sixteen, Map.of())).isEqualTo(later);
        assertThat(sixteen.layout()).isEqualTo(new LatentLayout(16, 8, 1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            quant_conv.bias | -                  | has no weight quant_conv.bias; it belongs to another model
            -               | quant_conv.x 1     | has a weight quant_conv.x that this network has no use for; it \
            belongs to another model
            encoder.conv_in.weight | encoder.conv_in.weight 8x4x3x3 | the weight encoder.conv_in.weight has the shape \
            [8, 4, 3, 3], the model needs [8, 3, 3, 3]; it belongs to another model
            decoder.mid_block.attentions.0.query.weight | decoder.mid_block.attentions.0.to_q.weight 16x16 | has no \
            weight decoder.mid_block.attentions.0.to_q.bias; it belongs to another model
            """)
    void aWeightThatIsWrongIsNamed(String without, String with, String message) throws IOException {
        Map<String, long[]> shapes = FOUR.shapes();
        shapes.remove(without);
        shapes.putAll(with == null ? Map.of() : RandomFiles.shapes(with));
        write(FOUR, shapes);
        assertThatThrownBy(() -> AutoencoderKl.open(temp, CPU, ScalarType.Float).close())
                .isInstanceOf(UserException.class)
                .hasMessageContaining(temp.resolve(FILE).toString())
                .hasMessageEndingWith(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            "AutoencoderKL"      | "VQModel"          | _class_name must be AutoencoderKL; others are not supported, \
            not "VQModel"
            "AutoencoderKL"      | "AutoencoderTiny"  | _class_name is AutoencoderTiny; set codec.kind to taesd, and \
            both codec.encoder and codec.decoder to the safetensors file beside it
            "act_fn": "silu"     | "act_fn": "relu"   | act_fn must be silu; others are not supported, not "relu"
            "in_channels": 3     | "in_channels": 4   | in_channels is 4 and out_channels 3; a codec needs 3 of both, \
            for pictures in colour
            "layers_per_block": 2 | "layers_per_block": 2.5 | layers_per_block must be a whole number above 0, not 2.5
            "norm_num_groups": 32 | "norm_num_groups": 48 | block_out_channels must be at most 8 multiples of \
            norm_num_groups, 48, not [128, 256, 512, 512]
            [128, 256, 512, 512] | [128, 256, 512]    | down_block_types must be a list of 3 times DownEncoderBlock2D; \
            others are not supported, not ["DownEncoderBlock2D","DownEncoderBlock2D","DownEncoderBlock2D",\
            "DownEncoderBlock2D"]
            "sample_size": 512   | "norm_type": "spatial" | has a key norm_type that Lightcone does not know, so the \
            network may be another one than it would compute
            {"_class             | "_class            | is not JSON: Unexpected character
            """)
    void aConfigurationThatAsksForMoreIsOneSentence(String with, String other, String message) throws IOException {
        Path file = Files.writeString(temp.resolve("config.json"), STABLE_DIFFUSION.replace(with, other));
        assertThatThrownBy(() -> AutoencoderKl.sizes(temp))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        assertThatThrownBy(() -> AutoencoderKl.sizes(temp.resolve("none")))
                .isInstanceOf(UserException.class)
                .hasMessage(temp.resolve("none") + " does not exist; an autoencoder in the layout of diffusers is a"
                        + " folder with config.json and " + FILE);
        assertThatThrownBy(() -> AutoencoderKl.sizes(temp))
                .isInstanceOf(UserException.class)
                .hasMessage(temp.resolve("config.json") + " cannot be read: there is no such file or folder");
        Files.writeString(temp.resolve("config.json"), FOUR.config());
        assertThatThrownBy(() -> AutoencoderKl.open(temp, CPU, ScalarType.Float).close())
                .isInstanceOf(UserException.class)
                .hasMessageContaining("has neither " + FILE + " nor " + FILE + ".index.json");
        Path index = Files.writeString(
                temp.resolve(FILE + ".index.json"), "{\"weight_map\": {\"a.weight\": \"../b.safetensors\"}}");
        assertThatThrownBy(() -> AutoencoderKl.open(temp, CPU, ScalarType.Float).close())
                .isInstanceOf(UserException.class)
                .hasMessage(index + " names '../b.safetensors', which is no file beside it");
    }

    @Test
    void aRunFindsOutWhatItNeedsOfTheFolder() throws IOException {
        write(FOUR, FOUR.shapes());
        AutoencoderKlConfig config = new AutoencoderKlConfig(temp.toString(), LatentsConfig.UNKNOWN);
        assertThat(config.layout(3)).isEqualTo(new LatentLayout(4, 2, 1));
        assertThat(config.files()).containsExactly(temp.resolve("config.json"), temp.resolve(FILE));
        try (Codec codec = config.open(3, CPU)) {
            assertThat(codec.layout()).isEqualTo(config.layout(3));
            assertThat(codec.identity()).isEqualTo("autoencoder-kl " + Checksum.of(config.files()));
        }
        assertThatThrownBy(() -> AutoencoderKlConfig.defaults().layout(3))
                .isInstanceOf(UserException.class)
                .hasMessage("the codec autoencoder-kl is read from a folder in the layout of diffusers: set"
                        + " codec.folder to it");
        assertThatThrownBy(() -> new TaesdConfig("a.safetensors", "", LatentsConfig.UNKNOWN).layout(3))
                .isInstanceOf(UserException.class)
                .hasMessage("the codec taesd is read from two files: set codec.encoder and codec.decoder to the"
                        + " safetensors files of its encoder and its decoder");
    }
}
