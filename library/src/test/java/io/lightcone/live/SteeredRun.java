// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.config.ConfigReader;
import io.lightcone.data.ClipDataset;
import io.lightcone.run.Presets;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.Devices;
import io.lightcone.tensor.Libtorch;
import io.lightcone.testing.RandomWeights;
import io.lightcone.training.TrainingListener;
import io.lightcone.training.TrainingRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A run that knows the names of digits and actions, and whose model makes much of them, though of random weights. */
public final class SteeredRun {
    private SteeredRun() {}

    /** Trains one of 16x16 pixels and clips of five frames in {@code folder}; {@code settings} go over its own. */
    public static Path train(Path folder, String... settings) throws InterruptedException {
        Libtorch.start(0);
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
        RunConfig config = ConfigReader.read(RunConfig.class, Presets.named("msc-demo"), null, all);
        ClipDataset data = config.data().open(config.training().frames(), folder, message -> {}, () -> {});
        RunConfig resolved = config.conditioned(data);
        try (TrainingRun training = TrainingRun.fresh(
                resolved,
                folder,
                data,
                Devices.resolve("cpu"),
                new TrainingListener() {},
                new Provenance("test", "test", data.fingerprint(), "now"))) {
            training.run();
        }
        RandomWeights.in(folder, 0.2);
        return folder;
    }
}
