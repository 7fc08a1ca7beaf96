// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.model.ModelCost;
import io.lightcone.training.RunConfig;
import io.lightcone.training.Trainer;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whole training steps, of a model and its dense twin, with large products in float32 and in bfloat16: forwards, loss,
 * backwards, clipping, AdamW and the moving average. The clips are random pixels.
 */
public final class StepBenchmark {
    static final String OWN = "this model";
    static final String DENSE = "dense twin";

    private StepBenchmark() {}

    /** Measures. */
    public static Result run(Setting setting, Watcher watcher) {
        List<Clip> clips = clips(setting);
        List<Trainer> trainers = new ArrayList<>();
        try {
            List<Contestant> contestants = new ArrayList<>();
            for (Numbers numbers : Numbers.values()) {
                contestants.add(contestant(setting, setting.config(), OWN, numbers, clips, trainers));
                RunConfig dense = setting.config().with(setting.config().model().dense());
                if (!dense.equals(setting.config())) {
                    contestants.add(contestant(setting, dense, DENSE, numbers, clips, trainers));
                }
            }
            List<Yardstick> yardsticks = List.of(new Yardstick("dense", DENSE, false));
            return Race.run(setting.rounds(), setting.device(), contestants, yardsticks, watcher);
        } finally {
            trainers.forEach(Trainer::close);
        }
    }

    private static Contestant contestant(
            Setting setting, RunConfig config, String name, Numbers numbers, List<Clip> clips, List<Trainer> trainers) {
        RunConfig own = Setting.changed(config, "training.linear=" + numbers);
        Trainer trainer = Trainer.fresh(own, setting.device());
        trainers.add(trainer);
        ModelCost cost = setting.with(own).cost();
        long times = 3L * clips.size(); // forwards, and backwards for twice as much
        long useful = times * cost.total().multiplyAdds();
        long done = useful + times * (cost.attentionDone() - cost.attentionUseful());
        AtomicLong step = new AtomicLong();
        return new Contestant("linear " + numbers.words(), name, numbers, useful, done, () -> {
            long number = step.getAndIncrement();
            trainer.step(number, clips, own.training().optimizer().learningRate(number, 0));
        });
    }

    private static List<Clip> clips(Setting setting) {
        SplittableRandom random = new SplittableRandom(1);
        int channels = setting.config().model().channels();
        List<Clip> clips = new ArrayList<>();
        for (int b = 0; b < setting.config().training().batch(); b++) {
            byte[] pixels = new byte
                    [Math.multiplyExact(
                            Math.multiplyExact(setting.frames(), channels), setting.height() * setting.width())];
            random.nextBytes(pixels);
            clips.add(new Clip("random pixels", setting.frames(), setting.height(), setting.width(), channels, pixels));
        }
        return clips;
    }
}
