// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Branch;
import io.lightcone.attention.Grid;
import io.lightcone.attention.LightCone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the cost of an attention layer by the closed forms of MSC (arXiv 2412.09828), to compare exact counts with.
 * They are for one high and one low branch of half the heads each, and cover projections and attention of a clip of s
 * tokens of width h, with windows of w x w tokens over v frames, means of r x r tokens, and key frames d apart.
 *
 * <pre>
 *          as printed                       repaired
 * dense    8 s h^2 + 2 s^2 h                4 s h^2 + 2 s^2 h
 * high     2 s h^2 + s^2 h / (2 w^2 v)      s h^2 + s w^2 v h
 * low      2 s h^2 / r^2 + s^2 h / (2 r^2 d)    s h^2 / r^2 + s^2 h / (r^4 d)
 * </pre>
 *
 * The printed forms count operations in projections and multiply-adds in attention; divide by the window where the work
 * grows with it; and have r^2 where queries and keys are both averaged, which makes r^4. Repaired, all are
 * multiply-adds. Even so they stay approximations: dense is not causal, windows are not cut at the first frames, and
 * each branch reads its own half of the channels only.
 *
 * @param printed cost by the forms as printed, whose units are mixed
 * @param repaired cost by the repaired forms, in multiply-adds
 * @param exact cost counted exactly for the same layer: multiply-adds of projections and of attention as the definition
 *     asks for it
 */
public record PaperCost(Form printed, Form repaired, Form exact) {
    /** Holds the values of one reading of the three formulas. */
    public record Form(double dense, double high, double low) {
        Form plus(Form other) {
            return new Form(dense + other.dense, high + other.high, low + other.low);
        }
    }

    /** Holds the variables s, h, w, v, r and d of the forms, in this order. */
    record Setting(double tokens, double width, double window, double frames, double down, double stride) {}

    /**
     * Returns the closed forms for a layer of {@code branches}, or null if they are no high and low branch as the paper
     * has them.
     *
     * @param costs exact costs of the branches, in their order
     */
    static @Nullable PaperCost of(List<Branch> branches, List<BranchCost> costs, Grid grid, int width) {
        if (branches.size() != 2) {
            return null;
        }
        int first = isHigh(branches.get(0)) ? 0 : 1;
        Branch high = branches.get(first);
        Branch low = branches.get(1 - first);
        if (!isHigh(high) || !isLow(low) || high.heads() != low.heads()) {
            return null;
        }
        Setting setting = new Setting(grid.tokenCount(), width, high.window(), high.frames(), low.down(), low.stride());
        Form exact = new Form(dense(grid, width), exact(costs.get(first)), exact(costs.get(1 - first)));
        return new PaperCost(printed(setting), repaired(setting), exact);
    }

    /** Returns the exact cost of dense frame-causal attention: every frame sees itself and all before it. */
    private static double dense(Grid grid, double width) {
        double pairsOfFrames = grid.frames() * (grid.frames() + 1.0) / 2;
        double frame = grid.tokensPerFrame();
        return 4 * grid.frames() * frame * width * width + 2 * frame * frame * pairsOfFrames * width;
    }

    private static double exact(BranchCost cost) {
        return (double) cost.projections().multiplyAdds() + cost.attentionUseful();
    }

    private static boolean isHigh(Branch branch) {
        return branch.down() == 1
                && branch.stride() == 1
                && branch.window() != Branch.ALL
                && branch.frames() != Branch.ALL
                && branch.cone().equals(LightCone.NONE)
                && isPlain(branch);
    }

    private static boolean isLow(Branch branch) {
        return branch.window() == Branch.ALL && branch.frames() == Branch.ALL && isPlain(branch);
    }

    /**
     * Returns whether a branch lacks what the paper does not have: windows that queries share, and attention sinks.
     */
    private static boolean isPlain(Branch branch) {
        return branch.spatialStride() == 1 && branch.sinks() == 0;
    }

    static Form printed(Setting c) {
        double s = c.tokens();
        double h = c.width();
        double r2 = c.down() * c.down();
        double volume = c.window() * c.window() * c.frames();
        return new Form(
                8 * s * h * h + 2 * s * s * h,
                2 * s * h * h + s * s * h / (2 * volume),
                2 * s * h * h / r2 + s * s * h / (2 * r2 * c.stride()));
    }

    static Form repaired(Setting c) {
        double s = c.tokens();
        double h = c.width();
        double r2 = c.down() * c.down();
        double volume = c.window() * c.window() * c.frames();
        return new Form(
                4 * s * h * h + 2 * s * s * h,
                s * h * h + s * volume * h,
                s * h * h / r2 + s * s * h / (r2 * r2 * c.stride()));
    }

    PaperCost plus(PaperCost other) {
        return new PaperCost(printed.plus(other.printed), repaired.plus(other.repaired), exact.plus(other.exact));
    }
}
