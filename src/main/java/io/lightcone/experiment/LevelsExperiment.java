// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.training.ConfigReader;
import io.lightcone.training.Presets;
import io.lightcone.training.RunConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Which noise levels should training draw, and in which order should generation take noise away? The same model learns moving
 * digits with independent levels, with FoPP's and with one level for all frames, each for as long; each then generates in
 * AR-Diffusion's orders from all together to one by one, with its past as it is and with a little distrust.
 */
public final class LevelsExperiment {
    private static final String PRESET = "msc-demo";
    private static final int STEPS = 20;
    private static final int GAP = 5;
    private static final double[] CONTEXTS = {0, 0.1};

    private LevelsExperiment() {}

    /**
     * What is trained.
     *
     * @param settings over all of them
     */
    public static List<Contender> contenders(double minutes, List<String> settings) {
        return List.of(
                contender("independent", "independent", minutes, settings),
                contender("fopp", "fopp", minutes, settings),
                contender("synchronous", "synchronous", minutes, settings));
    }

    private static Contender contender(String name, String order, double minutes, List<String> settings) {
        List<String> all = new ArrayList<>(
                List.of("training.minutes=" + minutes, "training.levels.order=" + order, "sampling.steps=" + STEPS));
        all.addAll(settings);
        return new Contender(name, ConfigReader.read(RunConfig.class, Presets.named(PRESET), null, all));
    }

    /**
     * How each generates. Frames that go all together do so in blocks that fill what the model sees behind the given ones, or
     * there would be no long run.
     */
    public static List<Way> ways(RunConfig config) {
        int steps = config.sampling().steps();
        int block = Math.max(1, config.training().frames() - config.sampling().given());
        List<Way> ways = new ArrayList<>();
        for (double context : CONTEXTS) {
            String shown = "sampling.context.given=" + context;
            String made = "sampling.context.generated=" + context;
            ways.add(new Way(
                    "s = 0, context " + context,
                    List.of("sampling.order=frame_by_frame", "sampling.block=" + block, shown, made)));
            ways.add(new Way(
                    "s = " + Math.min(GAP, steps) + ", context " + context,
                    List.of("sampling.order=ad", "sampling.gap=" + Math.min(GAP, steps), shown, made)));
            ways.add(new Way(
                    "s = N = " + steps + ", context " + context,
                    List.of("sampling.order=ad", "sampling.gap=" + steps, shown, made)));
        }
        return ways;
    }
}
