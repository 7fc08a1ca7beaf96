// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import java.util.List;

/** The median, the least and the most of the times of the same work in several rounds, in milliseconds. */
public record Timing(double median, double least, double most) {
    static Timing of(List<Double> milliseconds) {
        List<Double> sorted = milliseconds.stream().sorted().toList();
        int count = sorted.size();
        double median = (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
        return new Timing(median, sorted.get(0), sorted.get(count - 1));
    }
}
