// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.testing.Cases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests both distributions of time steps that never fall against their definitions and against numbers computed
 * elsewhere.
 */
class MonotoneDistributionTest {
    private static final Offset<Double> EXACT = Offset.offset(1e-12);

    static List<Arguments> fourByFive() {
        return upTo(4, 5);
    }

    static List<Arguments> fiveByFive() {
        return upTo(5, 5);
    }

    static List<Arguments> fiveBySix() {
        return upTo(5, 6);
    }

    /** Returns all numbers of frames and of time steps up to these. */
    private static List<Arguments> upTo(int mostFrames, int mostTimesteps) {
        List<Arguments> all = new ArrayList<>();
        for (int frames = 1; frames <= mostFrames; frames++) {
            for (int timesteps = 1; timesteps <= mostTimesteps; timesteps++) {
                all.add(Arguments.of(frames, timesteps));
            }
        }
        return all;
    }

    /** Counts, without a formula, the monotone sequences of {@code frames} numbers in {@code from..to}. */
    private static long count(int frames, int from, int to) {
        long ways = frames == 0 ? 1 : 0;
        for (int t = from; frames > 0 && t <= to; t++) {
            ways += count(frames - 1, t, to);
        }
        return ways;
    }

    private static List<int[]> sequences(int frames, int timesteps) {
        List<int[]> all = new ArrayList<>();
        extend(new int[frames], 0, timesteps, all);
        return all;
    }

    private static void extend(int[] sequence, int frame, int timesteps, List<int[]> all) {
        if (frame == sequence.length) {
            all.add(sequence.clone());
            return;
        }
        for (int t = frame == 0 ? 0 : sequence[frame - 1]; t < timesteps; t++) {
            sequence[frame] = t;
            extend(sequence, frame + 1, timesteps, all);
        }
    }

    /**
     * Returns the probability that the chain draws a sequence: over all anchors, every step back and forth by counts.
     */
    private static double chain(int[] t, int timesteps) {
        int frames = t.length;
        double sum = 0;
        for (int anchor = 0; anchor < frames; anchor++) {
            double probability = 1.0 / frames / timesteps;
            for (int f = anchor - 1; f >= 0; f--) {
                probability *= (double) count(f, 0, t[f]) / count(f + 1, 0, t[f + 1]);
            }
            for (int f = anchor + 1; f < frames; f++) {
                int after = frames - 1 - f;
                probability *= (double) count(after, t[f], timesteps - 1) / count(after + 1, t[f - 1], timesteps - 1);
            }
            sum += probability;
        }
        return sum;
    }

    @ParameterizedTest(name = "{0} frames, {1} time steps")
    @MethodSource("fiveByFive")
    void theJointDistributionIsThatOfTheChain(int frames, int timesteps) {
        FoppDistribution fopp = new FoppDistribution(frames, timesteps);
        UniformMonotoneDistribution even = new UniformMonotoneDistribution(frames, timesteps);
        List<int[]> all = sequences(frames, timesteps);
        double[][] marginals = new double[frames][timesteps];
        double[][] evenMarginals = new double[frames][timesteps];
        double whole = 0;
        for (int[] sequence : all) {
            double probability = Math.exp(fopp.logProbability(sequence));
            assertThat(probability).isCloseTo(chain(sequence, timesteps), EXACT);
            assertThat(Math.exp(even.logProbability(sequence))).isCloseTo(1.0 / all.size(), EXACT);
            whole += probability;
            for (int f = 0; f < frames; f++) {
                marginals[f][sequence[f]] += probability;
                evenMarginals[f][sequence[f]] += 1.0 / all.size();
            }
        }
        assertThat(whole).isCloseTo(1, EXACT);
        for (int f = 0; f < frames; f++) {
            assertThat(fopp.marginals()[f]).containsExactly(marginals[f], EXACT);
            assertThat(even.marginals()[f]).containsExactly(evenMarginals[f], EXACT);
        }
    }

    @ParameterizedTest(name = "{0} frames, {1} time steps")
    @MethodSource("fiveBySix")
    void countsAreThoseOfEnumeration(int frames, int timesteps) {
        MonotoneCounts counts = new MonotoneCounts(frames, timesteps);
        Offset<Double> close = Offset.offset(1e-9);
        assertThat(Math.exp(counts.logAll())).isCloseTo((double) count(frames, 0, timesteps - 1), close);
        for (int f = 0; f < frames; f++) {
            for (int t = 0; t < timesteps; t++) {
                assertThat(Math.exp(counts.logBeginnings(t, f))).isCloseTo((double) count(f, 0, t), close);
                assertThat(Math.exp(counts.logEnds(t, f)))
                        .isCloseTo((double) count(frames - 1 - f, t, timesteps - 1), close);
                assertThat(counts.logBeginnings(t, f)).isEqualTo(counts.logEnds(timesteps - 1 - t, frames - 1 - f));
            }
        }
    }

    @Test
    void threeFramesOfThreeTimeStepsHaveTheKnownProbabilities() {
        FoppDistribution fopp = new FoppDistribution(3, 3);
        assertThat(fopp.marginals()[0]).containsExactly(new double[] {5 / 9.0, 5 / 18.0, 1 / 6.0}, EXACT);
        assertThat(fopp.marginals()[1]).containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, EXACT);
        assertThat(fopp.marginals()[2]).containsExactly(new double[] {1 / 6.0, 5 / 18.0, 5 / 9.0}, EXACT);
        assertThat(Math.exp(fopp.logProbability(0, 0, 0))).isCloseTo(1 / 6.0, EXACT);
        assertThat(Math.exp(fopp.logProbability(0, 1, 2))).isCloseTo(7 / 108.0, EXACT);
        assertThat(fopp.logProbability(0, 2, 1)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(fopp.logProbability(0, 1, 3)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(fopp.logProbability(-1, 1, 2)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThatThrownBy(() -> fopp.logProbability(0, 1))
                .hasMessage("there must be a time step for each of 3 frames, not 2");
        assertThatThrownBy(() -> new FoppDistribution(0, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Draws pass a chi-square test over all sequences, against the 0.9999 quantile by Wilson and Hilferty. */
    @ParameterizedTest(name = "{0} frames, {1} time steps")
    @MethodSource("fourByFive")
    void drawsFollowTheDistribution(int frames, int timesteps) {
        for (BiFunction<Integer, Integer, MonotoneDistribution> make :
                List.<BiFunction<Integer, Integer, MonotoneDistribution>>of(
                        FoppDistribution::new, UniformMonotoneDistribution::new)) {
            MonotoneDistribution distribution = make.apply(frames, timesteps);
            List<int[]> all = sequences(frames, timesteps);
            int draws = 20_000;
            SplittableRandom random = new SplittableRandom(1);
            int[] seen = new int[all.size()];
            for (int i = 0; i < draws; i++) {
                int[] drawn = distribution.draw(random::nextDouble);
                int place = 0;
                while (!Arrays.equals(all.get(place), drawn)) {
                    place++;
                }
                seen[place]++;
            }
            double chiSquare = 0;
            for (int i = 0; i < seen.length; i++) {
                double expected = draws * Math.exp(distribution.logProbability(all.get(i)));
                chiSquare += (seen[i] - expected) * (seen[i] - expected) / expected;
            }
            double degrees = Math.max(1, seen.length - 1);
            double root = 1 - 2 / (9 * degrees) + 3.72 * Math.sqrt(2 / (9 * degrees));
            assertThat(chiSquare).isLessThan(degrees * root * root * root);
        }
    }

    private static double mean(double[] probability, int power, double around) {
        double sum = 0;
        for (int t = 0; t < probability.length; t++) {
            sum += probability[t] * Math.pow(t - around, power);
        }
        return sum;
    }

    @Test
    void sixteenFramesOfAThousandTimeStepsHaveTheKnownMeans() {
        double[] means = {105.54, 181.82, 244.56, 299.13, 348.30, 393.82, 436.98, 478.81};
        double[][] marginals = new FoppDistribution(16, 1000).marginals();
        double[] density = new double[1000];
        for (int f = 0; f < 16; f++) {
            double mean = mean(marginals[f], 1, 0);
            assertThat(mean).isCloseTo(f < 8 ? means[f] : 999 - means[15 - f], Offset.offset(0.005));
            assertThat(Math.sqrt(mean(marginals[f], 2, mean))).isBetween(167.5, 272.0);
            assertThat(Arrays.stream(marginals[f]).sum()).isCloseTo(1, EXACT);
            for (int t = 0; t < 1000; t++) {
                density[t] += marginals[f][t] * 1000 / 16;
                assertThat(marginals[f][t]).isCloseTo(marginals[15 - f][999 - t], EXACT);
            }
        }
        assertThat(density[0]).isCloseTo(3.57, Offset.offset(0.005));
        assertThat(density[999]).isCloseTo(3.57, Offset.offset(0.005));
        assertThat(density[500]).isCloseTo(0.71, Offset.offset(0.005));
    }

    @Test
    void uniformSequencesKeepEachFrameNearItsMean() {
        double[][] marginals = new UniformMonotoneDistribution(16, 1000).marginals();
        double[] density = new double[1000];
        for (int f = 0; f < 16; f++) {
            double mean = mean(marginals[f], 1, 0);
            assertThat(mean).isCloseTo(999.0 * (f + 1) / 17, Offset.offset(1e-6));
            assertThat(Math.sqrt(mean(marginals[f], 2, mean))).isBetween(55.5, 119.0);
            for (int t = 0; t < 1000; t++) {
                density[t] += marginals[f][t] * 1000 / 16;
            }
        }
        assertThat(mean(marginals[0], 1, 0)).isCloseTo(58.8, Offset.offset(0.05));
        assertThat(mean(marginals[15], 1, 0)).isCloseTo(940.2, Offset.offset(0.05));
        assertThat(density).containsExactly(constant(1000, 1), Offset.offset(1e-9));
        assertThat(new MonotoneCounts(16, 1000).logAll() / Math.log(10)).isCloseTo(34.7312, Offset.offset(1e-3));
    }

    private static double[] constant(int count, double value) {
        double[] values = new double[count];
        Arrays.fill(values, value);
        return values;
    }

    /** The tables of counts would overflow from 310 frames on. */
    @Test
    void countsOfManyFramesDoNotOverflow() {
        FoppDistribution fopp = new FoppDistribution(512, 1000);
        UniformMonotoneDistribution even = new UniformMonotoneDistribution(512, 1000);
        for (double[][] marginals : List.of(fopp.marginals(), even.marginals())) {
            double mean = -1;
            for (double[] ofFrame : marginals) {
                assertThat(Arrays.stream(ofFrame)).allMatch(p -> p >= 0 && p <= 1);
                assertThat(Arrays.stream(ofFrame).sum()).isCloseTo(1, Offset.offset(1e-9));
                assertThat(mean(ofFrame, 1, 0)).isGreaterThan(mean);
                mean = mean(ofFrame, 1, 0);
            }
        }
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 200; i++) {
            for (MonotoneDistribution distribution : List.of(fopp, even)) {
                int[] drawn = distribution.draw(random::nextDouble);
                assertThat(drawn).isSorted().hasSize(512);
                assertThat(distribution.logProbability(drawn)).isFinite().isNegative();
            }
        }
    }

    @Test
    void oneFrameIsUniformAndOneTimeStepIsZero() {
        for (MonotoneDistribution distribution :
                List.of(new FoppDistribution(1, 1000), new UniformMonotoneDistribution(1, 1000))) {
            assertThat(distribution.marginals()[0]).containsExactly(constant(1000, 1e-3), EXACT);
            assertThat(Math.exp(distribution.logProbability(700))).isCloseTo(1e-3, EXACT);
        }
        for (MonotoneDistribution distribution :
                List.of(new FoppDistribution(9, 1), new UniformMonotoneDistribution(9, 1))) {
            assertThat(distribution.draw(() -> 0.999)).containsOnly(0);
            assertThat(distribution.logProbability(new int[9])).isCloseTo(0, EXACT);
            assertThat(distribution.marginals()[8]).containsExactly(new double[] {1}, EXACT);
        }
    }

    @Test
    void theEndsOfTheUniformNumbersStayInRange() {
        Cases.check(1000, draw -> {
            int frames = draw.between("frames", 1, 40);
            int timesteps = draw.between("timesteps", 1, 2000);
            for (double uniform : new double[] {0, Double.MIN_VALUE, 0.5, Math.nextDown(1.0)}) {
                for (MonotoneDistribution distribution : List.of(
                        new FoppDistribution(frames, timesteps), new UniformMonotoneDistribution(frames, timesteps))) {
                    int[] drawn = distribution.draw(() -> uniform);
                    assertThat(drawn).isSorted();
                    assertThat(drawn[0]).isNotNegative();
                    assertThat(drawn[frames - 1]).isLessThan(timesteps);
                }
            }
        });
    }

    /**
     * FoPP's clips, as published, teach little about continuations: few begin with several frames that are nearly
     * clean, and hardly any have much noise right behind them.
     */
    @Test
    void fewFoppClipsLookLikeAContinuation() {
        int given = 4;
        int nearlyClean = 50; // time steps of 1,000
        FoppDistribution distribution = new FoppDistribution(12, 1000);
        double begun = Arrays.stream(distribution.marginals()[given - 1], 0, nearlyClean)
                .sum();
        assertThat(begun).as("the last given frame, and so all of them").isCloseTo(0.09, Offset.offset(0.01));
        SplittableRandom random = new SplittableRandom(1);
        int clips = 100_000;
        int found = 0;
        for (int clip = 0; clip < clips; clip++) {
            int[] drawn = distribution.draw(random::nextDouble);
            found += drawn[given - 1] < nearlyClean && drawn[given] >= 500 ? 1 : 0;
        }
        assertThat(found).as("of %d clips", clips).isBetween(1, clips / 10_000);
    }
}
