// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

/** Is told before every measurement what comes next; it may throw to leave off, and everything native is then freed. */
@FunctionalInterface
public interface Watcher {
    /**
     * The next measurement.
     *
     * @param what is measured
     * @param done share of the benchmark that is over, 0 to 1
     */
    void next(String what, double done);

    /** The same watcher for part of the whole, from {@code from} to {@code to}. */
    default Watcher part(double from, double to) {
        return (what, done) -> next(what, from + done * (to - from));
    }
}
