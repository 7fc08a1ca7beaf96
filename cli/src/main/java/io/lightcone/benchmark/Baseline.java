// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

/**
 * A contestant that the others of its group are compared with. Baselines are listed from the nearest to the farthest,
 * and one baseline is compared with those that follow it only.
 *
 * @param label how ratios to it are called
 * @param contestant name of the contestant
 * @param countsDone whether its cost is what it computes; otherwise it is what its definition asks for
 */
record Baseline(String label, String contestant, boolean countsDone) {
    /** Returns the multiply-adds that count as the cost of {@code own}. */
    long cost(Contestant own) {
        return countsDone ? own.done() : own.useful();
    }
}
