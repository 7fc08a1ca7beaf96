// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.report.CostJson;
import io.lightcone.report.CostReport;
import io.lightcone.report.CostTables;
import io.lightcone.run.RunConfig;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "cost",
        description = "Count what a model costs on a clip, part by part, beside its dense twin; makes no model.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class CostCommand implements Callable<Integer> {
    @Mixin
    private ClipOptions options = new ClipOptions();

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Workers that share a training step, each with gradients of its own. Default: 1.")
    private int workers;

    @Option(names = "--json", description = "Print everything as JSON, for programs.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        RunConfig config = options.config();
        if (workers < 1) {
            throw new UserException("--workers must be at least 1, not " + workers);
        }
        CostReport report = CostReport.of(config, options.clip(config), workers);
        if (json) {
            out.println(CostJson.of(report));
        } else {
            new CostTables(report, out).print();
        }
        return Main.OK;
    }
}
