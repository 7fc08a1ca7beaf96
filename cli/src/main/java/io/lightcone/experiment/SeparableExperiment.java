// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.UserException;
import io.lightcone.model.ModelConfig;
import io.lightcone.run.Presets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An experiment on separated encoders: does a model lose quality if causal reasoning runs once per frame (SCD, arXiv
 * 2602.10095)? As many layers of the same width learn moving digits for as long, as one causal transformer and as
 * encoder and decoder, the latter with dense attention and with MSC's; each then continues clips frame by frame. The
 * digits are the demo's: one, in 32x32 pixels, cut into 64 tokens.
 */
public final class SeparableExperiment {
    private static final List<String> PRESETS = List.of("dense-tiny", "scd-tiny", "scd-msc-tiny");
    private static final double[] CONTEXTS = {0, 0.1};

    private SeparableExperiment() {}

    /** Returns the names of the models. */
    static List<String> names() {
        return PRESETS;
    }

    /**
     * Lists the models that the experiment trains.
     *
     * @param minutes minutes to train each
     * @param settings settings applied to all of them
     * @throws UserException if they make another experiment of it, or one that could not be measured
     */
    public static List<CandidateModel> candidates(double minutes, List<String> settings) {
        List<String> all = new ArrayList<>(List.of(
                "model.channels=1",
                "model.patch=4",
                "data.kind=moving-digits",
                "data.channels=1",
                "data.height=32",
                "data.width=32",
                "data.digitCount=1",
                "data.digitSize=16",
                "data.speed=1",
                "training.minutes=" + minutes,
                "training.levels.mean=0.5",
                "training.optimizer.learningRate=2e-3"));
        all.addAll(settings);
        return PRESETS.stream().map(preset -> candidate(preset, all)).toList();
    }

    private static CandidateModel candidate(String preset, List<String> settings) {
        CandidateModel candidate = DigitsCandidates.candidate(preset, preset, settings, config -> variants());
        ModelConfig model = candidate.config().model();
        if (model.encoder() != Presets.named(preset).model().encoder()) {
            throw new UserException(
                    "this experiment compares models with an encoder and without; leave model.encoder as it is");
        }
        return candidate;
    }

    private static List<SamplingVariant> variants() {
        return Arrays.stream(CONTEXTS)
                .mapToObj(context -> SamplingVariant.of("frame by frame", context))
                .toList();
    }
}
