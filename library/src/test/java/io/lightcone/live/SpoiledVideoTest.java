// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that frames that are not finite are reported instead of shown. */
class SpoiledVideoTest {
    private static final int LEFT = 1;

    private static Path run = Path.of("");

    @BeforeAll
    static void train(@TempDir Path temp) throws InterruptedException {
        run = SteeredRun.train(temp.resolve("run"));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void weightsThatAreNotFiniteGenerateNoVideo(float value, @TempDir Path temp) throws IOException {
        Path spoiled = SpoiledRun.of(run, temp.resolve("spoiled"), "", -1, value);
        try (LiveVideo video = LiveVideo.open(spoiled, LiveOptions.defaults().withDevice("cpu"))) {
            assertThatThrownBy(video::next)
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("frame 0 (from 0) is not made of finite numbers");
            assertThat(video.frames()).isZero();
        }
    }

    @Test
    void aVideoThatDivergesEndsThereUnlessItGoesBack(@TempDir Path temp) throws IOException {
        Path spoiled = SpoiledRun.of(run, temp.resolve("spoiled"), "action", LEFT, Float.NaN);
        try (LiveVideo video = LiveVideo.open(
                spoiled, LiveOptions.defaults().withDevice("cpu").with("sampling.order=FRAME_BY_FRAME"))) {
            video.next("stay");
            video.next("stay");
            try (LiveState state = video.state()) {
                assertThatThrownBy(() -> video.next("left"))
                        .isInstanceOf(UserException.class)
                        .hasMessageStartingWith("frame 2 (from 0) is not made of finite numbers");
                assertThat(video.frames()).isEqualTo(2);
                assertThatThrownBy(() -> video.next("stay")).isInstanceOf(IllegalStateException.class);
                video.restore(state);
                video.next("stay");
                assertThat(video.frames()).isEqualTo(3);
            }
        }
    }
}
