// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

/**
 * A contestant that the others of its group are held against, from the nearest to the farthest: one yardstick is held
 * against those that follow it only.
 *
 * @param label how a ratio to it is called
 * @param contestant its name
 * @param countsDone whether its own cost is what it computes; else it is what its definition asks for
 */
record Yardstick(String label, String contestant, boolean countsDone) {
    long cost(Contestant own) {
        return countsDone ? own.done() : own.useful();
    }
}
