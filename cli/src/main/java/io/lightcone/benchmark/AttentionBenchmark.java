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
 * Times the attention of each branch by itself, without projections: by tiles, by one masked call over all pairs, and
 * beside them ordinary frame-causal attention with as many heads. Branches that are the same in several layers run
 * once. Everything is float32 on one clip, forwards and with the backward pass, which counts twice.
 */
public final class AttentionBenchmark {
    static final String TILES = "tiles";
    static final String MASKED = "one masked call";
    static final String DENSE = "dense, by tiles";

    private static final List<Baseline> BASELINES =
            List.of(new Baseline("masked", MASKED, true), new Baseline("dense", DENSE, false));

    private final Workload workload;
    private final List<Contestant> contestants = new ArrayList<>();

    private AttentionBenchmark(Workload workload) {
        this.workload = workload;
    }

    /** Measures all distinct branches and returns one result for each. */
    public static List<BenchmarkResult> run(Workload workload, BenchmarkListener listener) {
        Map<Branch, String> branches = branches(workload);
        List<BenchmarkResult> results = new ArrayList<>();
        branches.forEach((branch, summary) -> {
            double share = 1.0 / branches.size();
            BenchmarkListener part = listener.part(results.size() * share, (results.size() + 1) * share);
            results.add(new AttentionBenchmark(workload).run(branch, summary, part));
        });
        return results;
    }

    private static Map<Branch, String> branches(Workload workload) {
        ModelConfig model = workload.config().model();
        Grid grid = workload.grid();
        Map<Branch, String> branches = new LinkedHashMap<>();
        for (LayerCost layer : workload.cost().layers()) {
            for (int b = 0; b < layer.branches().size(); b++) {
                BranchCost cost = layer.branches().get(b);
                Branch branch = model.branch(b, layer.layer(), grid.height(), grid.width());
                branches.putIfAbsent(branch, "branch " + b + ": " + cost.summary());
            }
        }
        return branches;
    }

    private BenchmarkResult run(Branch branch, String summary, BenchmarkListener listener) {
        Grid grid = workload.grid();
        Grid cells = grid.pooled(branch.down());
        int width = workload.config().model().headWidth();
        Branch dense = Branch.dense(branch.heads());
        AttentionCost cost = AttentionCost.of(branch, grid, 1, width);
        AttentionCost denseCost = AttentionCost.of(dense, grid, 1, width);
        boolean fits = MaskMemory.fits(cells.tokens());
        RandomStreams streams = new RandomStreams(1);
        // Each plan has a cache of its own: a second plan could evict the first one, which is still in use.
        try (AttentionPlans tiled = new AttentionPlans(Method.TILED, null, MaskMemory.LARGEST);
                AttentionPlans denseTiled = new AttentionPlans(Method.TILED, null, MaskMemory.LARGEST);
                AttentionPlans reference = new AttentionPlans(Method.REFERENCE, null, MaskMemory.LARGEST);
                AttentionInputs own =
                        AttentionInputs.random(branch.heads(), cells.tokens(), width, streams, workload.device());
                AttentionInputs whole =
                        AttentionInputs.random(branch.heads(), grid.tokens(), width, streams, workload.device())) {
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
            BenchmarkResult result =
                    InterleavedRounds.run(workload.rounds(), workload.device(), contestants, BASELINES, listener);
            return fits ? result : result.noting(MaskMemory.leftOut(cells.tokens()));
        }
    }

    /** Adds two contestants that compute {@code plan}: forwards only, and with the backward pass. */
    private void compare(
            String summary, String name, long useful, long done, AttentionInputs heads, AttentionPlan plan) {
        contestants.add(new Contestant(
                summary + ", forward",
                name,
                MatmulPrecision.FLOAT32,
                useful,
                done,
                () -> Scopes.runWithoutGrad(() -> plan.attend(heads.q(), heads.k(), heads.v()))));
        contestants.add(new Contestant(
                summary + ", forward and backward",
                name,
                MatmulPrecision.FLOAT32,
                3 * useful,
                3 * done,
                () -> heads.forwardAndBackward(plan)));
    }
}
