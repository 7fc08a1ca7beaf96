// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.model.Conditions;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.Devices;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.Distance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.global.torch.ScalarType;
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

    /** What a video showed, and what it remembers at the end, by name. */
    private record Seen(List<byte[]> frames, Map<String, float[]> remembered) {}

    /** What is told between frames changes none that is finished, nor what is known of it later: it reaches the next block. */
    @ParameterizedTest
    @ValueSource(strings = {"sampling.cache=true", "sampling.cache=false", "sampling.memory.reanchor=3"})
    void actionsBetweenFramesReachTheNextBlock(String remembering, @TempDir Path temp) {
        try (TrainedModel model = model("sampling.block=2", remembering)) {
            Path state = temp.resolve("state");
            Seen told = steer(model, List.of(1, 1, 3, 3, 0, 0, 4, 4), List.of(), state);
            Seen steered = steer(model, List.of(), List.of(1, 2, 3, 4, 0, 1, 4, 0), state);
            Seen other = steer(model, List.of(), List.of(1, 2, 4, 4, 0, 1, 4, 0), state);
            for (int f = 0; f < told.frames.size(); f++) {
                assertThat(steered.frames.get(f)).as("frame %d", f).isEqualTo(told.frames.get(f));
            }
            assertThat(steered.remembered).hasSizeGreaterThan(2).containsOnlyKeys(told.remembered.keySet());
            told.remembered.forEach((name, values) ->
                    assertThat(steered.remembered.get(name)).as(name).isEqualTo(values));
            assertThat(other.frames.get(1)).isEqualTo(told.frames.get(1));
            assertThat(Distance.between(other.frames.get(2), told.frames.get(2)))
                    .isGreaterThan(0.05 * 255 / 2);
        }
    }

    /** A video that is told some actions beforehand, and one before each frame. */
    private static Seen steer(TrainedModel model, List<Integer> before, List<Integer> between, Path state) {
        List<byte[]> frames = new ArrayList<>();
        VideoInProgress.Told told = new VideoInProgress.Told(1, 1, SEVEN, before, 10);
        try (VideoInProgress video = VideoInProgress.begin(model, told, null, DenoisingPlan.ENDLESS)) {
            for (int f = 0; f < 8; f++) {
                if (!between.isEmpty()) {
                    video.act(List.of(between.get(f)));
                }
                frames.add(video.next().get(0).pixels());
            }
            assertThat(video.handed()).isEqualTo(8);
            video.save(state);
        }
        Map<String, float[]> remembered = new TreeMap<>();
        Scopes.run(() -> SavedVideo.read(state).snapshot().tensors().forEach((name, tensor) -> {
            if (!name.equals("actions")) {
                remembered.put(name, Tensors.floats(tensor.to(ScalarType.Float)));
            }
        }));
        return new Seen(frames, remembered);
    }

    /** What is begun with an end leaves out what only later frames would ask for. */
    @Test
    void aVideoWithAnEndIsNotPutDown(@TempDir Path temp) {
        VideoInProgress.Told told = new VideoInProgress.Told(0, 1, Conditions.NULL, List.of(), 10);
        try (TrainedModel model = model();
                VideoInProgress video = VideoInProgress.begin(model, told, null, 3)) {
            video.next();
            assertThatThrownBy(() -> video.save(temp.resolve("state"))).isInstanceOf(IllegalStateException.class);
        }
    }
}
