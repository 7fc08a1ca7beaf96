// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.model.ModelConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The search for the implementation that computes the attention of the dense twin fastest on this machine, so that
 * nothing is compared with a dense model that could be faster. Each implementation runs once in one layer, forwards and
 * backwards, after a warm-up run.
 *
 * @param tried all implementations with their times, at least one
 */
public record DenseSearch(List<Trial> tried) {
    /** An implementation with the milliseconds that one run of it took. */
    public record Trial(AttentionImplementation implementation, double milliseconds) {}

    public DenseSearch {
        tried = List.copyOf(tried);
    }

    /**
     * Times every implementation once. All layers of a dense model are the same, but {@code layer} names the weights.
     */
    static DenseSearch run(Workload workload, int layer, MatmulPrecision precision, BenchmarkListener listener) {
        ModelConfig dense = workload.config().model().dense();
        List<AttentionImplementation> implementations = AttentionImplementation.dense(workload.grid());
        List<Trial> tried = new ArrayList<>();
        for (AttentionImplementation implementation : implementations) {
            String what = "finding the best dense attention, " + precision.label() + ": " + implementation.name();
            double done = (double) tried.size() / implementations.size();
            listener.next(what, done);
            try (LayerUnderTest sublayer = new LayerUnderTest(workload, dense, layer, precision, implementation)) {
                InterleavedRounds.time(sublayer::forwardAndBackward, workload.device());
                listener.next(what, done);
                tried.add(new Trial(
                        implementation, InterleavedRounds.time(sublayer::forwardAndBackward, workload.device())));
            }
        }
        return new DenseSearch(tried);
    }

    /** Returns the fastest of the implementations tried. */
    public AttentionImplementation best() {
        return tried.stream()
                .min(Comparator.comparing(Trial::milliseconds))
                .orElseThrow()
                .implementation();
    }
}
