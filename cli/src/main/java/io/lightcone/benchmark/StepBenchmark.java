// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.model.Compute;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.ModelCost;
import io.lightcone.run.Models;
import io.lightcone.run.RunConfig;
import io.lightcone.training.Trainer;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whole training steps, of a model and its dense twin, with large products in float32 and in bfloat16: forwards, loss,
 * backwards, clipping, AdamW and the moving average. The twin computes its attention in the best way that libtorch offers,
 * which {@link DenseSearch} finds first. The clips are random pixels.
 */
public final class StepBenchmark implements AutoCloseable {
    static final String OWN = "this model";
    static final String DENSE = "dense twin";

    /** Share of progress that finding the best way takes. */
    private static final double SEARCH = 0.2;

    private final Setting setting;
    private final List<Clip> clips;
    private final List<Trainer> trainers = new ArrayList<>();

    /**
     * What was measured.
     *
     * @param dense how the twin computed attention with each type of large products; empty where there is no twin
     */
    public record Report(Result result, Map<Numbers, DenseSearch> dense) {
        public Report {
            dense = Collections.unmodifiableMap(new LinkedHashMap<>(dense));
        }
    }

    private StepBenchmark(Setting setting) {
        this.setting = setting;
        this.clips = clips(setting);
    }

    /** Measures. */
    public static Report run(Setting setting, Watcher watcher) {
        Map<Numbers, DenseSearch> dense = search(setting, watcher.part(0, SEARCH));
        try (StepBenchmark benchmark = new StepBenchmark(setting)) {
            return new Report(benchmark.race(dense, watcher.part(dense.isEmpty() ? 0 : SEARCH, 1)), dense);
        }
    }

    private static Map<Numbers, DenseSearch> search(Setting setting, Watcher watcher) {
        Map<Numbers, DenseSearch> found = new LinkedHashMap<>();
        ModelConfig model = setting.config().model();
        if (!model.equals(model.dense())) {
            double share = 1.0 / Numbers.values().length;
            for (Numbers numbers : Numbers.values()) {
                Watcher part = watcher.part(found.size() * share, (found.size() + 1) * share);
                found.put(numbers, DenseSearch.run(setting, 0, numbers, part));
            }
        }
        return found;
    }

    private Result race(Map<Numbers, DenseSearch> dense, Watcher watcher) {
        List<Contestant> contestants = new ArrayList<>();
        for (Numbers numbers : Numbers.values()) {
            contestants.add(own(numbers));
            DenseSearch search = dense.get(numbers);
            if (search != null) {
                contestants.add(twin(numbers, search.best()));
            }
        }
        List<Yardstick> yardsticks = List.of(new Yardstick("dense", DENSE, false));
        return Race.run(setting.rounds(), setting.device(), contestants, yardsticks, watcher);
    }

    private Contestant own(Numbers numbers) {
        RunConfig config = Setting.changed(setting.config(), "training.linear=" + numbers);
        ModelCost cost = setting.with(config).cost();
        return contestant(OWN, numbers, config, Models.compute(config), cost.attentionDone());
    }

    private Contestant twin(Numbers numbers, Way way) {
        ModelConfig model = setting.config().model().dense();
        RunConfig config = Setting.changed(setting.config().with(model), "training.linear=" + numbers);
        ModelCost cost = setting.with(config).cost();
        long done = cost.layers().stream()
                .mapToLong(layer -> way.done(setting.grid(), model.width(), layer))
                .sum();
        return contestant(DENSE, numbers, config, Models.compute(config, way.plans()), done);
    }

    /** Of training the model of {@code config}, whose attention computes {@code attentionDone} multiply-adds a clip. */
    private Contestant contestant(String name, Numbers numbers, RunConfig config, Compute compute, long attentionDone) {
        Trainer trainer = Trainer.fresh(config, setting.device(), compute);
        trainers.add(trainer);
        ModelCost cost = setting.with(config).cost();
        long times = 3L * clips.size(); // forwards, and backwards for twice as much
        long useful = times * cost.total().multiplyAdds();
        long done = useful + times * (attentionDone - cost.attentionUseful());
        AtomicLong step = new AtomicLong();
        return new Contestant("linear " + numbers.words(), name, numbers, useful, done, () -> {
            long number = step.getAndIncrement();
            trainer.step(number, clips, config.training().optimizer().learningRate(number, 0));
        });
    }

    private static List<Clip> clips(Setting setting) {
        SplittableRandom random = new SplittableRandom(1);
        int channels = setting.config().data().channels();
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

    @Override
    public void close() {
        trainers.forEach(Trainer::close);
    }
}
