// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.UserException;
import io.lightcone.model.LayerCost;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.ModelCost;
import java.util.ArrayList;
import java.util.List;

/**
 * The attention of one layer, projections included, against that of the dense twin computed in the best way that libtorch
 * offers, which is found first by {@link DenseSearch}. One clip, forwards and backwards, which counts twice as much.
 */
public final class LayerBenchmark {
    static final String OWN = "this layer";
    static final String DENSE = "dense, best way";

    /** Share of progress that finding the best way takes. */
    private static final double SEARCH = 0.5;

    private final Setting setting;
    private final int layer;
    private final Numbers numbers;

    /** What was measured, and how dense attention was computed for it. */
    public record Report(Result result, DenseSearch dense) {}

    private LayerBenchmark(Setting setting, int layer) {
        this.setting = setting;
        this.layer = layer;
        this.numbers = Numbers.of(setting.config().training().linear());
    }

    /**
     * Measures.
     *
     * @param layer number of the layer, from 0
     */
    public static Report run(Setting setting, int layer, Watcher watcher) {
        int depth = setting.config().model().depth();
        if (layer < 0 || layer >= depth) {
            throw new UserException("layer must lie between 0 and " + (depth - 1) + ", not " + layer);
        }
        return new LayerBenchmark(setting, layer).run(watcher);
    }

    private Report run(Watcher watcher) {
        ModelConfig model = setting.config().model();
        DenseSearch search = DenseSearch.run(setting, layer, numbers, watcher.part(0, SEARCH));
        Way best = search.best();
        LayerCost own = cost(model);
        LayerCost dense = cost(model.dense());
        try (Sublayer ours = new Sublayer(setting, model, layer, numbers, Way.CHOSEN);
                Sublayer theirs = new Sublayer(setting, model.dense(), layer, numbers, best)) {
            List<Contestant> contestants = new ArrayList<>();
            contestants.add(contestant(OWN, own, own.attentionDone(), ours));
            if (!model.equals(model.dense())) {
                contestants.add(contestant(DENSE, dense, best.done(setting.grid(), model.width(), dense), theirs));
            }
            List<Yardstick> yardsticks = List.of(new Yardstick("dense", DENSE, false));
            Result result =
                    Race.run(setting.rounds(), setting.device(), contestants, yardsticks, watcher.part(SEARCH, 1));
            return new Report(result, search);
        }
    }

    private LayerCost cost(ModelConfig model) {
        ModelCost cost = setting.with(setting.config().with(model)).cost();
        return cost.layers().get(layer);
    }

    private Contestant contestant(String name, LayerCost cost, long attentionDone, Sublayer sublayer) {
        long projections = cost.projections().multiplyAdds();
        return new Contestant(
                "attention of layer " + layer + " with projections, " + numbers.words() + ", forward and backward",
                name,
                numbers,
                3 * (projections + cost.attentionUseful()),
                3 * (projections + attentionDone),
                sublayer::thereAndBack);
    }
}
