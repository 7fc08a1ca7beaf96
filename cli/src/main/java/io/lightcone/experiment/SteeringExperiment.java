// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.UserException;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * An experiment on actions: a small model learns a digit that an action of each frame steers, and is then steered with
 * actions that it has not seen.
 */
public final class SteeringExperiment {
    private SteeringExperiment() {}

    /**
     * Returns the model that the experiment trains.
     *
     * @param minutes minutes to train it
     * @param settings settings applied to it
     * @throws UserException if they make another experiment of it
     */
    public static CandidateModel candidate(double minutes, List<String> settings) {
        List<String> all = new ArrayList<>(
                List.of("training.minutes=" + minutes, "data.steering=true", "data.speed=2", "sampling.steps=8"));
        all.addAll(settings);
        RunConfig config = RunConfig.read(Presets.named("msc-demo"), null, all);
        MovingDigitsConfig data = DigitsCandidates.digits(config);
        if (!data.steering() || data.digitCount() != 1 || !(data.speed() > 0)) {
            throw new UserException(
                    "this experiment steers one digit that moves: leave data.steering true, data.digitCount 1 and"
                            + " data.speed above 0");
        }
        CandidateModel candidate = new CandidateModel("steered", config, List.of());
        candidate.requireRoom(Obedience.FRAMES);
        return candidate;
    }
}
