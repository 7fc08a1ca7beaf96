// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Holds the options that every experiment takes. */
final class ExperimentOptions {
    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for the runs.")
    private Path out = Path.of("");

    @Option(names = "--minutes", paramLabel = "M", description = "Minutes to train each run, if not as said above.")
    private @Nullable Double minutes;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting over each run's; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--json", description = "Print what is measured as JSON, for programs.")
    private boolean json;

    /** Returns the folder for the runs. */
    Path folder() {
        return out;
    }

    /** Returns the folder of the run with that name. */
    Path run(String name) {
        return out.resolve(name);
    }

    /** Returns how many minutes to train, {@code usual} unless the user chose. */
    double minutes(double usual) {
        double chosen = minutes == null ? usual : minutes;
        Arguments.requireMinutes(chosen);
        return chosen;
    }

    /** Returns whether an option changes how to train. */
    boolean changesTraining() {
        return minutes != null || !settings.isEmpty();
    }

    List<String> settings() {
        return settings;
    }

    boolean json() {
        return json;
    }
}
