// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveVideoTest {
    private static Path run = Path.of("");

    @BeforeAll
    static void train(@TempDir Path temp) throws InterruptedException {
        run = SteeredRun.train(temp.resolve("run"), "model.encoder=1", "training.separable.pastLevel=0.2");
    }

    private static List<Integer> pixels(BufferedImage image) {
        return IntStream.range(0, image.getWidth() * image.getHeight())
                .mapToObj(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
                .toList();
    }

    private static List<List<Integer>> watch(LiveVideo video, String... actions) {
        List<List<Integer>> seen = new ArrayList<>();
        for (String action : actions) {
            seen.add(pixels(video.next(action)));
        }
        return seen;
    }

    /** Returns how far apart two grey images are at most, in 255ths of white. */
    private static int distance(List<Integer> a, List<Integer> b) {
        return IntStream.range(0, a.size())
                .map(i -> Math.abs((a.get(i) & 0xff) - (b.get(i) & 0xff)))
                .max()
                .orElse(0);
    }

    private static LiveOptions options() {
        return LiveOptions.defaults().withDevice("cpu").withSeed(5);
    }

    @Test
    void imagesFollowActionsFromTheFrameTheyAreFor() {
        List<List<Integer>> one;
        try (LiveVideo video = LiveVideo.open(run, options())) {
            assertThat(video.actions()).containsExactly("stay", "left", "right", "up", "down");
            one = watch(video, "stay", "left", "left", "up");
            assertThat(video.frames()).isEqualTo(4);
            assertThat(video.framesPerSecond()).isPositive();
        }
        try (LiveVideo video = LiveVideo.open(run, options())) {
            List<List<Integer>> other = watch(video, "stay", "left", "right", "up");
            assertThat(other.subList(0, 2)).isEqualTo(one.subList(0, 2));
            assertThat(distance(other.get(2), one.get(2))).isGreaterThan(5);
        }
        try (LiveVideo video = LiveVideo.open(run, options().withSeed(6))) {
            assertThat(distance(watch(video, "stay").get(0), one.get(0))).isGreaterThan(5);
        }
    }

    @Test
    void theLastActionHoldsUntilAnotherIsNamed() {
        List<List<Integer>> named;
        try (LiveVideo video = LiveVideo.open(run, options())) {
            named = watch(video, "stay", "left", "left", "left");
        }
        try (LiveVideo video = LiveVideo.open(run, options())) {
            List<List<Integer>> other = new ArrayList<>(watch(video, "stay", "left"));
            other.add(pixels(video.next()));
            other.add(pixels(video.next()));
            assertThat(other).isEqualTo(named);
        }
    }

    @Test
    void aSavedVideoResumesWhereItWasSaved(@TempDir Path temp) {
        Path state = temp.resolve("state");
        List<List<Integer>> whole;
        try (LiveVideo video = LiveVideo.open(run, options().withClass("7"))) {
            whole = watch(video, "stay", "left", "left");
            video.save(state);
            whole = new ArrayList<>(watch(video, "up", "down"));
        }
        try (LiveVideo video = LiveVideo.resume(run, state, options())) {
            assertThat(video.frames()).isEqualTo(3);
            assertThat(watch(video, "up", "down")).isEqualTo(whole);
        }
    }

    @Test
    void aVideoContinuesGivenImages() {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        try (LiveVideo video = LiveVideo.open(run, options().withGiven(List.of(image, image)))) {
            assertThat(video.frames()).isEqualTo(2);
            BufferedImage next = video.next();
            assertThat(next.getWidth()).isEqualTo(16);
            assertThat(video.frames()).isEqualTo(3);
        }
    }

    @Test
    void requestsThatALiveVideoCannotMeetAreUserErrors() {
        BufferedImage wide = new BufferedImage(20, 16, BufferedImage.TYPE_BYTE_GRAY);
        assertThatThrownBy(() -> LiveVideo.open(run, options().withGiven(List.of(wide))))
                .isInstanceOf(UserException.class)
                .hasMessage("the given images measure 20x16 pixels, but the model makes 16x16; scale them first");
        assertThatThrownBy(() -> LiveVideo.open(run, options().withClass("dog")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("this run knows no class named 'dog'; valid are 0, 1");
        assertThatThrownBy(() -> LiveVideo.open(run.resolve("none"), options())).isInstanceOf(UserException.class);
        assertThatThrownBy(() -> LiveVideo.open(run, options().with("sampling.steps=0")))
                .isInstanceOf(UserException.class);
        try (LiveVideo video = LiveVideo.open(run, options())) {
            assertThatThrownBy(() -> video.next("jump"))
                    .isInstanceOf(UserException.class)
                    .hasMessage("this run knows no action named 'jump'; valid are stay, left, right, up, down");
            assertThat(video.frames()).isZero();
        }
    }
}
