// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.report.EnumNames;
import io.lightcone.report.Units;
import io.lightcone.run.RunExport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "export",
        description = {
            "Copy what generation needs of a run: its configuration and its averaged weights, to give away or to keep.",
            "The copy is a run folder for sample and play, but its training cannot be resumed; 'train --from'"
                    + " begins a new run with it."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ExportCommand implements Callable<Integer> {
    @Option(names = "--run", required = true, paramLabel = "RUN", description = "Folder of the run.")
    private Path run = Path.of("");

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder to write; nothing is there yet.")
    private Path out = Path.of("");

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "float16",
            description = "Type of the weights: float16, bfloat16 or float32. Default: float16.")
    private RunExport.Type type = RunExport.Type.FLOAT16;

    private final Session session;

    ExportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        RunExport export = RunExport.write(run, out, type);
        session.console()
                .line("Wrote " + out + ": step " + export.step() + ", " + Units.count(export.numbers()) + " weights in "
                        + EnumNames.of(type) + ", " + Units.bytes(export.bytes()));
        return Main.OK;
    }
}
