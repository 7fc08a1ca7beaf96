// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.config.Kinds;
import io.lightcone.diffusion.LevelDistribution;
import io.lightcone.diffusion.LevelsConfig;
import io.lightcone.diffusion.LevelsConfig.Distribution;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.RandomStreams;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The levels that training gives the frames of a clip.
 *
 * @param exact by the mathematics
 * @param sampled as counted in {@code clips} clips
 * @param seed of these clips
 */
public record LevelsView(
        LevelsConfig config, LevelDistribution exact, LevelDistribution sampled, int clips, long seed) {
    public static LevelsView of(LevelsConfig config, int frames, int timesteps, int clips, long seed) {
        RandomStream random = new RandomStreams(seed).tensors("levels", 0, 0);
        return new LevelsView(
                config,
                LevelDistribution.of(config, frames, timesteps),
                LevelDistribution.sampled(config, frames, timesteps, clips, random),
                clips,
                seed);
    }

    /** What draws the levels, in words. */
    String title() {
        String order = switch (kind()) {
            case "fopp" -> "FoPP" + warped();
            case "monotone" -> "Monotone sequences, all equally likely" + warped();
            case "independent" -> "Independent levels, " + distribution();
            default -> "Synchronous levels, " + distribution();
        };
        return order + ", " + Units.counted(exact.timesteps(), "time step") + ", "
                + Units.counted(exact.frames(), "frame") + clean();
    }

    private String kind() {
        return Kinds.name(config.getClass());
    }

    private String warped() {
        return config.distribution() == Distribution.UNIFORM ? "" : ", warped to " + distribution();
    }

    private String distribution() {
        return config.distribution() == Distribution.UNIFORM ? "uniform" : "logit-normal with mean " + config.mean();
    }

    private String clean() {
        if (config.clean() == 0) {
            return "";
        }
        String which = switch (config.cleanFrames()) {
            case ANY -> "each frame";
            case FIRST -> "the first few frames";
        };
        return "; " + which + " clean with probability " + config.clean();
    }

    String sampling() {
        return Units.counted(clips, "sampled clip") + ", seed " + seed;
    }

    boolean hasClean() {
        return config.clean() > 0;
    }

    public Json json() {
        Json json = new Json().put("sampler", kind());
        json.put("distribution", EnumNames.of(config.distribution())).put("mean", config.mean());
        json.put("frames", exact.frames()).put("timesteps", exact.timesteps());
        put(json, exact);
        return json.put("sampled", put(new Json().put("count", clips).put("seed", seed), sampled));
    }

    private static Json put(Json json, LevelDistribution levels) {
        return json.put("marginals", levels.marginals())
                .put("means", finite(levels.means()))
                .put("deviations", finite(levels.deviations()))
                .put("clean", levels.clean());
    }

    /** JSON knows no NaN: null for a frame that never had noise. */
    private static List<@Nullable Double> finite(double... values) {
        return Arrays.stream(values)
                .<@Nullable Double>mapToObj(value -> Double.isNaN(value) ? null : (Double) value)
                .toList();
    }
}
