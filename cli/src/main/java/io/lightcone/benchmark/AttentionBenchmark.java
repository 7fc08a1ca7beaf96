// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.attention.AttentionCost;
import io.lightcone.attention.AttentionPlan;
import io.lightcone.attention.AttentionPlans;
import io.lightcone.attention.AttentionPlans.Method;
import io.lightcone.attention.Branch;
import io.lightcone.attention.Grid;
import io.lightcone.model.BranchCost;
import io.lightcone.model.LayerCost;
import io.lightcone.model.ModelConfig;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The attention of each branch by itself, without projections: by tiles, by one masked call over all pairs, and beside them
 * ordinary frame-causal attention with as many heads. Branches that are the same in several layers run once. Float32, one
 * clip, forwards and with the backward pass, which counts twice.
 */
public final class AttentionBenchmark {
    static final String TILES = "tiles";
    static final String MASKED = "one masked call";
    static final String DENSE = "dense, by tiles";

    private static final List<Yardstick> YARDSTICKS =
            List.of(new Yardstick("masked", MASKED, true), new Yardstick("dense", DENSE, false));

    private final Setting setting;
    private final List<Contestant> contestants = new ArrayList<>();

    private AttentionBenchmark(Setting setting) {
        this.setting = setting;
    }

    /** Measures; one result for each branch. */
    public static List<Result> run(Setting setting, Watcher watcher) {
        Map<Branch, String> branches = branches(setting);
        List<Result> results = new ArrayList<>();
        branches.forEach((branch, summary) -> {
            double share = 1.0 / branches.size();
            Watcher part = watcher.part(results.size() * share, (results.size() + 1) * share);
            results.add(new AttentionBenchmark(setting).run(branch, summary, part));
        });
        return results;
    }

    private static Map<Branch, String> branches(Setting setting) {
        ModelConfig model = setting.config().model();
        Grid grid = setting.grid();
        Map<Branch, String> branches = new LinkedHashMap<>();
        for (LayerCost layer : setting.cost().layers()) {
            for (int b = 0; b < layer.branches().size(); b++) {
                BranchCost cost = layer.branches().get(b);
                Branch branch = model.branches().get(b).at(layer.layer(), model.depth(), grid.height(), grid.width());
                branches.putIfAbsent(branch, "branch " + b + ": " + cost.summary());
            }
        }
        return branches;
    }

    private Result run(Branch branch, String summary, Watcher watcher) {
        Grid grid = setting.grid();
        Grid cells = grid.pooled(branch.down());
        int width = setting.config().model().headWidth();
        Branch dense = Branch.dense(branch.heads());
        AttentionCost cost = AttentionCost.of(branch, grid, 1, width);
        AttentionCost denseCost = AttentionCost.of(dense, grid, 1, width);
        boolean fits = Masks.fits(cells.tokens());
        RandomStreams streams = new RandomStreams(1);
        // Each plan has plans of its own: a second one could push out the first, which is still in use.
        try (AttentionPlans tiled = new AttentionPlans(Method.TILED, null, Masks.LARGEST);
                AttentionPlans denseTiled = new AttentionPlans(Method.TILED, null, Masks.LARGEST);
                AttentionPlans reference = new AttentionPlans(Method.REFERENCE, null, Masks.LARGEST);
                Heads own = Heads.random(branch.heads(), cells.tokens(), width, streams, setting.device());
                Heads whole = Heads.random(branch.heads(), grid.tokens(), width, streams, setting.device())) {
            AttentionPlan tiles = tiled.plan(branch, cells, own.q());
            compare(summary, TILES, cost.useful(), cost.done(), own, tiles);
            if (fits) {
                AttentionPlan masked = reference.plan(branch, cells, own.q());
                long all = 2 * cost.channels() * cells.tokens() * cells.tokens();
                compare(summary, MASKED, cost.useful(), all, own, masked);
            }
            if (!branch.equals(dense)) {
                AttentionPlan plan = denseTiled.plan(dense, grid, whole.q());
                compare(summary, DENSE, denseCost.useful(), denseCost.done(), whole, plan);
            }
            contestants.sort((a, b) -> a.group().compareTo(b.group()));
            Result result = Race.run(setting.rounds(), setting.device(), contestants, YARDSTICKS, watcher);
            return fits ? result : result.noting(Masks.leftOut(cells.tokens()));
        }
    }

    /** Forwards, and with the backward pass. */
    private void compare(String summary, String name, long useful, long done, Heads heads, AttentionPlan plan) {
        contestants.add(new Contestant(
                summary + ", forward",
                name,
                Numbers.FLOAT32,
                useful,
                done,
                () -> Scopes.runWithoutGrad(() -> plan.attend(heads.q(), heads.k(), heads.v()))));
        contestants.add(new Contestant(
                summary + ", forward and backward",
                name,
                Numbers.FLOAT32,
                3 * useful,
                3 * done,
                () -> heads.attendAndBack(plan)));
    }
}
