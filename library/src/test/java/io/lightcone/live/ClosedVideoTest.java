// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.RollOut;
import io.lightcone.model.Conditions;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.Devices;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.NativeObjects;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that calls on something that is closed are refused with a message, and allocate no memory. */
class ClosedVideoTest {
    private static Path run = Path.of("");

    private final Path folder;

    ClosedVideoTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    static void train(@TempDir Path temp) throws InterruptedException {
        run = SteeredRun.train(temp.resolve("run"));
    }

    private static TrainedModel model() {
        return TrainedModel.open(run, Devices.resolve("cpu"), List.of());
    }

    private static VideoInProgress begin(TrainedModel model) {
        VideoInProgress.Request request = new VideoInProgress.Request(0, 1, Conditions.NULL, List.of(), 10);
        return VideoInProgress.begin(model, request, null, DenoisingPlan.ENDLESS);
    }

    private static void refused(Map<String, ThrowingCallable> calls, String sentence) {
        calls.forEach((name, call) -> assertThatThrownBy(call)
                .as(name)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(sentence));
    }

    @Test
    void aClosedLiveVideoRefusesCalls() {
        LiveVideo video = LiveVideo.open(run, LiveOptions.defaults().withDevice("cpu"));
        video.next("left");
        video.close();
        NativeObjects.requireNothingLeft(() -> refused(
                Map.of(
                        "next",
                        video::next,
                        "next after an action",
                        () -> video.next("left"),
                        "waiting",
                        video::waiting,
                        "save",
                        () -> video.save(folder.resolve("state"))),
                "the video is closed; begin another, or resume what was saved of it"));
        assertThat(folder).isEmptyDirectory();
        assertThat(video.frames()).isEqualTo(1);
        assertThat(video.actions()).contains("left");
        assertThat(video.lastAction()).isEqualTo("left");
        assertThat(video.framesPerSecond()).isPositive();
        assertThatCode(video::close).doesNotThrowAnyException();
    }

    @Test
    void aClosedVideoInProgressRefusesCalls() {
        List<Clip> frame = List.of(new Clip("a frame", 1, 1, 1, 1, new byte[1]));
        try (TrainedModel model = model()) {
            VideoInProgress video = begin(model);
            video.next();
            video.close();
            NativeObjects.requireNothingLeft(() -> refused(
                    Map.of(
                            "next", video::next,
                            "setActions", () -> video.setActions(List.of(0)),
                            "putBack", () -> video.putBack(frame),
                            "save", () -> video.save(folder.resolve("state"))),
                    "the video is closed; begin another, or resume what was saved of it"));
            assertThat(video.handed()).isEqualTo(1);
            assertThatCode(video::close).doesNotThrowAnyException();
        }
    }

    @Test
    void aClosedRollOutRefusesCalls() {
        try (TrainedModel model = model();
                Tensor frame = Scopes.unscoped(() -> Tensors.of(new float[1], 1))) {
            RollOut rollOut = rollOut(model);
            Scopes.run(rollOut::next);
            rollOut.close();
            refused(
                    Map.of(
                            "next", rollOut::next,
                            "putBack", () -> rollOut.putBack(frame),
                            "save", () -> rollOut.save(Snapshot.empty())),
                    "the roll-out is closed, so it makes no more frames");
            assertThatCode(rollOut::close).doesNotThrowAnyException();
        }
    }

    private static RollOut rollOut(TrainedModel model) {
        RollOut[] begun = new RollOut[1];
        Scopes.run(() -> begun[0] = model.rollOut(
                model.config().sampling().plan(DenoisingPlan.ENDLESS, 0),
                new io.lightcone.generation.Noise(
                        new io.lightcone.tensor.RandomStreams(0), List.of(0), model.frameShape(), model.device()),
                null));
        return begun[0];
    }

    @Test
    void videosOfAClosedModelRefuseCalls() {
        TrainedModel model = model();
        try (VideoInProgress video = begin(model);
                RollOut rollOut = rollOut(model)) {
            video.next();
            Scopes.run(rollOut::next);
            model.close();
            refused(
                    Map.of(
                            "a video that goes on", video::next,
                            "a roll-out that goes on", () -> Scopes.run(rollOut::next),
                            "a new video", () -> begin(model),
                            "a new roll-out", () -> rollOut(model)),
                    "the model is closed");
        }
        assertThatCode(model::close).doesNotThrowAnyException();
    }

    /**
     * Closes the video from another thread, as when a viewer goes away: every frame is whole, or refused with a
     * message.
     */
    @RepeatedTest(5)
    void closingWhileAFrameIsGeneratedLeavesNoHalfFrame() throws Exception {
        LiveVideo video = LiveVideo.open(run, LiveOptions.defaults().withDevice("cpu"));
        CountDownLatch watched = new CountDownLatch(3);
        CompletableFuture<Void> watching = CompletableFuture.runAsync(() -> {
            while (true) {
                assertThat(video.next().getWidth()).isEqualTo(16);
                watched.countDown();
            }
        });
        assertThat(watched.await(1, TimeUnit.MINUTES)).isTrue();
        video.close();
        assertThatThrownBy(() -> watching.get(1, TimeUnit.MINUTES))
                .hasCauseExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the video is closed");
    }
}
