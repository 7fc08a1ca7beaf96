// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.codec.CausalAutoencoder;
import io.lightcone.codec.CausalAutoencoderConfig;
import io.lightcone.codec.CausalAutoencoderFile;
import io.lightcone.codec.TestAutoencoders;
import io.lightcone.testing.Distance;
import io.lightcone.testing.NativeObjects;
import io.lightcone.training.RunOptions;
import io.lightcone.training.Runs;
import io.lightcone.training.TrainingRun;
import io.lightcone.video.Clip;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what players do to a video of each system while it is made: draw into it, go back, and change its steps. */
class InteractiveVideoTest {
    private static final String[] ACTIONS = {"left", "up", "stay", "right", "down", "left", "up"};
    private static final int SIDE = 16;

    private static final Map<String, Path> RUNS = new HashMap<>();

    @BeforeAll
    static void train(@TempDir Path temp) throws InterruptedException {
        train(temp, "msc");
        train(temp, "scd", "model.encoder=1", "training.separable.pastLevel=0.2");
        train(temp, "ad", "sampling.order=AD", "sampling.gap=1");
        train(temp, "blocks", "sampling.block=2");
        train(temp, "shortcut", "model.shortcut=8", "sampling.solver=EULER");
        train(temp, "half-resolution", "codec.kind=half-resolution");
        train(temp, "two-pictures", "codec.kind=two-pictures", "model.channels=2", "sampling.given=1");
    }

    private static void train(Path temp, String name, String... settings) throws InterruptedException {
        RUNS.put(name, SteeredRun.train(temp.resolve(name), settings));
    }

    private static Path run(String name) {
        return Objects.requireNonNull(RUNS.get(name));
    }

    private static LiveOptions options() {
        return LiveOptions.defaults().withDevice("cpu").withSeed(5);
    }

    private static LiveVideo open(String name, String... settings) {
        LiveOptions options = options();
        for (String setting : settings) {
            options = options.with(setting);
        }
        return LiveVideo.open(run(name), options);
    }

    /** Returns an image of some brightness, from 0 to 4, and noise. */
    private static BufferedImage drawing(int brightness) {
        byte[] pixels = new byte[SIDE * SIDE];
        SplittableRandom random = new SplittableRandom(brightness);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (brightness * 50 + random.nextInt(50));
        }
        return new Clip("drawing", 1, SIDE, SIDE, 1, pixels).image(0);
    }

    private static List<BufferedImage> watch(LiveVideo video, String... actions) {
        List<BufferedImage> seen = new ArrayList<>();
        for (String action : actions) {
            seen.add(video.next(action));
        }
        return seen;
    }

    /** Returns how far apart two videos are at most, in 255ths of white. */
    private static double distance(List<BufferedImage> a, List<BufferedImage> b) {
        assertThat(a).hasSameSizeAs(b);
        double most = 0;
        for (int i = 0; i < a.size(); i++) {
            most = Math.max(most, Distance.between(a.get(i), b.get(i)));
        }
        return most;
    }

    private static void same(List<BufferedImage> a, List<BufferedImage> b) {
        assertThat(distance(a, b)).isZero();
    }

    /** With several frames in work, given frames are shown to the model together, which may round otherwise. */
    @ParameterizedTest
    @CsvSource({"msc, 0", "scd, 0", "ad, 1", "blocks, 1", "half-resolution, 0"})
    void imagesThatAreShownAreAsImagesThatAreGiven(String name, int rounding) {
        List<BufferedImage> images = List.of(drawing(1), drawing(2), drawing(0));
        List<@Nullable String> actions = Arrays.asList(null, "left", "left");
        LiveOptions given = options().withGiven(images, actions);
        try (LiveVideo shown = open(name);
                LiveVideo begun = LiveVideo.open(run(name), given);
                LiveVideo unknown = LiveVideo.open(run(name), options().withGiven(images));
                LiveVideo others = LiveVideo.open(
                        run(name), options().withGiven(List.of(drawing(1), drawing(2), drawing(4)), actions))) {
            shown.show(images.get(0));
            shown.show(images.get(1), "left");
            shown.show(images.get(2));
            assertThat(shown.frames()).isEqualTo(3);
            List<BufferedImage> seen = new ArrayList<>(List.of(shown.next()));
            seen.addAll(watch(shown, ACTIONS));
            List<BufferedImage> expected = new ArrayList<>(List.of(begun.next()));
            expected.addAll(watch(begun, ACTIONS));
            assertThat(distance(seen, expected)).isLessThanOrEqualTo(rounding);
            assertThat(Distance.between(seen.get(0), unknown.next()))
                    .as("the last given action holds on")
                    .isGreaterThan(5);
            assertThat(Distance.between(seen.get(0), others.next()))
                    .as("the last image matters")
                    .isGreaterThan(5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"msc", "scd", "ad", "blocks", "half-resolution"})
    void aVideoWithAnImageInTheMiddleIsSavedAndResumed(String name, @TempDir Path temp) {
        Path state = temp.resolve("state");
        try (LiveVideo video = open(name);
                LiveVideo without = open(name)) {
            same(watch(video, "left", "up"), watch(without, "left", "up"));
            video.show(drawing(1), "stay");
            assertThat(video.frames()).isEqualTo(3);
            without.next("stay");
            video.save(state);
            List<BufferedImage> whole = watch(video, ACTIONS);
            assertThat(distance(whole, watch(without, ACTIONS))).isGreaterThan(5);
            try (LiveVideo resumed = LiveVideo.resume(run(name), state, options())) {
                same(watch(resumed, ACTIONS), whole);
            }
        }
    }

    @Test
    void imagesThatCannotBeShownAreOneSentence() {
        try (LiveVideo video = open("blocks")) {
            assertThatThrownBy(() -> video.show(new BufferedImage(20, 16, BufferedImage.TYPE_3BYTE_BGR)))
                    .isInstanceOf(UserException.class)
                    .hasMessage("the image measures 20x16 pixels, but the model makes 16x16; scale it first");
            assertThatThrownBy(() -> video.show(drawing(1), "jump"))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("this run knows no action named 'jump'");
            video.next("left");
            assertThat(video.waiting()).isOne();
            assertThatThrownBy(() -> video.show(drawing(1)))
                    .isInstanceOf(UserException.class)
                    .hasMessage("1 image that is finished must be returned before another can be shown");
            assertThat(video.frames()).isOne();
            video.next();
            assertThat(video.waiting()).isZero();
            video.show(drawing(1));
            assertThat(video.frames()).isEqualTo(3);
        }
    }

    /** A latent frame is the first image of a video, and then two: an image that is shown fills both. */
    @Test
    void anImageFillsALatentFrame(@TempDir Path temp) {
        Path state = temp.resolve("state");
        try (LiveVideo video = open("two-pictures");
                LiveVideo given = LiveVideo.open(
                        run("two-pictures"),
                        options()
                                .withGiven(
                                        List.of(drawing(1), drawing(2), drawing(2), drawing(3), drawing(3)),
                                        Arrays.asList(null, "left", "left", "up", "up")))) {
            video.show(drawing(1));
            assertThat(video.waiting()).isZero();
            video.show(drawing(2), "left");
            assertThat(video.frames()).isEqualTo(2);
            assertThat(video.waiting()).isOne();
            assertThatThrownBy(() -> video.show(drawing(3)))
                    .isInstanceOf(UserException.class)
                    .hasMessage("1 image that is finished must be returned before another can be shown");
            video.save(state);
            same(List.of(video.next("down")), List.of(drawing(2)));
            assertThat(video.lastAction()).as("of a picture that was finished").isEqualTo("left");
            video.show(drawing(3), "up");
            video.next();
            assertThat(video.frames()).isEqualTo(given.frames());
            List<BufferedImage> whole = watch(video, ACTIONS);
            same(whole, watch(given, ACTIONS));
            try (LiveVideo resumed = LiveVideo.resume(run("two-pictures"), state, options())) {
                assertThat(resumed.frames()).isEqualTo(2);
                same(List.of(resumed.next("down")), List.of(drawing(2)));
                resumed.show(drawing(3), "up");
                resumed.next();
                same(watch(resumed, ACTIONS), whole);
            }
        }
    }

    /** The encoder of these latents looks back four frames; the past is longer, and of pictures that it was shown. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void anImageIsEncodedBehindThePast(int time, @TempDir Path temp) throws InterruptedException {
        CausalAutoencoderConfig sizes = new CausalAutoencoderConfig(1, 5, 4, time, List.of(6, 8), 1);
        assertThat(sizes.reach()).isEqualTo(4);
        Path file = temp.resolve(CausalAutoencoderFile.NAME);
        try (CausalAutoencoder random = TestAutoencoders.create(sizes, ScalarType.Float)) {
            CausalAutoencoderFile.write(file, random, false);
        }
        Path run = SteeredRun.train(
                temp.resolve("run"),
                "codec.kind=causal-autoencoder",
                "codec.file='" + file + "'",
                "model.channels=5",
                "model.patch=2",
                "sampling.given=1");
        List<BufferedImage> images = new ArrayList<>();
        try (LiveVideo shown = LiveVideo.open(run, options())) {
            for (int latent = 0; latent < 8; latent++) {
                images.addAll(filled(shown, latent));
            }
            assertThat(images).hasSize(1 + 7 * time);
            shown.save(temp.resolve("state"));
            List<BufferedImage> more = filled(shown, 8);
            List<BufferedImage> seen = watch(shown, ACTIONS);
            try (LiveVideo resumed = LiveVideo.resume(run, temp.resolve("state"), options())) {
                same(filled(resumed, 8), more);
                same(watch(resumed, ACTIONS), seen);
            }
            images.addAll(more);
            List<String> actions = Collections.nCopies(images.size(), "left");
            try (LiveVideo given = LiveVideo.open(run, options().withGiven(images, actions))) {
                assertThat(distance(seen, watch(given, ACTIONS))).isLessThanOrEqualTo(1);
            }
        }
    }

    /** Shows an image, and returns all images that it fills. */
    private static List<BufferedImage> filled(LiveVideo video, int latent) {
        BufferedImage image = drawing(latent % 3);
        video.show(image, "left");
        List<BufferedImage> images = new ArrayList<>(List.of(image));
        while (video.waiting() > 0) {
            images.add(video.next());
        }
        return images;
    }

    @ParameterizedTest
    @ValueSource(strings = {"msc", "scd", "ad", "blocks", "two-pictures"})
    void aVideoGoesBackToAState(String name) {
        try (LiveVideo video = open(name)) {
            try (LiveState start = video.state()) {
                List<BufferedImage> first = watch(video, ACTIONS);
                assertThat(video.frames()).isEqualTo(ACTIONS.length);
                try (LiveState later = video.state()) {
                    assertThat(later.frames()).isEqualTo(ACTIONS.length);
                    List<BufferedImage> more = watch(video, "down", "down");
                    assertThat(distance(more, watch(video, "left", "up"))).isGreaterThan(5);
                    video.restore(later);
                    assertThat(video.frames()).isEqualTo(ACTIONS.length);
                    same(watch(video, "down", "down"), more);
                    video.restore(start);
                    same(watch(video, ACTIONS), first);
                    video.restore(later);
                    same(List.of(video.next("down")), more.subList(0, 1));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"msc", "scd", "ad"})
    void videosBranchOffAState(String name) {
        try (LiveModel model = LiveModel.open(run(name), options());
                LiveVideo video = model.begin(options().withClass("7"))) {
            watch(video, ACTIONS);
            try (LiveVideo branch = video.branch();
                    LiveState state = video.state();
                    LiveVideo other = model.begin(state)) {
                List<BufferedImage> left = watch(video, "left", "left", "left");
                same(watch(branch, "left", "left", "left"), left);
                List<BufferedImage> right = watch(other, "left", "right", "right");
                assertThat(Distance.between(right.get(0), left.get(0))).isZero();
                assertThat(distance(right, left)).isGreaterThan(5);
                try (LiveVideo stranger = model.begin(options().withSeed(8))) {
                    stranger.next("up");
                    stranger.restore(state);
                    same(watch(stranger, "left", "left", "left"), left);
                }
            }
        }
    }

    /** The past of these models is bounded, and so are their states; nothing of them is left to the collector. */
    @ParameterizedTest
    @ValueSource(strings = {"msc", "scd", "ad"})
    void statesAreBoundedAndFreed(String name) {
        try (LiveModel model = LiveModel.open(run(name), options());
                LiveVideo video = model.begin(options())) {
            long[] bytes = new long[2];
            for (int i = 0; i < 2; i++) {
                for (int frame = 0; frame < 25; frame++) {
                    video.next();
                }
                try (LiveState state = video.state()) {
                    bytes[i] = state.bytes();
                }
            }
            assertThat(bytes[1]).isPositive().isEqualTo(bytes[0]);
            NativeObjects.requireNothingLeft(() -> {
                try (LiveState state = video.state();
                        LiveVideo branch = video.branch()) {
                    branch.next("up");
                    video.show(drawing(1), "left");
                    video.next();
                    video.restore(state);
                }
            });
        }
    }

    @Test
    void statesAreOfTheirModelAndOpen() {
        try (LiveModel model = LiveModel.open(run("msc"), options());
                LiveVideo video = model.begin(options());
                LiveVideo other = open("msc")) {
            List<BufferedImage> seen = watch(video, "left");
            LiveState state = video.state();
            assertThatThrownBy(() -> other.restore(state))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the state is of a video of another model");
            state.close();
            state.close();
            assertThatThrownBy(() -> video.restore(state))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the state is closed");
            assertThat(video.frames()).isEqualTo(seen.size());
            video.next();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"msc", "scd", "blocks", "shortcut"})
    void stepsAreChangedFromTheNextImageOn(String name, @TempDir Path temp) {
        Path saved = temp.resolve("state");
        try (LiveVideo video = open(name);
                LiveVideo two = open(name);
                LiveVideo four = open(name, "sampling.steps=4")) {
            assertThat(video.steps()).isEqualTo(2);
            video.setSteps(4);
            assertThat(video.steps()).isEqualTo(4);
            List<BufferedImage> fine = watch(four, "left", "up");
            same(watch(video, "left", "up"), fine);
            assertThat(distance(watch(two, "left", "up"), fine)).isGreaterThan(3);

            video.setSteps(1);
            try (LiveState state = video.state()) {
                video.save(saved);
                List<BufferedImage> coarse = watch(video, ACTIONS);
                assertThat(distance(watch(four, ACTIONS), coarse)).isGreaterThan(3);
                video.setSteps(2);
                video.restore(state);
                assertThat(video.steps()).isOne();
                same(watch(video, ACTIONS), coarse);
                try (LiveVideo resumed = LiveVideo.resume(run(name), saved, options())) {
                    assertThat(resumed.steps()).isOne();
                    same(watch(resumed, ACTIONS), coarse);
                }
            }
        }
    }

    /** The images of a block that is finished stay as they are; the next one has other steps. */
    @Test
    void stepsThatAreSetWithinABlockReachTheNextOne() {
        try (LiveVideo video = open("blocks");
                LiveVideo same = open("blocks")) {
            List<BufferedImage> two = watch(same, "left", "up");
            List<BufferedImage> seen = new ArrayList<>(watch(video, "left"));
            video.setSteps(4);
            seen.addAll(watch(video, "up"));
            same(seen, two);
            assertThat(distance(watch(video, "up", "up"), watch(same, "up", "up")))
                    .isGreaterThan(3);
        }
    }

    @Test
    void stepsThatCannotBeSetAreOneSentence() {
        try (LiveVideo video = open("shortcut")) {
            assertThatThrownBy(() -> video.setSteps(3))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("sampling.steps is 3, but a model of model.shortcut 8 learns to make");
            assertThatThrownBy(() -> video.setSteps(16)).isInstanceOf(UserException.class);
            assertThatThrownBy(() -> video.setSteps(0)).isInstanceOf(UserException.class);
            assertThat(video.steps()).isEqualTo(2);
        }
        try (LiveVideo video = open("ad")) {
            video.next();
            video.setSteps(2);
            assertThatThrownBy(() -> video.setSteps(4))
                    .isInstanceOf(UserException.class)
                    .hasMessage("with sampling.order AD and sampling.gap 1 several frames are in work, whose plan is"
                            + " for 2 steps; to change them within a video, set sampling.order to FRAME_BY_FRAME");
            video.next();
        }
        try (LiveVideo video = open("ad", "sampling.gap=2");
                LiveVideo other = open("ad", "sampling.order=FRAME_BY_FRAME", "sampling.steps=4")) {
            video.setSteps(4);
            same(watch(video, ACTIONS), watch(other, ACTIONS));
        }
    }

    @Test
    void actionsOfGivenImagesAreOneForEachAndKnown() {
        assertThatThrownBy(() -> options().withGiven(List.of(drawing(1)), List.of("left", "up")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there are 2 actions for 1 given images; name one for each, or none");
        assertThatThrownBy(() -> LiveVideo.open(run("msc"), options().withGiven(List.of(drawing(1)), List.of("jump"))))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("this run knows no action named 'jump'");
    }

    @Test
    void aModelIsOutdatedOnceItsRunHasALaterCheckpoint(@TempDir Path temp) throws InterruptedException {
        Path run = SteeredRun.train(temp.resolve("run"));
        try (LiveModel model = LiveModel.open(run, options());
                LiveVideo video = model.begin(options())) {
            assertThat(model.checkpointStep()).isOne();
            assertThat(model.isOutdated()).isFalse();
            try (TrainingRun training = Runs.resume(
                    run, List.of("training.steps=3"), RunOptions.defaults().withDevice("cpu"))) {
                training.run();
            }
            assertThat(model.isOutdated()).isTrue();
            assertThat(model.checkpointStep()).isOne();
            video.next();
            try (LiveModel newer = LiveModel.open(run, options())) {
                assertThat(newer.checkpointStep()).isEqualTo(3);
                assertThat(newer.isOutdated()).isFalse();
            }
        }
    }
}
