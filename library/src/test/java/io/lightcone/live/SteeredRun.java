// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import io.lightcone.testing.RandomWeights;
import io.lightcone.training.RunOptions;
import io.lightcone.training.Runs;
import io.lightcone.training.TrainingRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Creates a run that knows the names of digits and actions, and whose model depends on them strongly, though its
 * weights are random.
 */
public final class SteeredRun {
    private SteeredRun() {}

    /** Trains a run of 16x16 pixels and clips of five frames in {@code folder}; {@code settings} go over its own. */
    public static Path train(Path folder, String... settings) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of(
                "model.width=16",
                "model.depth=2",
                "data.height=16",
                "data.width=16",
                "data.digitSize=8",
                "data.steering=true",
                "data.labels=true",
                "training.frames=5",
                "training.batch=2",
                "training.steps=1",
                "training.minutes=0",
                "training.linear=float32",
                "sampling.steps=2",
                "sampling.given=2"));
        all.addAll(List.of(settings));
        RunConfig config = RunConfig.read(Presets.named("msc-demo"), null, all);
        try (TrainingRun training =
                Runs.start(config, folder, RunOptions.defaults().withDevice("cpu"))) {
            training.run();
        }
        RandomWeights.in(folder, 0.2);
        return folder;
    }
}
