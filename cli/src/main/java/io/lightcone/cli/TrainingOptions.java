// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds the options that choose how a run is trained, without changing what it learns, for every command that does. */
final class TrainingOptions {
    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Threads that share the clips of each batch, or the draws of a clip; 0, the default, is one for"
                            + " each of --threads, or one with all of them where this machine trains so large a"
                            + " model faster. The same run needs the same number.")
    private int workers;

    @Option(
            names = "--profile",
            paramLabel = "N",
            description = "Record where the time of N steps goes, and write it to RUN/profile as a table and as a trace"
                    + " for https://ui.perfetto.dev.")
    private @Nullable Integer profile;

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    /** Throws if an option has no sense, before anything else is done. */
    void check() {
        if (workers < 0) {
            throw new UserException("--workers must be 0 or more, not " + workers);
        }
        if (profile != null && profile < 1) {
            throw new UserException("--profile must be 1 step or more, not " + profile);
        }
    }

    /** Prepares libtorch and returns what trains runs as these options say. */
    TrainingRunner runner(Session session) {
        return new TrainingRunner(session, deviceOptions.start(), workers, profile == null ? 0 : profile);
    }
}
