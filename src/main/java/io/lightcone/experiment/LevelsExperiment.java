// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.UserException;
import io.lightcone.evaluation.Ssim;
import io.lightcone.training.ConfigReader;
import io.lightcone.training.Presets;
import io.lightcone.training.RunConfig;
import io.lightcone.video.DataConfig;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which noise levels should training draw, and in which order should generation take noise away? The same model learns moving
 * digits with independent levels, with FoPP's and with one level for all frames, each for as long; each then generates in
 * AR-Diffusion's orders from all together to one by one, with its past as it is and with a little distrust. Independent and
 * synchronous levels have the distribution that the preset was tuned with, so they are no easy rivals for FoPP's.
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
     * @throws UserException if they make another experiment of it, or one that could not be measured
     */
    public static List<Contender> contenders(double minutes, List<String> settings) {
        List<Contender> contenders = new ArrayList<>();
        for (String order : List.of("independent", "fopp", "synchronous")) {
            List<String> all = new ArrayList<>(List.of(
                    "training.minutes=" + minutes, "training.levels.order=" + order, "sampling.steps=" + STEPS));
            all.addAll(settings);
            Contender contender = new Contender(order, read(all));
            requireMeasurable(contender);
            contenders.add(contender);
            for (Way way : ways(contender.config())) {
                List<String> generating = new ArrayList<>(all);
                generating.addAll(way.settings());
                new Contender(order + ", " + way.name(), read(generating)).requireRoom(Continuations.FAR);
            }
        }
        return contenders;
    }

    private static RunConfig read(List<String> settings) {
        return ConfigReader.read(RunConfig.class, Presets.named(PRESET), null, settings);
    }

    private static void requireMeasurable(Contender contender) {
        DataConfig data = contender.config().data();
        if (!data.source().equals(DataConfig.MOVING_DIGITS)) {
            throw new UserException(
                    "this experiment watches moving digits: leave data.source " + DataConfig.MOVING_DIGITS);
        }
        if (data.height() < Ssim.WINDOW || data.width() < Ssim.WINDOW) {
            throw new UserException("structural similarity takes frames of at least " + Ssim.WINDOW + "x" + Ssim.WINDOW
                    + " pixels, not " + data.width() + "x" + data.height() + "; set data.width and data.height higher");
        }
        if (contender.config().training().frames()
                <= contender.config().sampling().given()) {
            throw new UserException("training.frames must be above sampling.given, which is "
                    + contender.config().sampling().given());
        }
    }

    /**
     * How each generates. Frames that go all together do so in blocks that fill what the model sees behind the given ones, or
     * there would be no long run.
     */
    public static List<Way> ways(RunConfig config) {
        int steps = config.sampling().steps();
        int block = Math.max(1, config.training().frames() - config.sampling().given());
        Set<Integer> gaps = new LinkedHashSet<>(List.of(Math.min(GAP, steps), steps));
        List<Way> ways = new ArrayList<>();
        for (double context : CONTEXTS) {
            List<String> shown = List.of("sampling.context.given=" + context, "sampling.context.generated=" + context);
            String behind = ", context " + context;
            ways.add(way(
                    "s = 0 in blocks of " + block + behind,
                    shown,
                    "sampling.order=frame_by_frame",
                    "sampling.block=" + block));
            for (int gap : gaps) {
                String name = gap == steps ? "s = N = " + steps : "s = " + gap;
                ways.add(way(name + behind, shown, "sampling.order=ad", "sampling.gap=" + gap));
            }
        }
        return ways;
    }

    private static Way way(String name, List<String> shown, String... order) {
        List<String> settings = new ArrayList<>(List.of(order));
        settings.addAll(shown);
        return new Way(name, settings);
    }
}
