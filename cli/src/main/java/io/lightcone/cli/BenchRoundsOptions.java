// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.Workload;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Holds the options of benchmarks that run their contestants in turns for several rounds, by default on
 * {@link Workload#standard}.
 */
final class BenchRoundsOptions {
    /** The sentence of the help that says what is measured if nothing else is named. */
    static final String UNASKED =
            "Without --preset or --config: 16 frames of 32x32 tokens of width 512, two layers, eight"
                    + " heads in two branches.";

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--rounds",
            paramLabel = "R",
            defaultValue = "5",
            description = "Rounds in which each runs once. Default: 5.")
    private int rounds;

    /** Returns the workload to measure, and prepares libtorch. */
    Workload workload() {
        return options.workload(Workload::standard, rounds);
    }

    boolean json() {
        return options.json();
    }
}
