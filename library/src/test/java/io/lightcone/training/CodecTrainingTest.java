// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.codec.CodecSection;
import io.lightcone.codec.LatentLayout;
import io.lightcone.codec.TwoPicturesCodec;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.diffusion.Solver;
import io.lightcone.evaluation.Continuation;
import io.lightcone.evaluation.ValidationLoss;
import io.lightcone.generation.CausalDenoiser;
import io.lightcone.generation.GuidanceConfig;
import io.lightcone.generation.Sampler;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.generation.VideoGenerator;
import io.lightcone.generation.WindowDenoiser;
import io.lightcone.model.Conditions;
import io.lightcone.model.ContextFrames;
import io.lightcone.run.ClipConditions;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.testing.Distance;
import io.lightcone.video.Clip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that training and validation work on the latents of the run's codec, whichever it is. */
class CodecTrainingTest {
    private static final Device CPU = new Device("cpu");

    private static RunConfig config(String codec, String... settings) {
        List<String> all = new ArrayList<>(List.of("codec.kind=" + codec, "training.frames=5", "sampling.given=1"));
        all.addAll(List.of(settings));
        return RunConfig.read(TestRuns.small(10), null, all);
    }

    /**
     * Returns a clip that alternates black and white, so that the mean of four pixels is grey, which is the latent 0.
     */
    private static Clip board(int frames) {
        byte[] pixels = new byte[frames * 16 * 16];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) ((i + i / 16) % 2 == 0 ? 0 : 255);
        }
        return new Clip("board", frames, 16, 16, 1, pixels);
    }

    /**
     * A fresh model predicts nothing, so the loss is the size of the target, 1 + E[x0^2]. Of the board x0 is 1 in
     * pixels, 0 at half the resolution, and 1 and 1/2 of the first and of the later latent frames of two pictures.
     */
    @ParameterizedTest
    @CsvSource({"pixels, 1, 2", "half-resolution, 1, 1", "two-pictures, 2, 1.5"})
    void lossesAreOfLatents(String kind, int channels, double loss) {
        RunConfig config = config(kind, "model.channels=" + channels);
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            List<Clip> clips = Collections.nCopies(16, board(5));
            double first = trainer.step(0, clips, 1e-3).loss();
            assertThat(first).isCloseTo(loss, Offset.offset(0.1));
            Map<String, Double> losses = ValidationLoss.of(
                    batch -> (clean, x, level) -> trainer.average()
                            .predict(ContextFrames.plain(clean, torch.zeros_like(level)), x, level, Conditions.NONE)
                            .mul(new Scalar(0.0)),
                    config.diffusion().diffusion(),
                    trainer.codec(),
                    clips,
                    0,
                    () -> {});
            assertThat(losses.get("all")).isCloseTo(loss, Offset.offset(0.1));
        }
        assertThat(TwoPicturesCodec.OPEN).hasValue(0);
    }

    /**
     * A model that knows the latents of the truth brings back its pictures, also where these end within a latent frame.
     */
    @ParameterizedTest
    @CsvSource({"pixels, 6", "half-resolution, 6", "two-pictures, 7", "two-pictures, 6"})
    void clipsAreContinuedInLatents(String kind, int frames) {
        SamplingConfig sampling = SamplingConfig.frameByFrame(3, 0, 3);
        byte[] pixels = new byte[7 * 16 * 16];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 256 * 30 + i % 16 / 2 * 4); // the same for two neighbours of a row and of a column
        }
        Clip truth = new Clip("truth", 7, 16, 16, 1, pixels);
        try (Codec codec = CodecSection.of(kind).open(1, CPU)) {
            Scopes.runWithoutGrad(() -> {
                Tensor latents = codec.encode(List.of(truth));
                Supplier<CausalDenoiser> oracle = () -> new WindowDenoiser(
                        (first, x, level, step) -> x.sub(latents.narrow(1, first, x.size(1)))
                                .div(level.clamp_min(new Scalar(1e-6)).view(1, x.size(1), 1, 1, 1)),
                        4);
                VideoGenerator generator = (plan, noise, given) -> new Sampler(
                                DiffusionConfig.flow().diffusion(),
                                Solver.EULER.stepper(0),
                                sampling.context(),
                                GuidanceConfig.none(),
                                codec.range())
                        .rollOut(plan, oracle, oracle, noise, given);
                Clip wanted = truth.slice(0, frames);
                Clip continued = new Continuation(clips -> generator, codec, sampling, 3)
                        .of(List.of(wanted), new RandomStreams(1), () -> {})
                        .get(0);
                assertThat(continued.frames()).isEqualTo(frames);
                assertThat(Distance.between(continued.pixels(), wanted.pixels()))
                        .isLessThanOrEqualTo(1);
            });
        }
        assertThat(TwoPicturesCodec.OPEN).hasValue(0);
    }

    /** Generated past frames are clipped as the codec says; here they are mere noise, far beyond 1. */
    @ParameterizedTest
    @CsvSource({"half-resolution, 1, false", "two-pictures, 2, true"})
    void generatedPastFramesHaveTheRangeOfTheCodec(String kind, int channels, boolean beyond) {
        RunConfig config = config(
                kind,
                "model.channels=" + channels,
                "model.encoder=1",
                "training.separable.pastLevel=0",
                "sampling.context.given=0",
                "sampling.context.generated=0",
                "training.separable.resampling.share=1",
                "training.separable.resampling.after=0",
                "training.separable.resampling.level=1");
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            Scopes.runWithoutGrad(() -> {
                Tensor clean = trainer.codec().encode(Collections.nCopies(16, board(5)));
                Tensor past = trainer.gradient()
                        .context(clean, 0, Conditions.NONE, 1, 1)
                        .x_BTCHW();
                Tensor made = past.narrow(1, 0, past.size(1) - 1);
                assertThat(made.abs().max().item_double() > 1.001).isEqualTo(beyond);
                assertThat(made.abs().max().item_double()).isGreaterThan(0.99);
            });
        }
    }

    /** A codec may have other weights than when a run was trained, though the configuration names it as before. */
    @Test
    void aCheckpointIsNotUsedWithAnotherCodec(@TempDir Path temp) throws InterruptedException, IOException {
        Path path = temp.resolve("run");
        RunOptions options = RunOptions.defaults().withDevice("cpu");
        try (TrainingRun run =
                Runs.start(config("two-pictures", "model.channels=2", "training.steps=1"), path, options)) {
            run.run();
        }
        RunFolder folder = RunFolder.open(path);
        assertThat(folder.latestState().codec()).isEqualTo("two-pictures abc");
        List<String> more = List.of("training.steps=2");
        try (TrainingRun run = Runs.resume(path, more, options)) {
            assertThat(run.step()).isEqualTo(1);
        }
        Path file = path.resolve("config.yaml");
        Files.writeString(file, Files.readString(file).replace("checksum: abc", "checksum: xyz"));
        assertThat(folder.config(List.of()).codec()).isEqualTo(new TwoPicturesCodec.Config("xyz"));
        String refusal = "the model in " + path.resolve("checkpoints/step-1")
                + " has learned latents of the codec 'two-pictures abc', but the codec of the run is 'two-pictures"
                + " xyz' now; bring back the codec that it was trained with, or train a new run";
        assertThatThrownBy(() -> Runs.resume(path, more, options))
                .isInstanceOf(UserException.class)
                .hasMessage(refusal);
        assertThatThrownBy(() -> TrainedModel.open(path, CPU, List.of()))
                .isInstanceOf(UserException.class)
                .hasMessage(refusal);
        assertThat(TwoPicturesCodec.OPEN).as("codecs left open").hasValue(0);
        Files.writeString(file, Files.readString(file).replace("checksum: xyz", "checksum: abc"));
        try (TrainingRun run = Runs.resume(path, more, options)) {
            run.run();
        }
        assertThat(folder.latestState().codec()).isEqualTo("two-pictures abc");
        TrainedModel.open(path, CPU, List.of()).close();
    }

    /** The action of a latent frame is that of the first of its pictures. */
    @Test
    void actionsAreThoseOfLatentFrames() {
        Clip clip = new Clip("clip", 5, 1, 1, 1, new byte[5], new Clip.Tags(4, List.of(0, 1, 2, 3, 4)));
        Clip unknown = new Clip("clip", 5, 1, 1, 1, new byte[5]);
        LatentLayout two = new LatentLayout(1, 1, 2);
        assertThat(ClipConditions.of(List.of(clip, unknown), two))
                .isEqualTo(new Conditions(
                        List.of(4, Conditions.NULL),
                        List.of(List.of(0, 1, 3), Collections.nCopies(3, Conditions.NULL))));
        assertThat(ClipConditions.of(List.of(clip), new LatentLayout(1, 1, 4)).actions())
                .containsExactly(List.of(0, 1));
        IntStream.range(0, 20)
                .mapToObj(step -> ClipConditions.dropped(List.of(clip), two, 0, 0.5, new RandomStreams(7), step))
                .forEach(dropped -> assertThat(dropped.actions().get(0)).hasSize(3));
    }

    @Test
    void configurationsThatDoNotFitTheCodecAreOneSentence() {
        refused(
                "model.channels is 1 but latents of the codec two-pictures have 2; set model.channels to that",
                "two-pictures");
        refused(
                "training.frames is 6, but the codec two-pictures takes the first picture alone and then 2 "
                        + "at a time; set it to"
                        + " 5 or 7",
                "two-pictures",
                "model.channels=2",
                "training.frames=6");
        refused(
                "sampling.given is 2, but the codec two-pictures takes the first picture alone and then 2 "
                        + "at a time; set it to"
                        + " 1 or 3",
                "two-pictures",
                "model.channels=2",
                "sampling.given=2");
        refused(
                "an encoder learns from the frames before the last, so training.frames must be at least 3, not 1",
                "two-pictures",
                "model.channels=2",
                "training.frames=1",
                "model.encoder=1");
        refused(
                "frames of 16x12 pixels cannot be cut into patches of 8x8 (4 latents of 2 pixels a side); "
                        + "set data.width and"
                        + " data.height to multiples of 8, or set another model.patch",
                "half-resolution",
                "data.height=12");
        refused("model.channels is 2 but data.channels is 1; set both to the same", "pixels", "model.channels=2");
        refused(
                "frames of 16x10 pixels cannot be cut into patches of 4x4; set data.width and data.height "
                        + "to multiples of 4,"
                        + " or set another model.patch",
                "pixels",
                "data.height=10");
        refused(
                "codec.kind must be one of pixels, patches, taesd, autoencoder-kl, causal-autoencoder, half-resolution,"
                        + " two-pictures, not the text 'jpeg'",
                "jpeg");
    }

    private static void refused(String sentence, String codec, String... settings) {
        assertThatThrownBy(() -> config(codec, settings))
                .as(Arrays.toString(settings))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(sentence);
    }
}
