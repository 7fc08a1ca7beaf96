// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.type;
import static io.lightcone.cli.CommandLineTest.expectError;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.codec.RandomCodecs;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the command that trains a codec, and what the other commands say to its result. */
class TrainCodecCommandTest {
    private static Path codec = Path.of("");

    private static Answer train(Path out, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("train-codec", "--data", "moving-digits", "--out", out.toString(), "--device", "cpu"));
        List.of(
                        "autoencoder.widths=[8,8]",
                        "autoencoder.space=4",
                        "autoencoder.time=2",
                        "data.height=16",
                        "data.width=16",
                        "data.digitSize=8",
                        "training.frames=5",
                        "training.batch=2",
                        "training.steps=3",
                        "training.reports.validationClips=2")
                .forEach(setting -> arguments.addAll(List.of("--set", setting)));
        arguments.addAll(List.of(more));
        return type(arguments.toArray(String[]::new));
    }

    private static Answer resume(Path run, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train-codec", "--resume", run.toString(), "--device", "cpu"));
        arguments.addAll(List.of(more));
        return type(arguments.toArray(String[]::new));
    }

    @BeforeAll
    static void trainOnce(@TempDir Path shared) {
        codec = shared.resolve("codec");
        Answer answer = train(codec);
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err())
                .contains("moving digits")
                .contains("Training vae-tiny (")
                .contains("step 3  checkpoint saved")
                .containsPattern("step 3  reconstructions of held-out clips: [0-9.]+ dB PSNR, -?[0-9.]+ SSIM,"
                        + " latents of mean -?[0-9.]+ and deviation [0-9.]+")
                .containsPattern("by the number of the picture in its latent frame: first [0-9.]+ dB PSNR")
                .contains("step 3  held-out clips above their reconstructions, see "
                        + codec.resolve("samples/step-3.gif"));
    }

    @Test
    void theFolderHoldsTheCodecAndPictures() throws IOException {
        assertThat(codec.resolve("codec.safetensors")).isNotEmptyFile();
        assertThat(codec.resolve("config.yaml")).isNotEmptyFile();
        assertThat(codec.resolve("metrics.jsonl")).isNotEmptyFile();
        BufferedImage grid = ImageIO.read(codec.resolve("samples/step-3.gif").toFile());
        assertThat(grid.getHeight())
                .as("two clips above their reconstructions")
                .isEqualTo(grid.getWidth())
                .isGreaterThan(2 * 128);
    }

    @Test
    void aCodecIsResumedAndIsTheSame(@TempDir Path temp) {
        Path whole = temp.resolve("whole");
        assertThat(train(whole, "--set", "training.steps=5", "--set", "training.optimizer.decay=constant")
                        .code())
                .isZero();
        Path parts = temp.resolve("parts");
        assertThat(train(parts, "--set", "training.optimizer.decay=constant").code())
                .isZero();
        Answer answer = resume(parts, "--set", "training.steps=5");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).contains("Resuming " + parts + " from step 3").contains("step 5  checkpoint saved");
        assertThat(parts.resolve("codec.safetensors")).hasSameBinaryContentAs(whole.resolve("codec.safetensors"));
    }

    @Test
    void whatCannotBeTrainedIsOneSentence(@TempDir Path temp) {
        Path out = temp.resolve("out");
        expectError(type("train-codec", "--data", "moving-digits"), "say where the run goes with --out RUN");
        expectError(type("train-codec", "--out", out.toString()), "preset vae-tiny watches videos", "with --data");
        expectError(train(out, "--preset", "msc-tiny"), "'msc-tiny' is a preset of a model, not of a codec");
        expectError(train(out, "--set", "training.frames=6"), "training.frames is 6", "set it to 5 or 7");
        expectError(train(out, "--set", "data.width=18"), "18x16 pixels cannot be divided into latents of 4x4 pixels");
        expectError(train(out, "--set", "model.depth=2"), "unknown key model");
        expectError(train(out, "--set", "training.accumulate=3"), "accumulate must lie between 1 and training.batch");
        String[] huge = {"--set", "training.batch=1000000", "--set", "data.width=1024", "--set", "data.height=1024"};
        expectError(train(out, huge), "clips of training.frames 5", "GB of memory", "or set training.accumulate=2");
        expectError(type("train-codec", "--out", out.toString(), "--workers", "-1"), "--workers must be 0 or more");
        expectError(train(codec), codec + " exists already", "resume it: train-codec --resume " + codec);
        expectError(resume(codec), "run " + codec + " is finished after 3 steps");
        expectError(resume(codec, "--out", out.toString()), "--resume takes everything from the run");
        expectError(resume(codec, "--set", "autoencoder.depth=2"), "keeps the autoencoder, data and seed");
        expectError(resume(temp.resolve("none")), "none is not a run folder: it does not exist");
        assertThat(out).doesNotExist();
    }

    @Test
    void modelsAndCodecsAreToldApart(@TempDir Path temp) {
        String run = codec.toString();
        String out = temp.resolve("out.gif").toString();
        for (Answer answer : List.of(
                type("sample", "--run", run, "--out", out),
                type("train", "--resume", run),
                type("distill", "--run", run, "--out", out),
                type("export", "--run", run, "--out", out),
                type("play", "--run", run))) {
            expectError(answer, run + " is the run of a codec, not of a model; name the run of a model");
        }
        Path model = temp.resolve("model");
        assertThat(CommandLineTest.train(model).code()).isZero();
        expectError(resume(model), model + " is the run of a model, not of a codec; name the run of a codec");
    }

    private static Answer trainModel(String codec, Path out, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "train", "--data", "moving-digits", "--codec", codec, "--out", out.toString(), "--device", "cpu"));
        List.of(
                        "model.width=16",
                        "model.depth=1",
                        "data.height=16",
                        "data.width=16",
                        "data.digitSize=8",
                        "training.steps=2",
                        "training.batch=1",
                        "training.linear=float32",
                        "training.reports.validationClips=1",
                        "sampling.steps=1")
                .forEach(setting -> arguments.addAll(List.of("--set", setting)));
        arguments.addAll(List.of(more));
        return type(arguments.toArray(String[]::new));
    }

    /** The preset's 16 pictures become the next longer clip that fills its latent frames, of which one is given. */
    @Test
    void aModelLearnsTheLatentsAndMakesPictures(@TempDir Path temp) throws IOException {
        Path copy = temp.resolve("codec.safetensors");
        Files.copy(codec.resolve("codec.safetensors"), copy);
        Path model = temp.resolve("model");
        Answer answer = trainModel(copy.toString(), model);
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).contains("Measuring what the codec causal-autoencoder makes of the data");
        assertThat(model.resolve("config.yaml"))
                .content()
                .contains("kind: causal-autoencoder", "file: " + copy, "channels: 16", "space: 4", "time: 2")
                .containsPattern("checksum: \"?[0-9a-f]{16}\"?\n")
                .contains("frames: 17");
        Path video = temp.resolve("video.mp4");
        Answer sampled = type(
                "sample", "--run", model.toString(), "--out", video.toString(), "--frames", "6", "--device", "cpu");
        assertThat(sampled.code()).as(sampled.err()).isZero();
        Answer resumed = type("train", "--resume", model.toString(), "--set", "training.steps=3", "--device", "cpu");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        Files.delete(copy); // the run has one of its own
        Path exported = temp.resolve("exported");
        Answer export = type("export", "--run", model.toString(), "--out", exported.toString());
        assertThat(export.code()).as(export.err()).isZero();
        for (Path each : List.of(model, exported)) {
            Answer again = type(
                    "sample", "--run", each.toString(), "--out", video.toString(), "--frames", "6", "--device", "cpu");
            assertThat(again.code()).as(again.err()).isZero();
        }
        Files.delete(exported.resolve("codec/codec.safetensors"));
        Files.delete(model.resolve("codec/codec.safetensors"));
        expectError(
                type("sample", "--run", exported.toString(), "--out", video.toString(), "--frames", "6"),
                "codec.safetensors");
    }

    /** A model learns the latents of each kind that is not trained here, and the run keeps the codec's files. */
    @ParameterizedTest
    @CsvSource({
        "taesd, taesd, 5, 4, 1",
        "autoencoder-kl, autoencoder-kl, 4, 2, 1",
        "default, causal-autoencoder, 16, 8, 2"
    })
    void aModelLearnsTheLatentsOfAPretrainedCodec(
            String codec, String kind, int channels, int space, int time, @TempDir Path temp) throws IOException {
        Path folder = temp.resolve("codec");
        Path model = temp.resolve("model");
        Answer answer = trainModel(
                pretrained(codec, folder),
                model,
                "--set",
                "data.channels=3",
                "--set",
                "training.steps=1",
                "--set",
                "training.frames=5",
                "--set",
                "sampling.given=1");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).contains("Measuring what the codec ", "step 1  checkpoint saved");
        assertThat(model.resolve("config.yaml"))
                .content()
                .contains("kind: " + kind, "channels: " + channels, "space: " + space, "time: " + time);
        if (Files.exists(folder)) {
            Files.move(folder, temp.resolve("elsewhere")); // the run has files of its own
        }
        Path video = temp.resolve("video.mp4");
        Answer sampled = type(
                "sample", "--run", model.toString(), "--out", video.toString(), "--frames", "5", "--device", "cpu");
        assertThat(sampled.code()).as(sampled.err()).isZero();
        assertThat(video).isNotEmptyFile();
        Answer resumed = type("train", "--resume", model.toString(), "--set", "training.steps=2", "--device", "cpu");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("from step 1").contains("step 2  checkpoint saved");
    }

    /** Writes a codec with random weights, unless it is the one that comes with the library; returns its place. */
    private static String pretrained(String kind, Path folder) throws IOException {
        return switch (kind) {
            case "taesd" -> RandomCodecs.taesd(folder).toString();
            case "autoencoder-kl" -> RandomCodecs.autoencoderKl(folder).toString();
            default -> kind;
        };
    }

    private interface Change {
        void of(Map<String, Tensor> weights, Map<String, String> metadata);
    }

    /** Writes the trained codec into a folder, with a change. */
    private static Path changed(Path folder, Change change) throws IOException {
        Files.createDirectories(folder);
        change(Files.copy(codec.resolve("codec.safetensors"), folder.resolve("codec.safetensors")), change);
        return folder;
    }

    /** Changes the content of a file of weights. */
    private static void change(Path file, Change change) {
        Scopes.runWithoutGrad(() -> {
            try {
                Safetensors.Contents contents = Safetensors.read(file);
                Map<String, Tensor> weights = new LinkedHashMap<>(contents.tensors());
                Map<String, String> metadata = new LinkedHashMap<>(contents.metadata());
                change.of(weights, metadata);
                Safetensors.write(file, weights, metadata);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "missing, has no weight decoder.in.weight",
        "left over, has a weight decoder.more.weight that its autoencoder has not",
        "another shape, has the weight decoder.in.weight in the shape",
        "another kind, 'is of the codec ''vq'', not of ''causal-autoencoder'''",
        "another layout, 'has the layout ''2'', but this version of Lightcone reads only 1'"
    })
    void aCodecOfOtherWeightsThanItsOwnIsOneSentence(String damage, String message, @TempDir Path temp)
            throws IOException {
        Path bad = changed(temp.resolve("bad"), (weights, metadata) -> {
            switch (damage) {
                case "another kind" -> metadata.put("codec", "vq");
                case "another layout" -> metadata.put("layout", "2");
                default -> damage(weights, "decoder.in.weight", "decoder.more.weight", damage);
            }
        });
        Path out = temp.resolve("out");
        expectError(trainModel(bad.toString(), out), bad.resolve("codec.safetensors") + " " + message);
        assertThat(out).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "missing, diffusion_pytorch_model.safetensors, has no weight quant_conv.bias; it belongs to another model",
        "left over, diffusion_pytorch_model.safetensors, has a weight quant_conv.more that this network has no use for",
        "another shape, diffusion_pytorch_model.safetensors, 'the weight quant_conv.bias has the shape [1], the model"
                + " needs [8]'",
        "another class, config.json, '_class_name must be AutoencoderKL; others are not supported, not \"VQModel\"'",
        "another layer, config.json, 'act_fn must be silu; others are not supported, not \"relu\"'",
        "a missing part, part-2.safetensors, does not exist"
    })
    void aDamagedFolderOfDiffusersIsOneSentence(String damage, String file, String message, @TempDir Path temp)
            throws IOException {
        Path bad = RandomCodecs.autoencoderKl(temp.resolve("bad"));
        Path weights = bad.resolve("diffusion_pytorch_model.safetensors");
        Path config = bad.resolve("config.json");
        switch (damage) {
            case "another class" ->
                Files.writeString(config, Files.readString(config).replace("AutoencoderKL", "VQModel"));
            case "another layer" ->
                Files.writeString(config, Files.readString(config).replace("{", "{\"act_fn\": \"relu\", "));
            case "a missing part" -> {
                Files.move(weights, bad.resolve("part-1.safetensors"));
                Files.writeString(
                        bad.resolve("diffusion_pytorch_model.safetensors.index.json"),
                        "{\"weight_map\": {\"quant_conv.bias\": \"part-2.safetensors\"}}");
            }
            default -> damage(weights, "quant_conv.bias", "quant_conv.more", damage);
        }
        expectRefused(bad, temp.resolve("out"), bad.resolve(file).toString(), message);
    }

    @ParameterizedTest
    @CsvSource({
        "missing, encoder.safetensors, has no weight 3.conv.2.bias; it belongs to another model",
        "left over, encoder.safetensors, has a weight 3.more that this network has no use for",
        "another shape, encoder.safetensors, 'the weight 3.conv.2.bias has the shape [1], the model needs [8]'",
        "missing, decoder.safetensors, has no weight 3.conv.2.bias; it belongs to another model",
        "another shape, decoder.safetensors, 'the weight 3.conv.2.bias has the shape [1], the model needs [4]'"
    })
    void aDamagedFileOfTheTaesdFamilyIsOneSentence(String damage, String file, String message, @TempDir Path temp)
            throws IOException {
        Path bad = RandomCodecs.taesd(temp.resolve("bad"));
        damage(bad.resolve(file), "3.conv.2.bias", "3.more", damage);
        expectRefused(bad, temp.resolve("out"), bad.resolve(file).toString(), message);
    }

    /** Takes a weight from a file, gives it another shape, or adds another one. */
    private static void damage(Path file, String name, String added, String damage) {
        change(file, (weights, metadata) -> damage(weights, name, added, damage));
    }

    private static void damage(Map<String, Tensor> weights, String name, String added, String damage) {
        Tensor weight = Objects.requireNonNull(weights.get(name));
        switch (damage) {
            case "missing" -> weights.remove(name);
            case "left over" -> weights.put(added, weight.clone());
            case "another shape" -> weights.put(name, weight.narrow(0, 0, 1).clone());
            default -> throw new IllegalArgumentException(damage);
        }
    }

    private static void expectRefused(Path bad, Path out, String... parts) {
        expectError(trainModel(bad.toString(), out, "--set", "data.channels=3"), parts);
        assertThat(out).as("nothing is begun").doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            trained        | 3 | data.width=18     | frames of 18x16 pixels cannot be cut into patches of 8x8
            trained        | 3 | data.height=22    | frames of 16x22 pixels cannot be cut into patches of 8x8
            taesd          | 3 | data.width=18     | frames of 18x16 pixels cannot be cut into patches of 8x8
            autoencoder-kl | 3 | data.height=17    | frames of 16x17 pixels cannot be cut into patches of 8x8
            default        | 3 | data.width=20     | frames of 20x16 pixels cannot be cut into patches of 8x8 (1 \
            latent of 8 pixels a side); set data.width and data.height to multiples of 8
            trained        | 3 | training.frames=6 | training.frames is 6, but the codec causal-autoencoder takes the \
            first picture alone and then 2 at a time; set it to 5 or 7
            default        | 3 | training.frames=8 | training.frames is 8, but the codec causal-autoencoder takes the \
            first picture alone and then 2 at a time; set it to 7 or 9
            trained        | 1 | training.frames=5 | takes pictures of 3 channels; set data.channels to that, not to 1
            taesd          | 1 | training.frames=5 | the codec taesd takes pictures in colour; set data.channels to 3
            autoencoder-kl | 1 | training.frames=5 | the codec autoencoder-kl takes pictures in colour; set \
            data.channels to 3
            """)
    void clipsThatACodecCannotTakeAreOneSentence(
            String kind, int channels, String setting, String message, @TempDir Path temp) throws IOException {
        String place = kind.equals("trained") ? codec.toString() : pretrained(kind, temp.resolve("codec"));
        Path out = temp.resolve("out");
        expectError(trainModel(place, out, "--set", "data.channels=" + channels, "--set", setting), message);
        assertThat(out).as("nothing is begun").doesNotExist();
    }

    /** Other weights make other latents, which the model has not learned; a file that is named is not passed over. */
    @Test
    void aRunRefusesTheLatentsOfAnotherCodec(@TempDir Path temp) throws IOException {
        Path own = changed(temp.resolve("own"), (weights, metadata) -> {});
        Path other = changed(
                temp.resolve("other"),
                (weights, metadata) -> weights.values().iterator().next().add_(new Scalar(1.0)));
        Path run = temp.resolve("run");
        Answer trained = trainModel(own.toString(), run);
        assertThat(trained.code()).as(trained.err()).isZero();
        Path file = other.resolve("codec.safetensors"); // as the copy is called that the run keeps
        String setting = "codec.file='" + file + "'";
        Path out = temp.resolve("out.gif");
        for (Answer answer : List.of(
                type("sample", "--run", run.toString(), "--out", out.toString(), "--set", setting),
                type("train", "--resume", run.toString(), "--set", "training.steps=3", "--set", setting))) {
            expectError(answer, "the codec in " + file + " has the checksum", "bring that back");
        }
        assertThat(out).doesNotExist();
    }

    @Test
    void aModelLearnsPatches(@TempDir Path temp) {
        Path model = temp.resolve("model");
        Answer answer = trainModel("patches:4", model);
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(model.resolve("config.yaml"))
                .content()
                .contains("kind: patches", "size: 4", "channels: 48", "patch: 2");
    }

    @Test
    void placesWithoutACodecAreOneSentence(@TempDir Path temp) {
        Path out = temp.resolve("out");
        expectError(trainModel(temp.resolve("none").toString(), out), "there is no codec " + temp.resolve("none"));
        expectError(trainModel("patches:0", out), "size must be from 2 to 64");
        expectError(
                trainModel("patches:4", out, "--set", "data.width=18"), "frames of 18x16 pixels cannot be cut into");
        expectError(trainModel("", out), "the codec has no name");
        expectError(trainModel(temp.toString(), out), temp + " has no file *encoder*.safetensors");
        expectError(type("train", "--resume", out.toString(), "--codec", "pixels"), "leave out --codec");
    }

    @Test
    void presetsOfCodecsAreListedAndPrinted() {
        assertThat(type("presets").out()).contains("msc-tiny", "vae-tiny", "vae-s", "vae-b", "4x8x8 pixels");
        assertThat(type("presets", "vae-s").out()).startsWith("format: 2\npreset: vae-s\n");
        expectError(type("presets", "vae-tinny"), "vae-tinny", "did you mean vae-tiny?");
        assertThat(type("train-codec", "--help").out()).startsWith("Usage: lightcone train-codec");
    }
}
