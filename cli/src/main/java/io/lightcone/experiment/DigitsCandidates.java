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

/**
 * Creates the candidates of experiments in which models continue moving digits, and refuses at once what could not be
 * measured after training.
 */
final class DigitsCandidates {
    private DigitsCandidates() {}

    /**
     * Creates one candidate.
     *
     * @param settings settings applied to the preset of that name
     * @param variants how the candidate generates, given its configuration
     * @throws UserException if it could not be measured by {@link ContinuationQuality}
     */
    static CandidateModel candidate(
            String name, String preset, List<String> settings, Function<RunConfig, List<SamplingVariant>> variants) {
        RunConfig config = read(preset, settings);
        requireMeasurable(config);
        CandidateModel candidate = new CandidateModel(name, config, variants.apply(config));
        for (SamplingVariant variant : candidate.variants()) {
            List<String> generating = new ArrayList<>(settings);
            generating.addAll(variant.settings());
            new CandidateModel(name + ", " + variant.name(), read(preset, generating), List.of())
                    .requireRoom(ContinuationQuality.FAR);
        }
        return candidate;
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
