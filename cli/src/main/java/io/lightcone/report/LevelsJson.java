// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.lightcone.diffusion.LevelDistribution;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of the noise levels of training: exact ones, and those that were counted in sampled clips. */
public final class LevelsJson {
    private LevelsJson() {}

    private record LevelsViewJson(
            String sampler,
            String distribution,
            double mean,
            int frames,
            int timesteps,
            @JsonUnwrapped DistributionJson exact,
            SampleJson sampled) {}

    private record SampleJson(
            int count, long seed, @JsonUnwrapped DistributionJson levels) {}

    /**
     * The distribution of each frame's level.
     *
     * @param marginals for each frame the probability of each time step
     * @param means for each frame the mean time step, null where it never has noise: JSON knows no NaN
     * @param deviations for each frame the standard deviation, null where it never has noise
     * @param clean for each frame the probability of no noise
     */
    @SuppressWarnings("ArrayRecordComponent") // numbers by the million, which are not boxed
    private record DistributionJson(
            double[][] marginals, List<@Nullable Double> means, List<@Nullable Double> deviations, double[] clean) {
        static DistributionJson of(LevelDistribution levels) {
            return new DistributionJson(
                    levels.marginals(), finite(levels.means()), finite(levels.deviations()), levels.clean());
        }

        private static List<@Nullable Double> finite(double... values) {
            return Arrays.stream(values)
                    .<@Nullable Double>mapToObj(value -> Double.isNaN(value) ? null : (Double) value)
                    .toList();
        }
    }

    /** Returns the levels as JSON. */
    public static String of(LevelsView view) {
        return JsonOutput.of(new LevelsViewJson(
                view.kind(),
                EnumNames.of(view.config().distribution()),
                view.config().mean(),
                view.exact().frames(),
                view.exact().timesteps(),
                DistributionJson.of(view.exact()),
                new SampleJson(view.clips(), view.seed(), DistributionJson.of(view.sampled()))));
    }
}
