// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.model.Compute;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.ModelCost;
import io.lightcone.run.Models;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.Workers;
import io.lightcone.training.Trainer;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Times whole training steps of a model and its dense twin, with large products in float32 and in bfloat16: forwards,
 * loss, backwards, clipping, AdamW and the moving average. The twin computes its attention by the fastest
 * implementation that libtorch offers, which {@link DenseSearch} finds first. The clips are random pixels.
 */
public final class StepBenchmark implements AutoCloseable {
    static final String OWN = "this model";
    static final String ONE_WORKER = "one worker";
    static final String ONE_THREAD = "one thread";
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
            contestants.addAll(own(precision));
            DenseSearch search = dense.get(precision);
            if (search != null) {
                contestants.add(twin(precision, search.best()));
            }
        }
        List<Baseline> baselines = List.of(
                new Baseline("1 worker", ONE_WORKER, false),
                new Baseline("1 thread", ONE_THREAD, false),
                new Baseline("dense", DENSE, false));
        return InterleavedRounds.run(workload.rounds(), workload.device(), contestants, baselines, listener);
    }

    /**
     * Returns the model as a run trains it and, where that is by several workers, as one worker with all of their
     * threads would, and as a single thread.
     */
    private List<Contestant> own(MatmulPrecision precision) {
        RunConfig config =
                Workload.changed(workload.config(), "training.linear=" + precision, workload.attentionType(precision));
        long done = workload.with(config).cost().attentionDone();
        Supplier<Compute> compute = () -> Models.compute(config);
        Workers all = workers(config);
        List<Contestant> own = new ArrayList<>();
        own.add(contestant(OWN, precision, config, all, compute, done));
        if (all.count() > 1) {
            own.add(contestant(ONE_WORKER, precision, config, Workers.alone(), compute, done));
            own.add(contestant(ONE_THREAD, precision, config, Workers.of(1, 1), compute, done));
        }
        return own;
    }

    private Workers workers(RunConfig config) {
        return workers(config, workload);
    }

    /** Returns workers as a training of the model of {@code config} on the workload's device would have them. */
    static Workers workers(RunConfig config, Workload workload) {
        return Workers.sharing(Models.workers(config, 0, workload.device()), workload.device());
    }

    private Contestant twin(MatmulPrecision precision, AttentionImplementation implementation) {
        ModelConfig model = workload.config().model().dense();
        RunConfig config = Workload.changed(
                workload.config().with(model), "training.linear=" + precision, workload.attentionType(precision));
        ModelCost cost = workload.with(config).cost();
        long done = cost.layers().stream()
                .mapToLong(layer -> implementation.done(workload.grid(), model.width(), layer))
                .sum();
        return contestant(
                DENSE, precision, config, workers(config), () -> Models.compute(config, implementation.plans()), done);
    }

    /**
     * Creates a contestant that trains the model of {@code config}, whose attention computes {@code attentionDone}
     * multiply-adds a clip.
     */
    private Contestant contestant(
            String name,
            MatmulPrecision precision,
            RunConfig config,
            Workers workers,
            Supplier<Compute> compute,
            long attentionDone) {
        Trainer trainer = Trainer.fresh(config, workload.device(), workers, compute);
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

    /** Returns a batch of clips of random pixels. */
    static List<Clip> clips(Workload workload) {
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
