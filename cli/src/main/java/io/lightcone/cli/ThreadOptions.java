// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.tensor.Libtorch;
import picocli.CommandLine.Option;

/** Holds the option that says with how many threads to compute. */
final class ThreadOptions {
    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads to compute with; 0, the default, is one per core that the program may use.")
    private int threads;

    /** Prepares libtorch. */
    void start() {
        Libtorch.start(number());
    }

    /** Returns the number of threads, without touching libtorch; 0 for one per core. */
    int number() {
        if (threads < 0) {
            throw new UserException("--threads must be 0 or more, not " + threads);
        }
        return threads;
    }
}
