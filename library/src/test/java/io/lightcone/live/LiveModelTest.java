// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.testing.NativeObjects;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests one model that several videos use in turns. */
class LiveModelTest {
    private static final int FRAMES = 8;

    private static Path run = Path.of("");

    @BeforeAll
    static void train(@TempDir Path temp) throws InterruptedException {
        run = SteeredRun.train(temp.resolve("run"));
    }

    private static LiveOptions options(long seed) {
        return LiveOptions.defaults().withDevice("cpu").withSeed(seed);
    }

    private static List<Integer> pixels(BufferedImage image) {
        return IntStream.range(0, image.getWidth() * image.getHeight())
                .mapToObj(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
                .toList();
    }

    private static List<Integer> next(LiveVideo video, int frame) {
        List<String> actions = video.actions();
        return pixels(video.next(actions.get(frame % actions.size())));
    }

    private static List<List<Integer>> watch(LiveVideo video) {
        List<List<Integer>> seen = new ArrayList<>();
        for (int frame = 0; frame < FRAMES; frame++) {
            seen.add(next(video, frame));
        }
        return seen;
    }

    private static List<List<Integer>> alone(long seed) {
        try (LiveVideo video = LiveVideo.open(run, options(seed))) {
            return watch(video);
        }
    }

    @Test
    void videosInTurnsEqualEachVideoAlone(@TempDir Path temp) {
        List<List<Integer>> one = new ArrayList<>();
        List<List<Integer>> other = new ArrayList<>();
        Path state = temp.resolve("state");
        try (LiveModel model = LiveModel.open(run, options(0));
                LiveVideo first = model.begin(options(1));
                LiveVideo second = model.begin(options(2))) {
            assertThat(model.actions()).isEqualTo(first.actions()).isNotEmpty();
            for (int frame = 0; frame < FRAMES - 2; frame++) {
                one.add(next(first, frame));
                other.add(next(second, frame));
            }
            second.save(state);
            try (LiveVideo third = model.resume(state)) {
                for (int frame = FRAMES - 2; frame < FRAMES; frame++) {
                    one.add(next(first, frame));
                    other.add(next(third, frame));
                }
            }
        }
        assertThat(one).isEqualTo(alone(1)).isNotEqualTo(other);
        assertThat(other).isEqualTo(alone(2));
    }

    @Test
    void videosOfSeveralThreadsEqualEachVideoAlone() throws Exception {
        try (LiveModel model = LiveModel.open(run, options(0));
                LiveVideo first = model.begin(options(1));
                LiveVideo second = model.begin(options(2))) {
            CompletableFuture<List<List<Integer>>> one = CompletableFuture.supplyAsync(() -> watch(first));
            CompletableFuture<List<List<Integer>>> other = CompletableFuture.supplyAsync(() -> watch(second));
            assertThat(one.get(2, TimeUnit.MINUTES)).isEqualTo(alone(1));
            assertThat(other.get(2, TimeUnit.MINUTES)).isEqualTo(alone(2));
        }
    }

    @Test
    void aClosedVideoLeavesTheModelAndTheOthers() {
        try (LiveModel model = LiveModel.open(run, options(0))) {
            LiveVideo first = model.begin(options(1));
            try (LiveVideo second = model.begin(options(2))) {
                first.next();
                first.close();
                assertThatThrownBy(first::next)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("the video is closed");
                assertThat(watch(second)).isEqualTo(alone(2));
            }
            first.close();
        }
    }

    @Test
    void videosEndWithTheirModel(@TempDir Path temp) {
        LiveModel model = LiveModel.open(run, options(0));
        LiveVideo video = model.begin(options(1));
        video.next();
        model.close();
        model.close();
        for (Runnable call : List.<Runnable>of(
                video::next, () -> video.save(temp.resolve("state")), () -> model.begin(options(2)))) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the model is closed, and its videos with it; open it again");
        }
        assertThat(video.frames()).isEqualTo(1);
        video.close();
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void closingAModelFreesItAndItsVideos() {
        try (LiveModel model = LiveModel.open(run, options(0))) {
            NativeObjects.requireNothingLeft(() -> {
                try (LiveVideo video = model.begin(options(1))) {
                    video.next();
                    video.next("left");
                }
            });
        }
        assertThat(NativeObjects.leftBy(1, 5, () -> {
                    LiveModel model = LiveModel.open(run, options(0));
                    model.begin(options(1)).next();
                    model.begin(options(2)).next();
                    model.close();
                }))
                .as("objects left by 5 models with videos that nobody closed")
                .isLessThan(5 * 3L); // a device each, which is left to the collector
    }

    @Test
    void settingsAndDeviceOfTheModelCannotBeSetForAVideo() {
        try (LiveModel model = LiveModel.open(run, options(0).with("sampling.steps=3"))) {
            assertThatThrownBy(() -> model.begin(options(1).with("sampling.steps=2")))
                    .isInstanceOf(UserException.class)
                    .hasMessage("settings and device are chosen for all videos of a model; open the model with"
                            + " sampling.steps=2");
            assertThatThrownBy(() -> model.begin(options(1).withDevice("cuda:3")))
                    .isInstanceOf(UserException.class)
                    .hasMessageEndingWith("open the model with the device cuda:3");
            model.begin(options(1).with("sampling.steps=3")).next();
        }
    }
}
