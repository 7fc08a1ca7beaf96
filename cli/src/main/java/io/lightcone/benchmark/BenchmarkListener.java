// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

/**
 * Hears before every measurement what comes next; it may throw to cancel the benchmark, and all native memory is then
 * freed.
 */
@FunctionalInterface
public interface BenchmarkListener {
    /**
     * Called before the next measurement.
     *
     * @param what the measurement, in words
     * @param done share of the benchmark that is over, 0 to 1
     */
    void next(String what, double done);

    /**
     * Returns a listener for a part of the benchmark, which maps shares of the part to those from {@code from} to
     * {@code to}.
     */
    default BenchmarkListener part(double from, double to) {
        return (what, done) -> next(what, from + done * (to - from));
    }
}
