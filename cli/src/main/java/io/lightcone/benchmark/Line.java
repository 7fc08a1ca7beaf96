// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import java.util.List;

/**
 * What one contestant took.
 *
 * @param name of the contestant, unique in its group
 * @param numbers in which its large products are computed
 * @param time of one run
 * @param useful multiply-adds that the definition asks for
 * @param done multiply-adds that are computed, masked ones included
 * @param ceiling of the machine for these numbers at the time, in GFLOP/s
 * @param ratios to what it is held against
 */
public record Line(
        String name, Numbers numbers, Timing time, long useful, long done, double ceiling, List<Ratio> ratios) {
    /**
     * How much faster this is than something else.
     *
     * @param yardstick what it is held against
     * @param measured the yardstick's median time over this one's
     * @param ideal the yardstick's multiply-adds over the useful ones here: what saving all the others would give
     */
    public record Ratio(String yardstick, double measured, double ideal) {}

    public Line {
        ratios = List.copyOf(ratios);
    }

    /** Floating-point operations a second, in 10^9: two for each multiply-add that is computed. */
    public double gigaflops() {
        return 2e-6 * done / time.median();
    }

    /** Share of the machine's ceiling. */
    public double share() {
        return gigaflops() / ceiling;
    }
}
