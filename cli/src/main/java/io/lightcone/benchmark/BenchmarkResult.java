// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import java.util.List;

/**
 * The measurements of contestants that ran in turns.
 *
 * @param ceilings large matrix products, which ran among the contestants
 * @param groups groups of measurements that can be compared
 */
public record BenchmarkResult(List<Measurement> ceilings, List<ContestantGroup> groups) {
    /**
     * Measurements that can be compared with each other.
     *
     * @param notes what a reader should know of them
     */
    public record ContestantGroup(String name, List<Measurement> measurements, List<String> notes) {
        public ContestantGroup {
            measurements = List.copyOf(measurements);
            notes = List.copyOf(notes);
        }
    }

    public BenchmarkResult {
        ceilings = List.copyOf(ceilings);
        groups = List.copyOf(groups);
    }

    /** Returns this result with {@code note} as the only note of every group. */
    BenchmarkResult noting(String note) {
        return new BenchmarkResult(
                ceilings,
                groups.stream()
                        .map(group -> new ContestantGroup(group.name, group.measurements, List.of(note)))
                        .toList());
    }
}
