// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.model.Conditions;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.Devices;
import io.lightcone.testing.Distance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VideoInProgressTest {
    private static final int SEVEN = 7;

    private static Path run = Path.of("");

    @BeforeAll
    static void train(@TempDir Path temp) throws InterruptedException {
        run = SteeredRun.train(temp.resolve("run"));
    }

    private static TrainedModel model(String... settings) {
        return TrainedModel.open(run, Devices.resolve("cpu"), List.of(settings));
    }

    /** Actions set between frames change no finished frame, nor what is remembered of it: they reach the next block. */
    @ParameterizedTest
    @ValueSource(strings = {"sampling.cache=true", "sampling.cache=false", "sampling.memory.reanchor=3"})
    void actionsBetweenFramesReachTheNextBlock(String remembering) {
        try (TrainedModel model = model("sampling.block=2", remembering)) {
            List<byte[]> known = steer(model, List.of(1, 1, 3, 3, 0, 0, 4, 4), List.of());
            List<byte[]> steered = steer(model, List.of(), List.of(1, 2, 3, 4, 0, 1, 4, 0));
            List<byte[]> other = steer(model, List.of(), List.of(1, 2, 4, 4, 0, 1, 4, 0));
            for (int f = 0; f < known.size(); f++) {
                assertThat(steered.get(f)).as("frame %d", f).isEqualTo(known.get(f));
            }
            assertThat(other.get(1)).isEqualTo(known.get(1));
            assertThat(Distance.between(other.get(2), known.get(2))).isGreaterThan(0.05 * 255 / 2);
        }
    }

    /** Returns the pictures of a video for which some actions are set beforehand, and one before each frame. */
    private static List<byte[]> steer(TrainedModel model, List<Integer> before, List<Integer> between) {
        List<byte[]> frames = new ArrayList<>();
        VideoInProgress.Request request = new VideoInProgress.Request(1, 1, SEVEN, before, 10);
        try (VideoInProgress video = VideoInProgress.begin(model, request, null, DenoisingPlan.ENDLESS)) {
            for (int f = 0; f < 8; f++) {
                if (!between.isEmpty()) {
                    video.setActions(List.of(between.get(f)));
                }
                frames.add(video.next().get(0).pixels());
            }
            assertThat(video.handed()).isEqualTo(8);
        }
        return frames;
    }

    /** A video that was begun with an end omits what only later frames would need. */
    @Test
    void aVideoWithAnEndCannotBeSaved(@TempDir Path temp) {
        VideoInProgress.Request request = new VideoInProgress.Request(0, 1, Conditions.NULL, List.of(), 10);
        try (TrainedModel model = model();
                VideoInProgress video = VideoInProgress.begin(model, request, null, 3)) {
            video.next();
            assertThatThrownBy(() -> video.save(temp.resolve("state"))).isInstanceOf(IllegalStateException.class);
        }
    }
}
