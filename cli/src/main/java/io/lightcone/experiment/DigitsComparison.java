// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.UserException;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.evaluation.Ssim;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What experiments have in common that let models continue moving digits: all of it can be measured, or is refused at once. */
final class DigitsComparison {
    private DigitsComparison() {}

    /**
     * One of the models.
     *
     * @param settings over the preset of that name
     * @param ways how it generates
     * @throws UserException if it could not be measured by {@link Continuations}
     */
    static Contender contender(String name, String preset, List<String> settings, Function<RunConfig, List<Way>> ways) {
        RunConfig config = read(preset, settings);
        requireMeasurable(config);
        Contender contender = new Contender(name, config, ways.apply(config));
        for (Way way : contender.ways()) {
            List<String> generating = new ArrayList<>(settings);
            generating.addAll(way.settings());
            new Contender(name + ", " + way.name(), read(preset, generating), List.of()).requireRoom(Continuations.FAR);
        }
        return contender;
    }

    private static RunConfig read(String preset, List<String> settings) {
        return RunConfig.read(Presets.named(preset), null, settings);
    }

    /**
     * The data of a run that watches moving digits.
     *
     * @throws UserException if it watches something else
     */
    static MovingDigitsConfig digits(RunConfig config) {
        if (config.data() instanceof MovingDigitsConfig digits) {
            return digits;
        }
        throw new UserException("this experiment watches moving digits: leave data.kind moving-digits");
    }

    private static void requireMeasurable(RunConfig config) {
        MovingDigitsConfig data = digits(config);
        if (data.height() < Ssim.WINDOW || data.width() < Ssim.WINDOW) {
            throw new UserException("structural similarity takes frames of at least " + Ssim.WINDOW + "x" + Ssim.WINDOW
                    + " pixels, not " + data.width() + "x" + data.height() + "; set data.width and data.height higher");
        }
        if (config.training().frames() <= config.sampling().given()) {
            throw new UserException("training.frames must be above sampling.given, which is "
                    + config.sampling().given());
        }
    }
}
