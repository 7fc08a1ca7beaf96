// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.UserException;
import io.lightcone.config.Suggestions;
import io.lightcone.data.WorldConfig;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import io.lightcone.world.Worlds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The ways of training that an experiment on worlds compares, all on one preset and for as long, and what a run must be
 * for a world's judge to judge it.
 */
public final class WorldCandidates {
    /** The name of the preset that candidates are trained from unless another one is asked for. */
    public static final String PRESET = "world-scd";

    /** The name of the candidate whose decoder is distilled in the last part of its time. */
    private static final String DISTILLED = "distilled";

    /** The share of that time. */
    private static final double DISTILLING = 0.25;

    /** Ordinary flow matching: the network predicts velocities, errors count the same at all levels. */
    private static final List<String> ORDINARY =
            List.of("diffusion.prediction=velocity", "diffusion.weight=uniform", "model.shortcut=0");

    /** The loss of Dreamer 4 (arXiv 2509.24527, equation 8): of the clean frame, less where little can be known. */
    private static final List<String> RAMP =
            List.of("diffusion.prediction=x0", "diffusion.weight=ramp", "model.shortcut=0");

    /** The same, of a model that is told how far its updates go (shortcut forcing, arXiv 2509.24527, section 3.2). */
    private static final List<String> SHORTCUT =
            List.of("diffusion.prediction=x0", "diffusion.weight=ramp", "model.shortcut=16");

    /** The settings of each candidate over the preset: what distinguishes it. */
    private static final Map<String, List<String>> SETTINGS = settings();

    private WorldCandidates() {}

    private static Map<String, List<String>> settings() {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        settings.put("ordinary", ORDINARY);
        settings.put("ramp", RAMP);
        settings.put("shortcut", SHORTCUT);
        settings.put(
                "lengths",
                and(
                        SHORTCUT,
                        "training.lengths=[{frames: 8, share: 6}, {frames: 16, share: 3}, {frames: 40, share: 1}]"));
        settings.put("all-frames", and(SHORTCUT, "training.given.frames=0"));
        settings.put("temporal", and(SHORTCUT, "model.temporalEvery=4"));
        settings.put(DISTILLED, RAMP);
        return settings;
    }

    private static List<String> and(List<String> settings, String further) {
        return Stream.concat(settings.stream(), Stream.of(further)).toList();
    }

    /** Returns the names of all candidates. */
    public static List<String> names() {
        return List.copyOf(SETTINGS.keySet());
    }

    /**
     * Returns a model to train, if it is distilled as the teacher in a run of another name.
     *
     * @param name one of {@link #names}
     * @param preset name of the preset
     * @param world name of the world
     * @param minutes minutes for all of its training
     * @param settings settings applied over all others
     * @throws UserException if there is no such candidate or preset, or the settings make another experiment of it
     */
    public static CandidateModel candidate(
            String name, String preset, String world, double minutes, List<String> settings) {
        List<String> own = SETTINGS.get(name);
        if (own == null) {
            throw new UserException("there is no candidate named '" + name + "'; " + Suggestions.hint(name, names()));
        }
        RunConfig base = RunConfig.read(Presets.named(preset), null, List.of("data.kind=world", "data.world=" + world));
        List<String> all = new ArrayList<>(own);
        all.add("training.minutes=" + (minutes - distillingMinutes(name, minutes)));
        all.addAll(settings);
        RunConfig config = RunConfig.read(base, null, all);
        if (!(config.data() instanceof WorldConfig data) || !data.world().equals(world)) {
            throw new UserException(
                    "this experiment is about the world " + world + ": leave data.kind and data.world as they are");
        }
        if (name.equals(DISTILLED)
                && (!config.model().separable() || config.model().shortcut() > 0)) {
            throw new UserException("the candidate " + name + " is distilled, which takes a model with an encoder and"
                    + " model.shortcut 0; choose another preset, or other candidates");
        }
        return new CandidateModel(distillingMinutes(name, minutes) > 0 ? name + "-teacher" : name, config, List.of());
    }

    /** Returns for how many of its minutes a candidate is distilled; 0 for one that is judged as it was trained. */
    public static double distillingMinutes(String name, double minutes) {
        return name.equals(DISTILLED) ? DISTILLING * minutes : 0;
    }

    /**
     * Returns the world whose judge can judge a run: that of its data, or else the usual one, if it knows the same
     * actions and frames of the same size, as one that is trained on recordings of that world.
     *
     * @param run name of the run, for messages
     * @throws UserException if it cannot be judged
     */
    public static WorldConfig judged(String run, RunConfig config, String world) {
        if (config.data() instanceof WorldConfig data) {
            if (!data.world().equals(world)) {
                throw new UserException(run + " was trained on the world " + data.world() + ", not on " + world
                        + "; judge it by the rules of " + data.world());
            }
            return data;
        }
        List<String> actions = Worlds.named(world, Worlds.LAYOUT).actions();
        WorldConfig usual = WorldConfig.of(world);
        if (!config.model().actions().equals(actions)) {
            throw new UserException(run + " knows "
                    + (config.model().actions().isEmpty()
                            ? "no actions"
                            : "the actions " + String.join(", ", config.model().actions()))
                    + ", but the world " + world + " is played by " + String.join(", ", actions)
                    + "; train a run with data.kind=world and data.world=" + world);
        }
        if (config.data().height() != usual.height()
                || config.data().width() != usual.width()
                || config.data().channels() != usual.channels()) {
            throw new UserException(run + " makes frames of " + config.data().width() + "x"
                    + config.data().height() + " with " + config.data().channels()
                    + (config.data().channels() == 1 ? " channel" : " channels")
                    + ", but those of the world " + world + " are 64x64 in colour");
        }
        return usual;
    }
}
