// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.codec.Codec;
import io.lightcone.codec.CodecConfig;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.diffusion.Solver;
import io.lightcone.evaluation.Continuation.Score;
import io.lightcone.generation.ClipDenoiser;
import io.lightcone.generation.GuidanceConfig;
import io.lightcone.generation.Sampler;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.generation.VideoGenerator;
import io.lightcone.generation.WindowDenoiser;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.junit.jupiter.api.Test;

class ContinuationTest {
    private static Clip constant(int frames, int... values) {
        byte[] pixels = new byte[frames * 4];
        for (int f = 0; f < frames; f++) {
            Arrays.fill(pixels, f * 4, f * 4 + 4, (byte) values[f % values.length]);
        }
        return new Clip("constant", frames, 2, 2, 1, pixels);
    }

    @Test
    void aTenthOfTheRangeIsTwentyDecibels() {
        Clip a = constant(1, 100);
        byte[] off = new byte[4];
        Arrays.fill(off, (byte) (100 + 25.5));
        Clip b = new Clip("off", 1, 2, 2, 1, off);
        assertThat(Psnr.of(a, 0, b, 0)).isCloseTo(20.2, Offset.offset(0.1));
        assertThat(Psnr.of(a, 0, a, 0)).isEqualTo(100);
    }

    @Test
    void scoresStandBesideRepeatingTheLastGivenFrame() {
        Clip truth = constant(4, 0, 0, 51, 102);
        Clip perfect = truth;
        Score score = Score.of(List.of(truth), List.of(perfect), 2);
        assertThat(score.model()).containsExactly(100.0, 100.0);
        assertThat(score.repeatLast().get(0)).isCloseTo(-20 * Math.log10(0.2), Offset.offset(1e-9));
        assertThat(score.repeatLast(2))
                .isCloseTo((-20 * Math.log10(0.2) - 20 * Math.log10(0.4)) / 2, Offset.offset(1e-9));
    }

    /** A denoiser that knows the truth brings it back, behind given frames that stay as they were. */
    @Test
    void clipsAreContinuedBehindTheirGivenFrames() {
        Codec codec = CodecConfig.pixels().open(1, new Device("cpu"));
        SamplingConfig sampling = SamplingConfig.frameByFrame(3, 0.1, 2);
        VideoGenerator oracle = generator(
                sampling,
                (first, x, level, step) ->
                        x.sub(new Scalar(1.0)).div(level.view(level.size(0), level.size(1), 1, 1, 1)));
        List<Clip> clips = List.of(constant(5, 7, 8, 9), constant(5, 1));
        List<Clip> continued =
                new Continuation(batch -> oracle, codec, sampling, 2).of(clips, new RandomStreams(1), () -> {});
        assertThat(continued).hasSize(2);
        assertThat(continued.get(0).slice(0, 2).pixels())
                .isEqualTo(clips.get(0).slice(0, 2).pixels());
        assertThat(continued.get(1).slice(2, 3).pixels()).containsOnly((byte) 255);
    }

    private static VideoGenerator generator(SamplingConfig sampling, ClipDenoiser denoiser) {
        Sampler sampler = new Sampler(
                DiffusionConfig.flow().diffusion(),
                Solver.EULER.stepper(0),
                sampling.context(),
                GuidanceConfig.none(),
                1);
        return (plan, noise, given) -> sampler.rollOut(
                plan, () -> new WindowDenoiser(denoiser, 3), () -> new WindowDenoiser(denoiser, 3), noise, given);
    }

    /** No pixel of the frames to be predicted reaches what is generated. */
    @Test
    void theTruthDoesNotLeak() {
        SamplingConfig sampling = SamplingConfig.frameByFrame(3, 0.1, 2);
        VideoGenerator repeats =
                generator(sampling, (first, x, level, step) -> x.narrow(1, 0, 1).expand_as(x));
        Continuation continuation =
                new Continuation(batch -> repeats, CodecConfig.pixels().open(1, new Device("cpu")), sampling, 2);
        List<Clip> clips = List.of(constant(5, 7, 8, 9));
        List<Clip> others = List.of(constant(5, 7, 8, 200));
        assertThat(others.get(0).slice(0, 2).pixels())
                .isEqualTo(clips.get(0).slice(0, 2).pixels());
        assertThat(continuation
                        .of(others, new RandomStreams(1), () -> {})
                        .get(0)
                        .pixels())
                .isEqualTo(continuation
                        .of(clips, new RandomStreams(1), () -> {})
                        .get(0)
                        .pixels());
        assertThat(continuation
                        .of(List.of(constant(5, 200, 8, 9)), new RandomStreams(1), () -> {})
                        .get(0)
                        .pixels())
                .as("but the given frames do")
                .isNotEqualTo(continuation
                        .of(clips, new RandomStreams(1), () -> {})
                        .get(0)
                        .pixels());
    }
}
