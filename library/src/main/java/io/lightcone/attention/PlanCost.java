// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import java.util.List;

/**
 * Counts what the plan of a branch computes and copies, from the tiles that it would really use.
 *
 * @param donePairs (query, key) pairs that are computed, masked ones included; at least {@link Neighbourhood#pairs()}
 * @param copiedKeys keys that are copied to stand beside their queries, each with its value, per head; 0 where they are
 *     read in place
 * @param keptTokens tokens of which a number a channel is kept for the backward pass: queries, keys and values as the
 *     kernel reads them, and outcomes as it leaves them and as they are handed on
 * @param keptPairs pairs whose weight is kept as well, per head, where attention in training is two products
 */
record PlanCost(long donePairs, long copiedKeys, long keptTokens, long keptPairs) {
    /** Returns the cost of the plan of {@code branch} on {@code grid}, the branch's own grid. */
    static PlanCost of(Branch branch, Grid grid) {
        Neighbourhood neighbourhood = new Neighbourhood(branch.neighbourhoodOnly(), grid);
        if (!AttentionPlans.foldsByResidue(branch)) {
            return of(neighbourhood, false, branch.heads());
        }
        PlanCost residue = of(DilatedPlan.residue(neighbourhood), true, branch.heads());
        int residues = DilatedPlan.residues(neighbourhood);
        return new PlanCost(
                Math.multiplyExact(residue.donePairs, residues),
                Math.multiplyExact(residue.copiedKeys, residues),
                Math.addExact(
                        Math.multiplyExact(residue.keptTokens, residues),
                        neighbourhood.grid().tokens()),
                Math.multiplyExact(residue.keptPairs, residues));
    }

    /**
     * Counts the plan of a clip.
     *
     * @param folded whether queries, keys and values are copies in the kernel's order already, of one residue; their
     *     outcomes in the order of the whole clip are then not counted here
     */
    private static PlanCost of(Neighbourhood neighbourhood, boolean folded, int heads) {
        List<CallSize> calls = new ClipCallSizes(neighbourhood).calls(TileChoice.best(neighbourhood));
        long donePairs = 0;
        long copiedKeys = 0;
        long keptPairs = 0;
        long tokens = neighbourhood.grid().tokens();
        long kept = tokens; // the outcomes
        for (CallSize call : calls) {
            donePairs = Math.addExact(donePairs, call.donePairs());
            copiedKeys = Math.addExact(copiedKeys, call.copiedKeys());
            boolean twoProducts = call.donePairs() <= LibtorchAttention.MOST_SCORES / heads;
            keptPairs += twoProducts ? call.donePairs() : 0;
            kept = Math.addExact(kept, call.inPlace() ? 0 : call.allQueries() + 2 * call.copiedKeys());
        }
        boolean inPlace = calls.stream().anyMatch(CallSize::inPlace);
        boolean gathers = !calls.stream().allMatch(CallSize::inPlace);
        if (inPlace) {
            // Views hold what they are views of: of rotated queries and keys both, or of the copies of all three.
            kept += (folded ? 3 : 2) * tokens;
        }
        if (inPlace && gathers && !folded) {
            kept += 2 * tokens; // keys and values in the kernel's order, copied once for all calls
        }
        if (!folded && (gathers || calls.size() > 1)) {
            kept += tokens; // the outcomes in the order of the clip
        }
        return new PlanCost(donePairs, copiedKeys, kept, keptPairs);
    }
}
