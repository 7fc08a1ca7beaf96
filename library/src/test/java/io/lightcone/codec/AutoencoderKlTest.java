// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static io.lightcone.codec.PlainLayers.doubled;
import static io.lightcone.codec.PlainLayers.flat;
import static io.lightcone.codec.PlainLayers.picture;
import static io.lightcone.codec.PlainLayers.silu;
import static io.lightcone.codec.PlainLayers.sum;
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
    private static final String FILE = "diffusion_pytorch_model.safetensors";
    private static final int GROUPS = 4;
    private static final List<String> NAMES = List.of("to_q", "to_k", "to_v", "to_out.0");
    private static final List<String> OLD_NAMES = List.of("query", "key", "value", "proj_attn");

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

    /**
     * A small network.
     *
     * @param attention names of the maps of attention; empty for no attention
     * @param rank dimensions of their weights, 2 or 4
     */
    private record Small(
            List<Integer> widths, int layers, int latents, boolean quantised, List<String> attention, int rank) {
        int levels() {
            return widths.size();
        }

        int width(int level) {
            return widths.get(level);
        }

        String config() {
            String down = "\"DownEncoderBlock2D\", ".repeat(levels()).replaceAll(", $", "");
            return """
                    {"_class_name": "AutoencoderKL", "_name_or_path": "x", "block_out_channels": %s,
                     "layers_per_block": %d, "latent_channels": %d, "norm_num_groups": %d, "scaling_factor": 0.36,
                     "shift_factor": null, "force_upcast": true, "use_quant_conv": %b, "use_post_quant_conv": %b,
                     "mid_block_add_attention": %b, "down_block_types": [%s], "up_block_types": [%s]}
                    """.formatted(
                            widths,
                            layers,
                            latents,
                            GROUPS,
                            quantised,
                            quantised,
                            !attention.isEmpty(),
                            down,
                            down.replace("DownEncoder", "UpDecoder"));
        }

        private static void put(Map<String, long[]> shapes, String name, long... shape) {
            shapes.put(name + ".weight", shape);
            shapes.put(name + ".bias", new long[] {shape[0]});
        }

        private static void putBlock(Map<String, long[]> shapes, String name, int in, int out) {
            put(shapes, name + ".norm1", in);
            put(shapes, name + ".conv1", out, in, 3, 3);
            put(shapes, name + ".norm2", out);
            put(shapes, name + ".conv2", out, out, 3, 3);
            if (in != out) {
                put(shapes, name + ".conv_shortcut", out, in, 1, 1);
            }
        }

        private void putMiddle(Map<String, long[]> shapes, String name) {
            int width = width(levels() - 1);
            putBlock(shapes, name + ".resnets.0", width, width);
            putBlock(shapes, name + ".resnets.1", width, width);
            if (!attention.isEmpty()) {
                put(shapes, name + ".attentions.0.group_norm", width);
                long[] shape = Arrays.copyOf(new long[] {width, width, 1, 1}, rank);
                attention.forEach(each -> put(shapes, name + ".attentions.0." + each, shape));
            }
        }

        Map<String, long[]> shapes() {
            Map<String, long[]> shapes = new LinkedHashMap<>();
            int last = width(levels() - 1);
            put(shapes, "encoder.conv_in", width(0), 3, 3, 3);
            put(shapes, "encoder.conv_norm_out", last);
            put(shapes, "encoder.conv_out", 2L * latents, last, 3, 3);
            put(shapes, "decoder.conv_in", last, latents, 3, 3);
            put(shapes, "decoder.conv_norm_out", width(0));
            put(shapes, "decoder.conv_out", 3, width(0), 3, 3);
            putMiddle(shapes, "encoder.mid_block");
            putMiddle(shapes, "decoder.mid_block");
            for (int l = 0; l < levels(); l++) {
                String down = "encoder.down_blocks." + l;
                String up = "decoder.up_blocks." + (levels() - 1 - l);
                for (int i = 0; i < layers; i++) {
                    putBlock(shapes, down + ".resnets." + i, width(i == 0 && l > 0 ? l - 1 : l), width(l));
                }
                for (int i = 0; i <= layers; i++) {
                    int coarser = i == 0 && l < levels() - 1 ? l + 1 : l;
                    putBlock(shapes, up + ".resnets." + i, width(coarser), width(l));
                }
                if (l < levels() - 1) {
                    put(shapes, down + ".downsamplers.0.conv", width(l), width(l), 3, 3);
                }
                if (l > 0) {
                    put(shapes, up + ".upsamplers.0.conv", width(l), width(l), 3, 3);
                }
            }
            if (quantised) {
                put(shapes, "quant_conv", 2L * latents, 2L * latents, 1, 1);
                put(shapes, "post_quant_conv", latents, latents, 1, 1);
            }
            return shapes;
        }

        private double[][][] block(PlainLayers plain, double[][][] x, String name, boolean shortcut) {
            double[][][] y = plain.convolution(silu(norm(plain, x, name + ".norm1")), name + ".conv1");
            y = plain.convolution(silu(norm(plain, y, name + ".norm2")), name + ".conv2");
            return sum(y, shortcut ? plain.convolution(x, name + ".conv_shortcut") : x);
        }

        private static double[][][] norm(PlainLayers plain, double[][][] x, String name) {
            return plain.groupNorm(x, name, GROUPS, 1e-6);
        }

        private double[][][] middle(PlainLayers plain, double[][][] x, String name) {
            double[][][] y = block(plain, x, name + ".resnets.0", false);
            y = attention.isEmpty() ? y : attended(plain, y, name + ".attentions.0.");
            return block(plain, y, name + ".resnets.1", false);
        }

        private double[][][] attended(PlainLayers plain, double[][][] x, String name) {
            int width = x[0][0].length;
            int places = x[0].length * width;
            double[][][] normed = norm(plain, x, name + "group_norm");
            double[][] tokens = new double[places][x.length];
            for (int i = 0; i < places * x.length; i++) {
                int s = i / x.length;
                tokens[s][i % x.length] = normed[i % x.length][s / width][s % width];
            }
            double[][] q = plain.linear(tokens, name + attention.get(0));
            double[][] k = plain.linear(tokens, name + attention.get(1));
            double[][] v = plain.linear(tokens, name + attention.get(2));
            double[][] seen = new double[places][x.length];
            for (int s = 0; s < places; s++) {
                double[] weights = new double[places];
                double total = 0;
                for (int t = 0; t < places; t++) {
                    double score = 0;
                    for (int c = 0; c < x.length; c++) {
                        score += q[s][c] * k[t][c];
                    }
                    weights[t] = Math.exp(score / Math.sqrt((double) x.length));
                    total += weights[t];
                }
                for (int t = 0; t < places; t++) {
                    for (int c = 0; c < x.length; c++) {
                        seen[s][c] += weights[t] / total * v[t][c];
                    }
                }
            }
            double[][] change = plain.linear(seen, name + attention.get(3));
            double[][][] y = new double[x.length][x[0].length][width];
            for (int i = 0; i < places * x.length; i++) {
                int s = i / x.length;
                int c = i % x.length;
                y[c][s / width][s % width] = x[c][s / width][s % width] + change[s][c];
            }
            return y;
        }

        double[] encoded(PlainLayers plain, double[][][] pixels) {
            double[][][] x = plain.convolution(pixels, "encoder.conv_in");
            for (int l = 0; l < levels(); l++) {
                String name = "encoder.down_blocks." + l;
                for (int i = 0; i < layers; i++) {
                    x = block(plain, x, name + ".resnets." + i, i == 0 && l > 0 && width(l) != width(l - 1));
                }
                x = l == levels() - 1 ? x : plain.convolution(x, name + ".downsamplers.0.conv", 2, 0, 1);
            }
            x = silu(norm(plain, middle(plain, x, "encoder.mid_block"), "encoder.conv_norm_out"));
            x = plain.convolution(x, "encoder.conv_out");
            x = quantised ? plain.convolution(x, "quant_conv") : x;
            return flat(Arrays.copyOf(x, latents));
        }

        double[] decoded(PlainLayers plain, double[][][] codes) {
            double[][][] x = quantised ? plain.convolution(codes, "post_quant_conv") : codes;
            x = middle(plain, plain.convolution(x, "decoder.conv_in"), "decoder.mid_block");
            for (int l = levels() - 1; l >= 0; l--) {
                String name = "decoder.up_blocks." + (levels() - 1 - l);
                for (int i = 0; i <= layers; i++) {
                    boolean changes = i == 0 && l < levels() - 1 && width(l) != width(l + 1);
                    x = block(plain, x, name + ".resnets." + i, changes);
                }
                x = l == 0 ? x : plain.convolution(doubled(x), name + ".upsamplers.0.conv");
            }
            return flat(plain.convolution(silu(norm(plain, x, "decoder.conv_norm_out")), "decoder.conv_out"));
        }
    }

    private static final Small FOUR = new Small(List.of(8, 16), 1, 4, true, OLD_NAMES, 4);

    private void assertComputesWhatItsFilesSay(Small small, Path weights) {
        Scopes.run(() -> {
            PlainLayers plain = new PlainLayers(weights);
            int factor = 1 << (small.levels() - 1);
            int height = 4 * factor;
            int width = 3 * factor;
            Tensor x = RandomFiles.pictures(2, 3, height, width);
            Tensor z = RandomFiles.pictures(2, small.latents, 4, 3);
            double[][] codes = new double[2][];
            double[][] pictures = new double[2][];
            for (int n = 0; n < 2; n++) {
                codes[n] = small.encoded(plain, picture(Tensors.doubles(x), n, 3, height, width));
                pictures[n] = small.decoded(plain, picture(Tensors.doubles(z), n, small.latents, 4, 3));
            }
            try (AutoencoderKl exact = AutoencoderKl.open(temp, CPU, ScalarType.Double);
                    AutoencoderKl usual = AutoencoderKl.open(temp, CPU, ScalarType.Float)) {
                Tensor code = exact.encode(x);
                assertThat(code.shape()).containsExactly(2, small.latents, 4, 3);
                RandomFiles.assertSame(code, codes[0], codes[1], 1e-9);
                Tensor back = exact.decode(z);
                assertThat(back.shape()).containsExactly(2, 3, height, width);
                RandomFiles.assertSame(back, pictures[0], pictures[1], 1e-9);
                RandomFiles.assertSame(usual.encode(x.to(ScalarType.Float)), codes[0], codes[1], 1e-4);
                RandomFiles.assertSame(usual.decode(z.to(ScalarType.Float)), pictures[0], pictures[1], 1e-4);
            }
        });
    }

    private void write(Small small, Map<String, long[]> shapes) throws IOException {
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
        Small sixteen = new Small(List.of(4, 8, 8), 2, 16, false, attends ? NAMES : List.of(), 2);
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
