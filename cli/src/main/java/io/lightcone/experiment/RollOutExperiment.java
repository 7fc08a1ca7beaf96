// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.UserException;
import java.util.ArrayList;
import java.util.List;

/**
 * Are digits still digits after 10,000 frames? The model that is made for it has the demo's layers, of which an encoder thinks
 * once per frame (SCD, arXiv 2602.10095). What a roll-out gets wrong it shows itself again, so in the later part of training the
 * encoder is taught a past that the model has made itself, with its mistakes in it (self-resampling, arXiv 2512.15702). All of
 * that past is under noise, much or little, and in the roll-out under a little.
 */
public final class RollOutExperiment {
    /** What the model is called. */
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

    /** The names of all models that this experiment can train: its own, and those of {@link SeparableExperiment}. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(List.of(NAME));
        names.addAll(SeparableExperiment.names());
        return names;
    }

    /**
     * What is trained.
     *
     * @param name one of {@link #names}
     * @param minutes to train it
     * @param settings over it
     * @throws UserException if there is no such model, or the settings make another experiment of it
     */
    public static Contender contender(String name, double minutes, List<String> settings) {
        if (name.equals(NAME)) {
            List<String> all = new ArrayList<>(List.of("training.minutes=" + minutes));
            all.addAll(SETTINGS);
            all.addAll(settings);
            Contender contender = DigitsComparison.contender(NAME, PRESET, all, config -> List.of());
            if (contender.config().model().encoder() == 0) {
                throw new UserException("this experiment's model has an encoder; leave model.encoder above 0");
            }
            return contender;
        }
        return SeparableExperiment.contenders(minutes, settings).stream()
                .filter(contender -> contender.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UserException("there is no model named '" + name + "' here; choose one of "
                        + String.join(", ", names()) + ", or a run that is there"));
    }
}
