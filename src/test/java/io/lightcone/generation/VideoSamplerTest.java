// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.diffusion.Denoiser;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.Euler;
import io.lightcone.diffusion.FlowMatching;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class VideoSamplerTest {
    private static final FrameShape SHAPE = new FrameShape(1, 2, 2);
    private static final double CONTEXT = 0.1;

    /** Knows that every clean frame is 0.5 everywhere: velocity = noise - x0 = (x - x0) / level. */
    private static Tensor oracle(Tensor x, Tensor level) {
        return x.sub(new Scalar(0.5)).div(level.view(level.size(0), level.size(1), 1, 1, 1));
    }

    private static VideoSampler sampler(Denoiser denoiser, int window) {
        return new VideoSampler(denoiser, new FlowMatching(), new Euler(), CONTEXT, window, new Device("cpu"));
    }

    private static List<float[]> generate(
            VideoSampler sampler,
            DenoisingPlan plan,
            List<Integer> clips,
            @org.jspecify.annotations.Nullable Tensor given) {
        List<float[]> frames = new ArrayList<>();
        Scopes.run(() -> sampler.generate(
                plan, SHAPE, clips, given, new RandomStreams(1), frame -> frames.add(Tensors.floats(frame))));
        return frames;
    }

    @Test
    void anOracleLeadsEveryFrameHomeInAnyOrder() {
        for (int gap : new int[] {0, 1, 3, 4}) {
            List<float[]> frames = generate(
                    sampler(VideoSamplerTest::oracle, 5), new DenoisingPlan(5, 0, 4, gap), List.of(0, 1), null);
            assertThat(frames).hasSize(5);
            for (float[] frame : frames) {
                for (float value : frame) {
                    assertThat(value).isCloseTo(0.5f, org.assertj.core.data.Offset.offset(1e-5f));
                }
            }
        }
    }

    @Test
    void theModelSeesTheWindowAtTheRightLevels() {
        List<String> calls = new ArrayList<>();
        Denoiser spy = (x, level) -> {
            calls.add(
                    x.size(1) + " frames at " + java.util.Arrays.toString(rounded(Tensors.floats(level.select(0, 0)))));
            return torch.zeros_like(x);
        };
        Scopes.run(() -> {
            Tensor given = torch.zeros(1, 2, 1, 2, 2);
            sampler(spy, 3)
                    .generate(
                            DenoisingPlan.frameByFrame(5, 2, 2),
                            SHAPE,
                            List.of(0),
                            given,
                            new RandomStreams(1),
                            frame -> {});
        });
        assertThat(calls)
                .containsExactly(
                        "3 frames at [0.1, 0.1, 1.0]",
                        "3 frames at [0.1, 0.1, 0.5]",
                        "3 frames at [0.1, 0.1, 1.0]",
                        "3 frames at [0.1, 0.1, 0.5]",
                        "3 frames at [0.1, 0.1, 1.0]",
                        "3 frames at [0.1, 0.1, 0.5]");
    }

    private static float[] rounded(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.round(values[i] * 100) / 100f;
        }
        return values;
    }

    @Test
    void theFirstFrameOfNothingIsSeenAlone() {
        List<Long> sizes = new ArrayList<>();
        Denoiser spy = (x, level) -> {
            sizes.add(x.size(1));
            return torch.zeros_like(x);
        };
        generate(sampler(spy, 2), DenoisingPlan.frameByFrame(4, 0, 1), List.of(0), null);
        assertThat(sizes).containsExactly(1L, 2L, 2L, 2L);
    }

    @Test
    void givenFramesAreShownScaledToTheContextLevelAndNotHandedOut() {
        List<Float> seen = new ArrayList<>();
        Denoiser spy = (x, level) -> {
            seen.add(Tensors.floats(x.select(1, 0))[0]);
            return torch.zeros_like(x);
        };
        Scopes.run(() -> {
            Tensor given = torch.ones(1, 1, 1, 2, 2);
            List<float[]> frames = generate(sampler(spy, 4), DenoisingPlan.frameByFrame(3, 1, 1), List.of(0), given);
            assertThat(frames).hasSize(2);
            assertThat(seen).containsOnly((float) (1 - CONTEXT));
            assertThat(given.min().item_double()).isEqualTo(1);
        });
    }

    @Test
    void aClipComesOutTheSameAloneAndAmongOthers() {
        Denoiser halves = (x, level) -> x.mul(new Scalar(0.5));
        DenoisingPlan plan = DenoisingPlan.frameByFrame(3, 0, 3);
        List<float[]> together = generate(sampler(halves, 3), plan, List.of(4, 7), null);
        List<float[]> alone = generate(sampler(halves, 3), plan, List.of(7), null);
        for (int f = 0; f < 3; f++) {
            assertThat(java.util.Arrays.copyOfRange(together.get(f), 4, 8)).containsExactly(alone.get(f));
        }
    }

    @Test
    void moreFramesInWorkThanTheModelSeesAreRefused() {
        assertThatThrownBy(() -> generate(
                        sampler(VideoSamplerTest::oracle, 3), new DenoisingPlan(9, 0, 10, 2), List.of(0), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the plan has 5 frames in work at once, but the model sees 3; a gap of at least 4 would do");
    }

    @Test
    void memoryDoesNotGrowWithTheLength() {
        VideoSampler sampler = sampler(VideoSamplerTest::oracle, 3);
        long[] counts = new long[2];
        Scopes.run(() -> {
            int[] number = new int[1];
            sampler.generate(
                    DenoisingPlan.frameByFrame(200, 0, 1), SHAPE, List.of(0), null, new RandomStreams(1), frame -> {
                        number[0]++;
                        if (number[0] == 50) {
                            counts[0] = Pointer.totalCount();
                        }
                        counts[1] = Pointer.totalCount();
                    });
        });
        assertThat(counts[1]).isLessThanOrEqualTo(counts[0]);
    }
}
