// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * Counts what the plan of a branch computes and copies, from the tiles that it would really use.
 *
 * @param donePairs (query, key) pairs that are computed, masked ones included; at least {@link Neighbourhood#pairs()}
 * @param copiedKeys keys that are copied to stand beside their queries, each with its value, per head; 0 where they are
 *     read in place
 */
record PlanCost(long donePairs, long copiedKeys) {
    /** Returns the cost of the plan of {@code branch} on {@code grid}, the branch's own grid. */
    static PlanCost of(Branch branch, Grid grid) {
        Neighbourhood neighbourhood = new Neighbourhood(branch.neighbourhoodOnly(), grid);
        if (!AttentionPlans.foldsByResidue(branch)) {
            return of(neighbourhood);
        }
        PlanCost residue = of(DilatedPlan.residue(neighbourhood));
        int residues = DilatedPlan.residues(neighbourhood);
        return new PlanCost(
                Math.multiplyExact(residue.donePairs, residues), Math.multiplyExact(residue.copiedKeys, residues));
    }

    private static PlanCost of(Neighbourhood neighbourhood) {
        long donePairs = 0;
        long copiedKeys = 0;
        for (CallSize call : new ClipCallSizes(neighbourhood).calls(TileChoice.best(neighbourhood))) {
            donePairs = Math.addExact(donePairs, call.donePairs());
            copiedKeys = Math.addExact(copiedKeys, call.copiedKeys());
        }
        return new PlanCost(donePairs, copiedKeys);
    }
}
