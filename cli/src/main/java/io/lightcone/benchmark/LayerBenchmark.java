// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.UserException;
import io.lightcone.model.LayerCost;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.ModelCost;
import java.util.ArrayList;
import java.util.List;

/**
 * Times the attention of one layer, projections included, against that of the dense twin, computed by the fastest
 * implementation that libtorch offers, which {@link DenseSearch} finds first. It runs on one clip, forwards and
 * backwards, which counts twice as much.
 */
public final class LayerBenchmark {
    static final String OWN = "this layer";
    static final String DENSE = "dense, best way";

    /** The share of progress that the search for the fastest dense attention takes. */
    private static final double SEARCH = 0.5;

    private final Workload workload;
    private final int layer;
    private final MatmulPrecision precision;

    /** The times of the contestants, and how dense attention was computed for them. */
    public record LayerResult(BenchmarkResult result, DenseSearch dense) {}

    private LayerBenchmark(Workload workload, int layer) {
        this.workload = workload;
        this.layer = layer;
        this.precision = MatmulPrecision.of(workload.config().training().linear());
    }

    /**
     * Measures one layer.
     *
     * @param layer number of the layer, from 0
     * @throws UserException if the model has no such layer
     */
    public static LayerResult run(Workload workload, int layer, BenchmarkListener listener) {
        int depth = workload.config().model().depth();
        if (layer < 0 || layer >= depth) {
            throw new UserException("layer must lie between 0 and " + (depth - 1) + ", not " + layer);
        }
        return new LayerBenchmark(workload, layer).run(listener);
    }

    private LayerResult run(BenchmarkListener listener) {
        ModelConfig model = workload.config().model();
        DenseSearch search = DenseSearch.run(workload, layer, precision, listener.part(0, SEARCH));
        AttentionImplementation best = search.best();
        LayerCost own = cost(model);
        LayerCost dense = cost(model.dense());
        try (LayerUnderTest ours =
                        new LayerUnderTest(workload, model, layer, precision, AttentionImplementation.CHOSEN);
                LayerUnderTest theirs = new LayerUnderTest(workload, model.dense(), layer, precision, best)) {
            List<Contestant> contestants = new ArrayList<>();
            contestants.add(contestant(OWN, own, own.attentionDone(), ours));
            if (!model.equals(model.dense())) {
                contestants.add(contestant(DENSE, dense, best.done(workload.grid(), model.width(), dense), theirs));
            }
            List<Baseline> baselines = List.of(new Baseline("dense", DENSE, false));
            BenchmarkResult result = InterleavedRounds.run(
                    workload.rounds(), workload.device(), contestants, baselines, listener.part(SEARCH, 1));
            return new LayerResult(result, search);
        }
    }

    private LayerCost cost(ModelConfig model) {
        ModelCost cost = workload.with(workload.config().with(model)).cost();
        return cost.layers().get(layer);
    }

    private Contestant contestant(String name, LayerCost cost, long attentionDone, LayerUnderTest sublayer) {
        long projections = cost.projections().multiplyAdds();
        return new Contestant(
                "attention of layer " + layer + " with projections, " + precision.label() + ", forward and backward",
                name,
                precision,
                3 * (projections + cost.attentionUseful()),
                3 * (projections + attentionDone),
                sublayer::forwardAndBackward);
    }
}
