// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.Workload;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every benchmark is told that lets contestants run in turns; over {@link Workload#standard}. */
final class RaceOptions {
    /** Of the help: what is measured if nothing else is named. */
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

    /** What to measure. Prepares libtorch. */
    Workload workload() {
        return options.workload(Workload::standard, rounds);
    }

    boolean json() {
        return options.json();
    }
}
