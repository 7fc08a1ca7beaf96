// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.report.MachineReport;
import io.lightcone.run.Machine;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "machine",
        description = {
            "Show how fast this machine computes, and what is chosen for it: the types of large products and of",
            "attention where they are auto, when a frame is computed by one thread, and when one worker trains with",
            "all threads. It is measured when it is first needed, within about three seconds, and kept in the cache",
            "folder."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class MachineCommand implements Callable<Integer> {
    @Option(names = "--again", description = "Measure anew. Do so while nothing else runs.")
    private boolean again;

    @Option(names = "--json", description = "Print everything as JSON, for programs.")
    private boolean json;

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    private final Session session;

    MachineCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        threads.start();
        Machine machine = again ? Machine.measured() : Machine.current();
        if (json) {
            session.out().println(MachineReport.json(machine));
        } else {
            MachineReport.print(machine, session.out());
        }
        return Main.OK;
    }
}
