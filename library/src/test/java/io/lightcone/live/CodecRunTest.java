// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.codec.CausalAutoencoder;
import io.lightcone.codec.CausalAutoencoderConfig;
import io.lightcone.codec.CausalAutoencoderFile;
import io.lightcone.codec.Codec;
import io.lightcone.codec.LatentLayout;
import io.lightcone.codec.StreamingDecoder;
import io.lightcone.codec.TestAutoencoders;
import io.lightcone.codec.TwoPicturesCodec;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.model.Conditions;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.Devices;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import io.lightcone.testing.Distance;
import io.lightcone.video.Clip;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests videos of runs whose codecs are not pixels: one of half the resolution, one of two pictures in a latent frame,
 * and the causal autoencoder with four.
 */
class CodecRunTest {
    private static final Map<String, Path> RUNS = new HashMap<>();

    @BeforeAll
    static void train(@TempDir Path temp) throws InterruptedException {
        Path autoencoder = temp.resolve(CausalAutoencoderFile.NAME);
        try (CausalAutoencoder random =
                TestAutoencoders.create(new CausalAutoencoderConfig(1, 2, 4, 4, List.of(6, 8), 1), ScalarType.Float)) {
            CausalAutoencoderFile.write(autoencoder, random, false);
        }
        for (String system : List.of("msc", "scd", "ad")) {
            List<String> settings = new ArrayList<>(
                    switch (system) {
                        case "scd" ->
                            List.of(
                                    "model.encoder=1",
                                    "training.separable.pastLevel=0.2",
                                    "training.separable.resampling.share=1");
                        case "ad" -> List.of("sampling.order=AD", "sampling.gap=1");
                        default -> List.of();
                    });
            settings.add("sampling.given=1");
            train(temp, "half-resolution", system, settings);
            settings.add("model.channels=2");
            train(temp, "two-pictures", system, settings);
            settings.add("model.patch=1");
            settings.add("codec.file='" + autoencoder + "'");
            train(temp, "causal-autoencoder", system, settings);
        }
    }

    private static void train(Path temp, String codec, String system, List<String> settings)
            throws InterruptedException {
        List<String> all = new ArrayList<>(settings);
        all.add("codec.kind=" + codec);
        String name = codec + " " + system;
        RUNS.put(name, SteeredRun.train(temp.resolve(name), all.toArray(String[]::new)));
    }

    @AfterAll
    static void nothingIsLeftOpen() {
        assertThat(TwoPicturesCodec.OPEN).hasValue(0);
    }

    private static Path run(String codec, String system) {
        return Objects.requireNonNull(RUNS.get(codec + " " + system));
    }

    private static LiveOptions options() {
        return LiveOptions.defaults().withDevice("cpu").withSeed(5);
    }

    private static TrainedModel model(Path run) {
        return TrainedModel.open(run, Devices.resolve("cpu"), List.of());
    }

    private static List<BufferedImage> watch(LiveVideo video, String... actions) {
        List<BufferedImage> seen = new ArrayList<>();
        for (String action : actions) {
            BufferedImage image = video.next(action);
            assertThat(image.getHeight()).isEqualTo(16);
            assertThat(image.getWidth()).isEqualTo(16);
            seen.add(image);
        }
        return seen;
    }

    private static void same(BufferedImage a, BufferedImage b) {
        assertThat(Distance.between(a, b)).isZero();
    }

    @Test
    void aRunNamesItsCodec() {
        assertThat(RunFolder.open(run("two-pictures", "scd"))
                        .config(List.of())
                        .codec()
                        .kind())
                .isEqualTo("two-pictures");
    }

    /** A video can be saved between any two pictures, also between those of one latent frame. */
    @ParameterizedTest
    @CsvSource({
        "half-resolution, msc", "half-resolution, scd", "half-resolution, ad",
        "two-pictures, msc", "two-pictures, scd", "two-pictures, ad",
        "causal-autoencoder, msc", "causal-autoencoder, scd", "causal-autoencoder, ad"
    })
    void aSavedVideoResumesWhereItWasSaved(String codec, String system, @TempDir Path temp) {
        String[] actions = {"stay", "left", "left", "up", "down", "down", "right", "right"};
        Path run = run(codec, system);
        List<BufferedImage> whole;
        try (LiveVideo video = LiveVideo.open(run, options().withClass("7"))) {
            whole = watch(video, actions);
            assertThat(video.frames()).isEqualTo(actions.length);
        }
        assertThat(Distance.between(whole.get(6), whole.get(7))).isGreaterThan(5);
        for (int after : new int[] {1, 2, 3, 6}) {
            Path state = temp.resolve("state-" + after);
            try (LiveVideo video = LiveVideo.open(run, options().withClass("7"))) {
                watch(video, Arrays.copyOf(actions, after));
                video.save(state);
            }
            try (LiveVideo video = LiveVideo.resume(run, state, options())) {
                assertThat(video.frames()).isEqualTo(after);
                List<BufferedImage> rest = watch(video, Arrays.copyOfRange(actions, after, actions.length));
                for (int i = 0; i < rest.size(); i++) {
                    same(rest.get(i), whole.get(after + i));
                }
            }
        }
    }

    /**
     * The action of a latent frame is that of its first picture, whatever comes between, also in a video that is
     * resumed there, and in one that knows the actions of all pictures when it begins.
     */
    @ParameterizedTest
    @CsvSource({
        "two-pictures, 2, msc", "two-pictures, 2, scd", "two-pictures, 2, ad",
        "causal-autoencoder, 4, msc", "causal-autoencoder, 4, scd", "causal-autoencoder, 4, ad"
    })
    void theFirstActionHoldsForALatentFrame(String codec, int time, String system, @TempDir Path temp) {
        Path run = run(codec, system);
        String[] followed = new String[3 * time + 1];
        String[] named = new String[followed.length];
        for (int i = 0; i < followed.length; i++) {
            followed[i] = i == 0 ? "stay" : List.of("left", "up", "down").get((i - 1) / time);
            named[i] = i == 0 || i % time == 1 ? followed[i] : "right";
        }
        String[] others = followed.clone();
        Arrays.fill(others, time + 1, 2 * time + 1, "down");
        Path state = temp.resolve("state");
        List<BufferedImage> wanted;
        try (LiveVideo video = LiveVideo.open(run, options());
                LiveVideo other = LiveVideo.open(run, options())) {
            wanted = watch(video, followed);
            List<BufferedImage> differing = watch(other, others);
            same(differing.get(time), wanted.get(time));
            assertThat(Distance.between(differing.get(time + 1), wanted.get(time + 1)))
                    .isGreaterThan(2);
        }
        try (LiveVideo video = LiveVideo.open(run, options())) {
            sameUnder(video, named, followed, 0, time + 2, wanted);
            video.save(state);
            sameUnder(video, named, followed, time + 2, named.length, wanted);
        }
        try (LiveVideo video = LiveVideo.resume(run, state, options())) {
            sameUnder(video, named, followed, time + 2, named.length, wanted);
        }
        sameWhenKnown(run, named, followed);
    }

    private static void sameUnder(
            LiveVideo video, String[] named, String[] followed, int from, int to, List<BufferedImage> wanted) {
        for (int i = from; i < to; i++) {
            same(video.next(named[i]), wanted.get(i));
            assertThat(video.lastAction()).isEqualTo(followed[i]);
        }
    }

    /** The actions of all pictures are known beforehand, as those of the command {@code sample} are. */
    private static void sameWhenKnown(Path run, String[] named, String[] followed) {
        try (TrainedModel model = model(run);
                VideoInProgress video = begin(model, named);
                VideoInProgress wanted = begin(model, followed)) {
            for (String action : followed) {
                same(video.next(), wanted.next());
                assertThat(video.lastAction()).isEqualTo(action); // and so is it recorded
            }
        }
    }

    private static VideoInProgress begin(TrainedModel model, String[] actions) {
        List<String> known = model.config().model().actions();
        List<Integer> numbers = Arrays.stream(actions).map(known::indexOf).toList();
        VideoInProgress.Request request = new VideoInProgress.Request(5, 1, Conditions.NULL, numbers, 10);
        return VideoInProgress.begin(model, request, null, DenoisingPlan.ENDLESS);
    }

    private static List<BufferedImage> images(int count, int brightness) {
        byte[] pixels = new byte[count * 16 * 16];
        Arrays.fill(pixels, (byte) brightness);
        Clip clip = new Clip("even", count, 16, 16, 1, pixels);
        return IntStream.range(0, count).mapToObj(clip::image).toList();
    }

    @ParameterizedTest
    @CsvSource({"half-resolution, 3", "two-pictures, 3", "causal-autoencoder, 5"})
    void aVideoContinuesGivenImages(String codec, int given) {
        Path run = run(codec, "scd");
        try (LiveVideo video = LiveVideo.open(run, options().withGiven(images(given, 20)));
                LiveVideo other = LiveVideo.open(run, options().withGiven(images(given, 220)))) {
            assertThat(video.frames()).isEqualTo(given);
            assertThat(Distance.between(video.next(), other.next())).isGreaterThan(5);
            assertThat(video.frames()).isEqualTo(given + 1);
        }
    }

    /** The decoder has decoded the given frames, so that the first picture after them joins on. */
    @Test
    void theDecoderGoesOnFromTheGivenFrames() {
        try (TrainedModel model = model(run("two-pictures", "msc"))) {
            List<Clip> given = List.of(Clip.of("given", images(3, 20), 1));
            VideoInProgress.Request request = new VideoInProgress.Request(5, 1, 7, List.of(), 10);
            List<byte[]> generated = new ArrayList<>();
            try (VideoInProgress video = VideoInProgress.begin(model, request, given.get(0), 3)) {
                for (int i = 0; i < 3; i++) {
                    generated.add(video.next().get(0).pixels());
                }
            }
            Scopes.runWithoutGrad(() -> {
                Tensor past = model.codec().encode(given);
                Noise noise = new Noise(new RandomStreams(5), List.of(0), model.frameShape(), model.device());
                try (RollOut rollOut = model.conditioned(Conditions.alike(1, 7, List.of()))
                                .rollOut(model.config().plan(6, 3), noise, past);
                        StreamingDecoder decoder = model.codec().decoder()) {
                    for (int t = 0; t < past.size(1); t++) {
                        decoder.next(past.narrow(1, t, 1));
                    }
                    Clip first = decoder.next(rollOut.next()).get(0);
                    assertThat(generated.get(0)).isEqualTo(first.slice(0, 1).pixels());
                    assertThat(generated.get(1)).isEqualTo(first.slice(1, 1).pixels());
                    assertThat(generated.get(2))
                            .isEqualTo(decoder.next(rollOut.next())
                                    .get(0)
                                    .slice(0, 1)
                                    .pixels());
                }
            });
        }
    }

    @Test
    void imagesThatDoNotFillALatentFrameAreRefused() {
        assertThatThrownBy(() ->
                        LiveVideo.open(run("two-pictures", "msc"), options().withGiven(images(2, 0))))
                .isInstanceOf(UserException.class)
                .hasMessage("what is given is 2 pictures, but the codec takes the first one alone and then 2 at "
                        + "a time; make"
                        + " it 1 or 3");
    }

    /** A picture that could not be used is the next one again, of each video, and after a break as well. */
    @ParameterizedTest
    @ValueSource(strings = {"half-resolution", "two-pictures", "causal-autoencoder"})
    void aPicturePutBackIsReturnedAgain(String codec, @TempDir Path temp) {
        try (TrainedModel model = model(run(codec, "msc"))) {
            VideoInProgress.Request request = new VideoInProgress.Request(0, 2, 7, List.of(1), 10);
            List<List<Clip>> seen = new ArrayList<>();
            try (VideoInProgress video = VideoInProgress.begin(model, request, null, DenoisingPlan.ENDLESS)) {
                for (int i = 0; i < 5; i++) {
                    seen.add(video.next());
                    assertThat(seen.get(i)).hasSize(2);
                }
            }
            for (int i = 1; i < 4; i++) {
                Path state = temp.resolve("state");
                try (VideoInProgress video = VideoInProgress.begin(model, request, null, DenoisingPlan.ENDLESS)) {
                    for (int generated = 0; generated < i; generated++) {
                        video.next();
                    }
                    video.putBack(video.next());
                    assertThat(video.handed()).isEqualTo(i);
                    video.save(state);
                    same(video.next(), seen.get(i));
                }
                try (VideoInProgress video = VideoInProgress.resume(model, state)) {
                    assertThat(video.handed()).isEqualTo(i);
                    same(video.next(), seen.get(i));
                    same(video.next(), seen.get(i + 1));
                }
            }
        }
    }

    private static void same(List<Clip> one, List<Clip> other) {
        for (int b = 0; b < one.size(); b++) {
            assertThat(one.get(b).pixels()).isEqualTo(other.get(b).pixels());
        }
    }

    /** The bound of what is generated is the codec's, and there may be none. */
    @ParameterizedTest
    @ValueSource(strings = {"half-resolution", "two-pictures", "causal-autoencoder"})
    void latentsAreClippedAsTheCodecSays(String kind) {
        try (TrainedModel model = model(run(kind, "msc"))) {
            Codec codec = model.codec();
            Noise noise = new Noise(new RandomStreams(1), List.of(0), model.frameShape(), model.device());
            Scopes.runWithoutGrad(() -> {
                try (RollOut rollOut = model.rollOut(model.config().plan(3, 0), noise, null)) {
                    double greatest = 0;
                    while (rollOut.hasNext()) {
                        Tensor latent = rollOut.next();
                        LatentLayout layout = codec.layout();
                        assertThat(latent.shape())
                                .containsExactly(1, 1, layout.channels(), layout.side(16), layout.side(16));
                        greatest = Math.max(greatest, latent.abs().max().item_double());
                    }
                    assertThat(greatest > 1).isEqualTo(Double.isInfinite(codec.range()));
                }
            });
        }
    }

    @Test
    void aVideoIsNotResumedWithAnotherCodec(@TempDir Path temp) throws IOException {
        Path run = run("two-pictures", "msc");
        Path state = temp.resolve("state");
        try (LiveVideo video = LiveVideo.open(run, options())) {
            video.next("stay");
            video.save(state);
        }
        Scopes.run(() -> {
            try {
                Safetensors.Contents contents = Safetensors.read(state);
                Map<String, String> text = new LinkedHashMap<>(contents.metadata());
                assertThat(text.put("codec", "two-pictures xyz")).isEqualTo("two-pictures abc");
                Safetensors.write(state, contents.tensors(), text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThatThrownBy(() -> LiveVideo.resume(run, state, options()))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        state + " was saved with the codec two-pictures xyz, but this run has two-pictures abc; resume"
                                + " it with the codec that it was begun with");
    }

    /** A codec may be moved, but not be another one. */
    @Test
    void aRunFindsItsCodecWhereItIsSaidToBe(@TempDir Path temp) throws Exception {
        Path file = temp.resolve("first.safetensors");
        CausalAutoencoderConfig config = new CausalAutoencoderConfig(1, 2, 4, 4, List.of(6, 8), 1);
        try (CausalAutoencoder random = TestAutoencoders.create(config, ScalarType.Float)) {
            CausalAutoencoderFile.write(file, random, false);
            Path run = SteeredRun.train(
                    temp.resolve("run"),
                    "codec.kind=causal-autoencoder",
                    "codec.file='" + file + "'",
                    "model.channels=2",
                    "model.patch=1",
                    "sampling.given=1");
            BufferedImage first;
            try (LiveVideo video = LiveVideo.open(run, options())) {
                first = video.next();
            }
            Path moved = Files.move(file, temp.resolve("second.safetensors"));
            try (LiveVideo video = LiveVideo.open(run, options())) {
                same(video.next(), first);
            }
            Files.delete(run.resolve("codec/first.safetensors")); // the copy that the run keeps
            assertThatThrownBy(() -> LiveVideo.open(run, options()))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("first.safetensors");
            LiveOptions there = options().with("codec.file='" + moved + "'");
            try (LiveVideo video = LiveVideo.open(run, there)) {
                same(video.next(), first);
            }
            Scopes.runWithoutGrad(() ->
                    random.parameters().tensors().values().iterator().next().add_(new Scalar(1)));
            CausalAutoencoderFile.write(moved, random, false);
            assertThatThrownBy(() -> LiveVideo.open(run, there))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("checksum");
        }
    }
}
