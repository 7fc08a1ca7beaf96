// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.UserException;
import io.lightcone.run.RunConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An experiment on noise levels: which levels should training draw, and in which order should generation remove noise?
 * The same model learns moving digits with independent levels, with FoPP's, and with one level for all frames, each for
 * as long. Each then generates in AR-Diffusion's orders, from all frames together to one by one, with its past frames
 * shown as they are and with a little noise. Independent and synchronous levels have the distribution that the preset
 * was tuned with, so they are no easy rivals for FoPP's, which is also trained with clean past frames, as continuations
 * have them, and with its time steps warped to that distribution.
 */
public final class LevelsExperiment {
    private static final String PRESET = "msc-demo";
    private static final int STEPS = 20;
    private static final int GAP = 5;
    private static final double[] CONTEXTS = {0, 0.1};
    private static final Map<String, List<String>> LEVELS = levels();

    private LevelsExperiment() {}

    private static Map<String, List<String>> levels() {
        Map<String, List<String>> levels = new LinkedHashMap<>();
        levels.put("independent", List.of("training.levels.kind=independent"));
        List<String> fopp = List.of("training.levels.kind=fopp", "training.levels.distribution=uniform");
        List<String> clean = List.of("training.levels.clean=0.8", "training.levels.cleanFrames=FIRST");
        levels.put("fopp", fopp);
        levels.put("fopp-clean", both(fopp, clean));
        levels.put("fopp-clean-warped", both(List.of("training.levels.kind=fopp"), clean));
        levels.put("synchronous", List.of("training.levels.kind=synchronous"));
        return levels;
    }

    private static List<String> both(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    /**
     * Lists the models that the experiment trains.
     *
     * @param minutes minutes to train each
     * @param settings settings applied to all of them
     * @throws UserException if they make another experiment of it, or one that could not be measured
     */
    public static List<CandidateModel> candidates(double minutes, List<String> settings) {
        List<CandidateModel> candidates = new ArrayList<>();
        LEVELS.forEach((name, levels) -> {
            List<String> all = new ArrayList<>(List.of("training.minutes=" + minutes, "sampling.steps=" + STEPS));
            all.addAll(levels);
            all.addAll(settings);
            candidates.add(DigitsCandidates.candidate(name, PRESET, all, LevelsExperiment::variants));
        });
        return candidates;
    }

    /**
     * Lists how each candidate generates. Frames that go all together do so in blocks that fill what the model sees
     * behind the given ones, or there would be no long run.
     */
    private static List<SamplingVariant> variants(RunConfig config) {
        int steps = config.sampling().steps();
        int block = Math.max(
                1,
                config.latentFrames()
                        - config.latents().frames(config.sampling().given()));
        Set<Integer> gaps = new LinkedHashSet<>(List.of(Math.min(GAP, steps), steps));
        List<SamplingVariant> variants = new ArrayList<>();
        for (double context : CONTEXTS) {
            variants.add(SamplingVariant.of(
                    "s = 0 in blocks of " + block,
                    context,
                    "sampling.order=frame_by_frame",
                    "sampling.block=" + block));
            for (int gap : gaps) {
                String order = gap == steps ? "s = N = " + steps : "s = " + gap;
                variants.add(SamplingVariant.of(order, context, "sampling.order=ad", "sampling.gap=" + gap));
            }
        }
        return variants;
    }
}
