// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.UserException;
import io.lightcone.attention.AttentionPlans.Method;
import io.lightcone.attention.Grid;
import io.lightcone.attention.Tile;
import io.lightcone.benchmark.Sublayer.Way;
import io.lightcone.model.LayerCost;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.ModelCost;
import io.lightcone.training.TrainingConfig.Precision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The attention of one layer, projections included, against that of the dense twin computed in the best way that libtorch
 * offers. Which way that is, is found first: groups of so and so many frames, each with all frames up to its last and a mask
 * inside the group, or one masked call over all pairs. One clip, forwards and backwards, which counts twice as much.
 */
public final class LayerBenchmark {
    static final String OWN = "this layer";
    static final String DENSE = "dense, best way";

    /** Frames of a group. */
    private static final int[] GROUPS = {1, 2, 4, 16};
    /** Share of progress that finding the best way takes. */
    private static final double SEARCH = 0.5;

    private final Setting setting;
    private final int layer;
    private final Numbers numbers;

    /**
     * What was measured.
     *
     * @param best way to compute dense attention
     * @param ways all ways that were tried, in milliseconds of one run
     */
    public record Report(Result result, String best, List<Tried> ways) {
        public Report {
            ways = List.copyOf(ways);
        }
    }

    /** A way to compute dense attention, and what one run of it took. */
    public record Tried(String way, double milliseconds) {}

    private LayerBenchmark(Setting setting, int layer) {
        this.setting = setting;
        this.layer = layer;
        this.numbers = setting.config().training().linear() == Precision.BFLOAT16 ? Numbers.BFLOAT16 : Numbers.FLOAT32;
    }

    /**
     * Measures.
     *
     * @param layer number of the layer, from 0
     */
    public static Report run(Setting setting, int layer, Watcher watcher) {
        int depth = setting.config().model().depth();
        if (layer < 0 || layer >= depth) {
            throw new UserException("--layer must lie between 0 and " + (depth - 1) + ", not " + layer);
        }
        return new LayerBenchmark(setting, layer).run(watcher);
    }

    private Report run(Watcher watcher) {
        ModelConfig model = setting.config().model();
        List<Tried> tried = new ArrayList<>();
        Way best = best(model.dense(), tried, watcher.part(0, SEARCH));
        LayerCost own = cost(model);
        LayerCost dense = cost(model.dense());
        try (Sublayer ours = new Sublayer(setting, model, layer, numbers, Way.CHOSEN);
                Sublayer theirs = new Sublayer(setting, model.dense(), layer, numbers, best)) {
            List<Contestant> contestants = new ArrayList<>();
            contestants.add(contestant(OWN, own, own.attentionDone(), ours));
            if (!model.equals(model.dense())) {
                contestants.add(contestant(DENSE, dense, done(best, dense), theirs));
            }
            List<Yardstick> yardsticks = List.of(new Yardstick("dense", DENSE, false));
            Result result =
                    Race.run(setting.rounds(), setting.device(), contestants, yardsticks, watcher.part(SEARCH, 1));
            return new Report(result, best.name(), tried);
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

    /** The fastest of all ways in a single run each, after a first that does not count. */
    private Way best(ModelConfig dense, List<Tried> tried, Watcher watcher) {
        List<Way> ways = ways();
        for (Way way : ways) {
            double done = (double) tried.size() / ways.size();
            watcher.next("finding the best dense attention: " + way.name(), done);
            try (Sublayer sublayer = new Sublayer(setting, dense, layer, numbers, way)) {
                Race.time(sublayer::thereAndBack, setting.device());
                watcher.next("finding the best dense attention: " + way.name(), done);
                tried.add(new Tried(way.name(), Race.time(sublayer::thereAndBack, setting.device())));
            }
        }
        return IntStream.range(0, ways.size())
                .boxed()
                .min(Comparator.comparing(i -> tried.get(i).milliseconds()))
                .map(ways::get)
                .orElseThrow();
    }

    private List<Way> ways() {
        Grid grid = setting.grid();
        List<Way> ways = new ArrayList<>();
        ways.add(Way.CHOSEN);
        for (int group : IntStream.of(GROUPS)
                .map(frames -> Math.min(frames, grid.frames()))
                .distinct()
                .toArray()) {
            if (group == 1 || Masks.fits(grid.tokens())) {
                String name = group == 1 ? "frame by frame" : group + " frames a call";
                ways.add(new Way(name, Method.TILED, new Tile(group, grid.height(), grid.width())));
            }
        }
        if (Masks.fits(grid.tokens())) {
            ways.add(new Way("one masked call", Method.REFERENCE, null));
        }
        return ways;
    }

    /** Multiply-adds of dense attention that are computed in that way. */
    private long done(Way way, LayerCost dense) {
        Grid grid = setting.grid();
        Tile tile = way.tile();
        if (tile == null && way.method() == Method.TILED) {
            return dense.attentionDone();
        }
        int group = tile == null ? grid.frames() : tile.frames();
        long frames = 0; // pairs of frames
        for (int from = 0; from < grid.frames(); from += group) {
            int to = Math.min(grid.frames(), from + group);
            frames += (long) (to - from) * to;
        }
        long pairs = frames * grid.tokensPerFrame() * grid.tokensPerFrame();
        return 2 * pairs * setting.config().model().width();
    }
}
