// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.report.ProfileReport;
import io.lightcone.tensor.Profile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Shows a profile on the console, and writes its table beside its trace. */
final class ConsoleProfile {
    private ConsoleProfile() {}

    static void show(Console console, Profile profile, @Nullable Path trace) {
        ProfileReport.text(profile).lines().forEach(console::line);
        if (trace == null) {
            return;
        }
        Path table = trace.resolveSibling(profile.name() + ".txt");
        try {
            ProfileReport.write(profile, table);
            console.line("The table is in " + table + ", and every span in " + trace
                    + ", which https://ui.perfetto.dev opens");
        } catch (UserException e) {
            console.line("Note: " + e.getMessage());
        }
    }
}
