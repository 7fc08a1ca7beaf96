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
 * Times whole training steps of a model and its dense twin, with large products in float32 and in bfloat16: forwards,
 * loss, backwards, clipping, AdamW and the moving average. The twin computes its attention by the fastest
 * implementation that libtorch offers, which {@link DenseSearch} finds first. The clips are random pixels.
 */
public final class StepBenchmark implements AutoCloseable {
    static final String OWN = "this model";
    static final String DENSE = "dense twin";

    /** The share of progress that the search for the fastest dense attention takes. */
    private static final double SEARCH = 0.2;

    private final Workload workload;
    private final List<Clip> clips;
    private final List<Trainer> trainers = new ArrayList<>();

    /**
     * The times of the contestants, and how the dense twin computed its attention.
     *
     * @param dense the search for each type of large products; empty where there is no twin
     */
    public record StepResult(BenchmarkResult result, Map<MatmulPrecision, DenseSearch> dense) {
        public StepResult {
            dense = Collections.unmodifiableMap(new LinkedHashMap<>(dense));
        }
    }

    private StepBenchmark(Workload workload) {
        this.workload = workload;
        this.clips = clips(workload);
    }

    /** Measures the training steps of the workload's model and of its dense twin. */
    public static StepResult run(Workload workload, BenchmarkListener listener) {
        Map<MatmulPrecision, DenseSearch> dense = search(workload, listener.part(0, SEARCH));
        try (StepBenchmark benchmark = new StepBenchmark(workload)) {
            return new StepResult(benchmark.measure(dense, listener.part(dense.isEmpty() ? 0 : SEARCH, 1)), dense);
        }
    }

    private static Map<MatmulPrecision, DenseSearch> search(Workload workload, BenchmarkListener listener) {
        Map<MatmulPrecision, DenseSearch> found = new LinkedHashMap<>();
        ModelConfig model = workload.config().model();
        if (!model.equals(model.dense())) {
            double share = 1.0 / MatmulPrecision.values().length;
            for (MatmulPrecision precision : MatmulPrecision.values()) {
                BenchmarkListener part = listener.part(found.size() * share, (found.size() + 1) * share);
                found.put(precision, DenseSearch.run(workload, 0, precision, part));
            }
        }
        return found;
    }

    private BenchmarkResult measure(Map<MatmulPrecision, DenseSearch> dense, BenchmarkListener listener) {
        List<Contestant> contestants = new ArrayList<>();
        for (MatmulPrecision precision : MatmulPrecision.values()) {
            contestants.add(own(precision));
            DenseSearch search = dense.get(precision);
            if (search != null) {
                contestants.add(twin(precision, search.best()));
            }
        }
        List<Baseline> baselines = List.of(new Baseline("dense", DENSE, false));
        return InterleavedRounds.run(workload.rounds(), workload.device(), contestants, baselines, listener);
    }

    private Contestant own(MatmulPrecision precision) {
        RunConfig config = Workload.changed(workload.config(), "training.linear=" + precision);
        ModelCost cost = workload.with(config).cost();
        return contestant(OWN, precision, config, Models.compute(config), cost.attentionDone());
    }

    private Contestant twin(MatmulPrecision precision, AttentionImplementation implementation) {
        ModelConfig model = workload.config().model().dense();
        RunConfig config = Workload.changed(workload.config().with(model), "training.linear=" + precision);
        ModelCost cost = workload.with(config).cost();
        long done = cost.layers().stream()
                .mapToLong(layer -> implementation.done(workload.grid(), model.width(), layer))
                .sum();
        return contestant(DENSE, precision, config, Models.compute(config, implementation.plans()), done);
    }

    /**
     * Creates a contestant that trains the model of {@code config}, whose attention computes {@code attentionDone}
     * multiply-adds a clip.
     */
    private Contestant contestant(
            String name, MatmulPrecision precision, RunConfig config, Compute compute, long attentionDone) {
        Trainer trainer = Trainer.fresh(config, workload.device(), compute);
        trainers.add(trainer);
        ModelCost cost = workload.with(config).cost();
        long times = 3L * clips.size(); // forwards, and backwards for twice as much
        long useful = times * cost.total().multiplyAdds();
        long done = useful + times * (attentionDone - cost.attentionUseful());
        AtomicLong step = new AtomicLong();
        return new Contestant("linear " + precision.label(), name, precision, useful, done, () -> {
            long number = step.getAndIncrement();
            trainer.step(number, clips, config.training().optimizer().learningRate(number, 0));
        });
    }

    private static List<Clip> clips(Workload workload) {
        SplittableRandom random = new SplittableRandom(1);
        int channels = workload.config().data().channels();
        List<Clip> clips = new ArrayList<>();
        for (int b = 0; b < workload.config().training().batch(); b++) {
            byte[] pixels = new byte
                    [Math.multiplyExact(
                            Math.multiplyExact(workload.frames(), channels), workload.height() * workload.width())];
            random.nextBytes(pixels);
            clips.add(new Clip(
                    "random pixels", workload.frames(), workload.height(), workload.width(), channels, pixels));
        }
        return clips;
    }

    @Override
    public void close() {
        trainers.forEach(Trainer::close);
    }
}
