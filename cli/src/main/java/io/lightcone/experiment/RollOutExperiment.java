// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.UserException;
import java.util.ArrayList;
import java.util.List;

/**
 * An experiment on very long roll-outs: are digits still digits after 10,000 frames? Its own model has the demo's
 * layers, some of which form an encoder that runs once per frame (SCD, arXiv 2602.10095). A roll-out is conditioned on
 * its own errors, so in the later part of training the encoder sees past frames that the model has generated itself,
 * with its errors in them (self-resampling, arXiv 2512.15702). All past frames are shown with noise, little or much,
 * and with a little in the roll-out.
 */
public final class RollOutExperiment {
    /** The name of the model that is made for this experiment. */
    public static final String NAME = "endless";

    private static final String PRESET = "msc-demo";
    private static final List<String> SETTINGS = List.of(
            "model.encoder=3",
            "training.separable.pastLevel=0.8",
            "training.separable.resampling.share=0.5",
            "training.separable.resampling.after=0.55",
            "training.separable.resampling.level=0.8",
            "training.separable.resampling.steps=2",
            "training.reports.validate=5000",
            "training.reports.sample=5000",
            "sampling.steps=5",
            "sampling.context.given=0.3",
            "sampling.context.generated=0.3",
            "sampling.context.noise=true");

    private RollOutExperiment() {}

    /**
     * Returns the names of all models that this experiment can train: its own, and those of {@link
     * SeparableExperiment}.
     */
    public static List<String> names() {
        List<String> names = new ArrayList<>(List.of(NAME));
        names.addAll(SeparableExperiment.names());
        return names;
    }

    /**
     * Returns the model to train.
     *
     * @param name one of {@link #names}
     * @param minutes minutes to train it
     * @param settings settings applied to it
     * @throws UserException if there is no such model, or the settings make another experiment of it
     */
    public static CandidateModel candidate(String name, double minutes, List<String> settings) {
        if (name.equals(NAME)) {
            List<String> all = new ArrayList<>(List.of("training.minutes=" + minutes));
            all.addAll(SETTINGS);
            all.addAll(settings);
            CandidateModel candidate = DigitsCandidates.candidate(NAME, PRESET, all, config -> List.of());
            if (candidate.config().model().encoder() == 0) {
                throw new UserException("this experiment's model has an encoder; leave model.encoder above 0");
            }
            return candidate;
        }
        return SeparableExperiment.candidates(minutes, settings).stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UserException("there is no model named '" + name + "' here; choose one of "
                        + String.join(", ", names()) + ", or a run that is there"));
    }
}
