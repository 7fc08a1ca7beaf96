// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.attention.AttentionPlans;
import io.lightcone.codec.CodecConfig;
import io.lightcone.config.ConfigReader;
import io.lightcone.data.ClipDataset;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.diffusion.LevelsConfig;
import io.lightcone.diffusion.LevelsConfig.Distribution;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.model.BranchConfig;
import io.lightcone.model.ModelConfig;
import io.lightcone.run.ConsistencyConfig;
import io.lightcone.run.GivenConfig;
import io.lightcone.run.OptimizerConfig;
import io.lightcone.run.OptimizerConfig.Decay;
import io.lightcone.run.Provenance;
import io.lightcone.run.ReportConfig;
import io.lightcone.run.RunConfig;
import io.lightcone.run.SeparableConfig;
import io.lightcone.run.ShortcutConfig;
import io.lightcone.run.TrainingConfig;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Precision;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;

/** Creates runs that are small enough for a test. */
public final class TestRuns {
    static {
        // As the program does; without it the threads of two libraries fight, which takes ten times as long.
        Libtorch.start(0);
    }

    private TestRuns() {}

    /** Returns the setup of a run of {@code config}. */
    static TrainingRun.Setup setup(
            RunConfig config, ClipDataset data, Device device, TrainingListener listener, Provenance provenance) {
        ModelTask task = new ModelTask(config, Trainer.KIND, null);
        return new TrainingRun.Setup(
                task, data, device, provenance, RunOptions.defaults().withListener(listener));
    }

    /** Returns a run of 6 frames of 16x16 pixels, with some 30,000 weights. */
    public static RunConfig small(long steps) {
        return small(steps, 16);
    }

    /** Returns a small run of {@code side x side} pixels. */
    public static RunConfig small(long steps, int side) {
        return new RunConfig(
                "test",
                ModelConfig.of(1, 4, 32, 2, 2, List.of(BranchConfig.high(1, 3, 2), BranchConfig.low(1, 2, 2, 2))),
                MovingDigitsConfig.of(side, 1, 10, 1),
                CodecConfig.pixels(),
                DiffusionConfig.flow(),
                training(6, 2, steps, 1e-3, 2),
                SamplingConfig.frameByFrame(2, 0.05, 2));
    }

    /** Returns a small run with an encoder of one layer and a decoder of one. */
    public static RunConfig separable(long steps, String... settings) {
        List<String> all = new ArrayList<>(List.of("model.encoder=1", "training.separable.pastLevel=0.3"));
        all.addAll(List.of(settings));
        return ConfigReader.read(RunConfig.class, small(steps), null, all);
    }

    /** Returns a small run on moving digits with labels and steering. */
    static RunConfig conditioned(long steps) {
        return conditioned(small(steps), 0.3);
    }

    /** Returns {@code config} with labels and steering, which are hidden with probability {@code dropout}. */
    static RunConfig conditioned(RunConfig config, double dropout) {
        RunConfig steered = ConfigReader.with(
                config, "data.labels=true", "data.steering=true", "training.conditionDropout=" + dropout);
        return steered.conditioned(data(steered));
    }

    static TrainingConfig training(int frames, int batch, long steps, double learningRate, long checkpointEvery) {
        return new TrainingConfig(
                3,
                frames,
                List.of(),
                batch,
                1,
                steps,
                0,
                Precision.FLOAT32,
                AttentionPlans.Method.TILED,
                Precision.FLOAT32,
                false,
                LevelsConfig.independent(Distribution.UNIFORM, 0),
                GivenConfig.none(),
                SeparableConfig.published(),
                ShortcutConfig.published(),
                ConsistencyConfig.none(),
                0.1,
                new OptimizerConfig(learningRate, 2, Decay.COSINE, 0.9, 0.99, 0.01, 1, 0.99),
                new ReportConfig(1, checkpointEvery, 2, steps, checkpointEvery, 2));
    }

    /** Returns {@code config} with reports of two held-out clips after so many steps each. */
    static RunConfig reporting(RunConfig config, long log, long validate, long sample, long checkpoint, int keep) {
        return ConfigReader.with(
                config,
                "training.reports.log=" + log,
                "training.reports.validate=" + validate,
                "training.reports.validationClips=2",
                "training.reports.sample=" + sample,
                "training.reports.checkpoint=" + checkpoint,
                "training.reports.keep=" + keep);
    }

    static ClipDataset data(RunConfig config) {
        return config.data().open(config.training().frames(), Path.of(""), message -> {}, () -> {});
    }

    /** Returns the clips of a step as the loader draws them, for tests of single steps. */
    static List<Clip> batch(RunConfig config, long step) {
        ClipDataset data = data(config);
        return IntStream.range(0, config.training().batch())
                .mapToObj(item -> data.training(new SplittableRandom(step * 100 + item)))
                .toList();
    }
}
