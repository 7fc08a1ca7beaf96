// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.diffusion.LevelsConfig.CleanFrames;
import io.lightcone.diffusion.LevelsConfig.Distribution;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the level samplers: their distributions, their randomness, and their clean frames. */
class LevelsTest {
    /** The kinds of levels, so that one test tries them all. */
    enum LevelKind {
        INDEPENDENT,
        SYNCHRONOUS,
        FOPP,
        MONOTONE;

        LevelsConfig of(Distribution distribution, double mean, int timesteps, double clean, CleanFrames which) {
            return switch (this) {
                case INDEPENDENT -> new LevelsConfig.Independent(distribution, mean, clean, which);
                case SYNCHRONOUS -> new LevelsConfig.Synchronous(distribution, mean, clean, which);
                case FOPP -> new LevelsConfig.Fopp(distribution, mean, timesteps, clean, which);
                case MONOTONE -> new LevelsConfig.Monotone(distribution, mean, timesteps, clean, which);
            };
        }
    }

    private static LevelsConfig config(LevelKind kind, double clean, CleanFrames which) {
        return kind.of(Distribution.UNIFORM, 0, 1000, clean, which);
    }

    private static LevelsConfig logitNormal(LevelKind kind, double mean, int timesteps) {
        return kind.of(Distribution.LOGIT_NORMAL, mean, timesteps, 0, CleanFrames.ANY);
    }

    private static RandomStream random(long seed) {
        return new RandomStreams(seed).tensors("levels", 0, 0);
    }

    private static float[] sample(LevelsConfig config, int batch, int frames, long seed) {
        float[][] levels = new float[1][];
        Scopes.run(() -> {
            Levels sample = config.sampler().sample(batch, frames, random(seed));
            assertThat(new int[] {sample.clips(), sample.frames()}).containsExactly(batch, frames);
            Tensor sample_BT = tensor(sample);
            assertThat(sample_BT.sizes().vec().get()).containsExactly(batch, frames);
            assertThat(Tensors.type(sample_BT)).isEqualTo(torch.ScalarType.Float);
            levels[0] = Tensors.floats(sample_BT);
            assertThat(Tensors.doubles(sample_BT)).as("rounded to float32").containsExactly(sample.flat());
        });
        return levels[0];
    }

    private static Tensor tensor(Levels levels) {
        return levels.tensor(new Device("cpu"), torch.ScalarType.Float);
    }

    private static LevelDistribution sampled(LevelsConfig config, int frames, int timesteps, int clips) {
        LevelDistribution[] sampled = new LevelDistribution[1];
        Scopes.run(() -> sampled[0] = LevelDistribution.sampled(config, frames, timesteps, clips, random(5)));
        return sampled[0];
    }

    @Test
    void levelsHaveTheDistributionsTheyAreNamedAfter() {
        Scopes.run(() -> {
            RandomStream random = random(1);
            Tensor uniform = tensor(
                    LevelsConfig.independent(Distribution.UNIFORM, 0).sampler().sample(2_000, 8, random));
            assertThat(uniform.mean().item_double()).isCloseTo(0.5, Offset.offset(0.01));
            assertThat(uniform.var().item_double()).isCloseTo(1.0 / 12, Offset.offset(0.003));
            Tensor logit = tensor(LevelsConfig.independent(Distribution.LOGIT_NORMAL, 0.5)
                            .sampler()
                            .sample(2_000, 8, random))
                    .logit();
            assertThat(logit.mean().item_double()).isCloseTo(0.5, Offset.offset(0.03));
            assertThat(logit.var().item_double()).isCloseTo(1, Offset.offset(0.04));
            Tensor first = uniform.select(1, 0).sub(new Scalar(0.5));
            Tensor second = uniform.select(1, 1).sub(new Scalar(0.5));
            assertThat(first.mul(second).mean().item_double())
                    .as("frames are independent")
                    .isCloseTo(0, Offset.offset(0.008));
        });
    }

    /** Independent levels are one draw for the whole batch: what a seed gives does not depend on how they are drawn. */
    @Test
    void independentLevelsAreOneDrawForTheBatch() {
        Scopes.run(() -> {
            Tensor uniform = tensor(
                    LevelsConfig.independent(Distribution.UNIFORM, 0).sampler().sample(3, 5, random(7)));
            assertThat(torch.equal(uniform, random(7).uniform(3, 5))).isTrue();
            Tensor logitNormal = tensor(LevelsConfig.independent(Distribution.LOGIT_NORMAL, 0.5)
                    .sampler()
                    .sample(3, 5, random(7)));
            Tensor normal = random(7).normal(3, 5);
            assertThat(torch.equal(logitNormal, normal.add(new Scalar(0.5)).sigmoid()))
                    .isTrue();
        });
    }

    /** The levels of a clip do not depend on the clips beside it. */
    @ParameterizedTest
    @EnumSource(LevelKind.class)
    void clipsDrawFromStreamsOfTheirOwn(LevelKind kind) {
        LevelSampler sampler = config(kind, 0.5, CleanFrames.ANY).sampler();
        Scopes.run(() -> {
            Levels together = sampler.sample(6, new RandomStreams(3).batch("levels", 2, 5, 6, 9));
            Levels alone = sampler.sample(6, new RandomStreams(3).batch("levels", 2, 9));
            assertThat(together.clips()).isEqualTo(3);
            assertThat(together.ofClip(2)).containsExactly(alone.ofClip(0));
            assertThat(together.ofClip(1)).isNotEqualTo(alone.ofClip(0));
        });
    }

    @Test
    void synchronousFramesHaveOneLevel() {
        float[] levels = sample(logitNormal(LevelKind.SYNCHRONOUS, 1, 1000), 50, 6, 3);
        float[] single = sample(logitNormal(LevelKind.INDEPENDENT, 1, 1000), 50, 1, 3);
        for (int i = 0; i < levels.length; i++) {
            assertThat(levels[i]).isEqualTo(single[i / 6]);
        }
    }

    @ParameterizedTest
    @EnumSource(LevelKind.class)
    void aSeedGivesTheSameLevelsAndClipsDiffer(LevelKind kind) {
        for (LevelsConfig config :
                new LevelsConfig[] {config(kind, 0, CleanFrames.ANY), config(kind, 0.5, CleanFrames.FIRST)}) {
            float[] levels = sample(config, 6, 8, 11);
            assertThat(sample(config, 6, 8, 11)).containsExactly(levels);
            assertThat(sample(config, 6, 8, 12)).isNotEqualTo(levels);
            long clips = IntStream.range(0, 6)
                    .mapToObj(b -> Arrays.toString(Arrays.copyOfRange(levels, 8 * b, 8 * b + 8)))
                    .distinct()
                    .count();
            assertThat(clips).isEqualTo(6);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FOPP", "MONOTONE"})
    void monotoneLevelsAreTimeStepsThatNeverFall(LevelKind kind) {
        for (int[] size : new int[][] {{200, 16, 1000}, {20, 512, 1000}, {40, 1, 10}, {40, 7, 1}, {10, 5, 1_000_000}}) {
            int frames = size[1];
            LevelsConfig config = kind.of(Distribution.UNIFORM, 0, size[2], 0, CleanFrames.ANY);
            float[] levels = sample(config, size[0], frames, 1);
            for (int i = 0; i < levels.length; i++) {
                assertThat(levels[i]).isGreaterThan(0).isLessThanOrEqualTo(1);
                assertThat(levels[i]).isEqualTo((float) (Math.rint((double) levels[i] * size[2]) / size[2]));
                if (i % frames > 0) {
                    assertThat(levels[i]).isGreaterThanOrEqualTo(levels[i - 1]);
                }
            }
        }
    }

    /** Warped steps leave no level out, not even below the end of the first step or above the start of the last. */
    @ParameterizedTest
    @EnumSource(
            value = LevelKind.class,
            names = {"FOPP", "MONOTONE"})
    void warpedLevelsNeverFallAndHaveNoGaps(LevelKind kind) {
        int frames = 6;
        LevelsConfig config = kind.of(Distribution.LOGIT_NORMAL, 0.5, 10, 0, CleanFrames.ANY);
        float[] levels = sample(config, 4_000, frames, 1);
        double firstStepEnds = 0.314; // sigmoid(0.5 + Phi^-1(0.1))
        double lastStepBegins = 0.856; // sigmoid(0.5 + Phi^-1(0.9))
        float[] sorted = levels.clone();
        Arrays.sort(sorted);
        assertThat(sorted[0]).isBetween(0f, 0.1f);
        assertThat(sorted[sorted.length - 1]).isBetween(0.95f, 1f);
        for (int i = 1; i < sorted.length; i++) {
            boolean inner = sorted[i] > 0.1 && sorted[i] < 0.95;
            assertThat(inner && sorted[i] - sorted[i - 1] > 0.02)
                    .as("a gap at %f", sorted[i])
                    .isFalse();
        }
        assertThat(sorted[sorted.length / 20]).as("many lie there").isLessThan((float) firstStepEnds);
        assertThat(sorted[sorted.length - sorted.length / 20]).isGreaterThan((float) lastStepBegins);
        for (int i = 0; i < levels.length; i++) {
            assertThat(i % frames == 0 || levels[i] >= levels[i - 1]).isTrue();
        }
    }

    /**
     * Samples of each frame pass Pearson's test against the exact distribution, over the steps that are frequent
     * enough.
     */
    @ParameterizedTest
    @EnumSource(LevelKind.class)
    void samplesFollowTheExactDistribution(LevelKind kind) {
        int clips = 20_000;
        for (Distribution distribution : Distribution.values()) {
            for (CleanFrames which : CleanFrames.values()) {
                LevelsConfig config = kind.of(distribution, -0.7, 12, 0.3, which);
                LevelDistribution exact = LevelDistribution.of(config, 4, 12);
                LevelDistribution sampled = sampled(config, 4, 12, clips);
                for (int f = 0; f < 4; f++) {
                    assertThat(sampled.clean()[f]).isCloseTo(exact.clean()[f], Offset.offset(0.016)); // five deviations
                    assertThat(sampled.means()[f]).isCloseTo(exact.means()[f], Offset.offset(0.2));
                    assertThat(sampled.deviations()[f]).isCloseTo(exact.deviations()[f], Offset.offset(0.15));
                    double chiSquare = 0;
                    for (int t = 0; t < 12; t++) {
                        double expected = clips * exact.marginals()[f][t];
                        double difference = clips * sampled.marginals()[f][t] - expected;
                        chiSquare += difference * difference / Math.max(expected, 1);
                    }
                    assertThat(chiSquare)
                            .as("%s %s frame %d", distribution, which, f)
                            .isLessThan(45);
                }
            }
        }
    }

    @Test
    void distributionsAddUpToOne() {
        for (LevelKind kind : LevelKind.values()) {
            for (CleanFrames which : CleanFrames.values()) {
                LevelDistribution exact = LevelDistribution.of(config(kind, 0.25, which), 5, 1000);
                assertThat(exact.frames()).isEqualTo(5);
                assertThat(exact.timesteps()).isEqualTo(1000);
                for (int f = 0; f < 5; f++) {
                    assertThat(Arrays.stream(exact.marginals()[f]).sum() + exact.clean()[f])
                            .isCloseTo(1, Offset.offset(1e-12));
                }
                assertThat(exact.clean())
                        .containsExactly(
                                which == CleanFrames.ANY
                                        ? new double[] {0.25, 0.25, 0.25, 0.25, 0.25}
                                        : new double[] {0.25, 0.25 * 3 / 4, 0.25 / 2, 0.25 / 4, 0});
                assertThat(exact.means())
                        .as("of noisy frames")
                        .containsExactly(
                                LevelDistribution.of(config(kind, 0, which), 5, 1000)
                                        .means(),
                                Offset.offset(1e-9));
            }
        }
    }

    @Test
    void logitNormalLevelsHaveTheKnownProbabilitiesInBins() {
        LevelDistribution two = LevelDistribution.of(logitNormal(LevelKind.INDEPENDENT, 0, 2), 1, 2);
        assertThat(two.marginals()[0]).containsExactly(new double[] {0.5, 0.5}, Offset.offset(1e-15));
        double above = 0.6914624612740131; // Phi(0.5)
        LevelDistribution noisy = LevelDistribution.of(logitNormal(LevelKind.SYNCHRONOUS, 0.5, 2), 3, 2);
        assertThat(noisy.marginals()[2]).containsExactly(new double[] {1 - above, above}, Offset.offset(1e-15));
    }

    @Test
    void anyFrameMayBeClean() {
        float[] noisy = sample(config(LevelKind.INDEPENDENT, 0, CleanFrames.ANY), 4_000, 4, 2);
        float[] levels = sample(config(LevelKind.INDEPENDENT, 0.3, CleanFrames.ANY), 4_000, 4, 2);
        int neighbours = 0;
        for (int i = 0; i < levels.length; i++) {
            if (levels[i] != 0) {
                assertThat(levels[i]).as("others keep their level").isEqualTo(noisy[i]);
            } else if (i % 4 > 0 && levels[i - 1] == 0) {
                neighbours++;
            }
        }
        assertThat(neighbours / 12_000.0).as("independently").isCloseTo(0.09, Offset.offset(0.015));
    }

    @Test
    void theFirstFramesMayBeClean() {
        float[] noisy = sample(config(LevelKind.FOPP, 0, CleanFrames.FIRST), 8_000, 5, 2);
        float[] levels = sample(config(LevelKind.FOPP, 0.4, CleanFrames.FIRST), 8_000, 5, 2);
        int[] clips = new int[6];
        for (int clip = 0; clip < 8_000; clip++) {
            int clean = 0;
            while (clean < 5 && levels[5 * clip + clean] == 0) {
                clean++;
            }
            clips[clean]++;
            for (int i = 5 * clip + clean; i < 5 * clip + 5; i++) {
                assertThat(levels[i]).as("others keep their level").isEqualTo(noisy[i]);
            }
        }
        assertThat(clips[0] / 8_000.0).isCloseTo(0.6, Offset.offset(0.03));
        for (int clean = 1; clean <= 4; clean++) {
            assertThat(clips[clean] / 8_000.0).isCloseTo(0.1, Offset.offset(0.02));
        }
        assertThat(clips[5]).as("never all").isZero();
        assertThat(sample(config(LevelKind.FOPP, 0.9, CleanFrames.FIRST), 100, 1, 2))
                .doesNotContain(0);
    }

    @Test
    void badLevelsAreRefused() {
        assertThatThrownBy(() -> config(LevelKind.FOPP, 1, CleanFrames.ANY))
                .hasMessage("clean must be a probability from 0 to below 1, not 1.0");
        assertThatThrownBy(() -> logitNormal(LevelKind.INDEPENDENT, Double.NaN, 5))
                .hasMessage("mean must lie between -10 and 10, not NaN");
        assertThatThrownBy(() -> logitNormal(LevelKind.FOPP, 0, 0)).hasMessageContaining("between 1 and 1000000");
        assertThatThrownBy(() -> LevelDistribution.of(logitNormal(LevelKind.MONOTONE, 0, 5), 3, 6))
                .hasMessage("levels of 5 time steps are not sorted into 6");
    }
}
