// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.model.ModelCost;
import io.lightcone.model.ModelCost.TrainingMemory;
import io.lightcone.training.RunConfig;
import io.lightcone.training.TrainingConfig.Precision;
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
    private static final int BFLOAT16 = 2;

    @Mixin
    private ClipOptions options = new ClipOptions();

    @Option(names = "--json", description = "Print everything as JSON, for programs.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    /** All that is counted. */
    record Report(RunConfig config, ClipOptions.Size size, int linearBytes, ModelCost model, ModelCost dense) {
        static Report of(RunConfig config, ClipOptions.Size size) {
            // What AUTO becomes depends on the machine; counts should not.
            int bytes = config.training().linear() == Precision.BFLOAT16 ? BFLOAT16 : ModelCost.FLOAT32;
            ModelCost model = ModelCost.of(config.model(), size.frames(), size.height(), size.width(), bytes);
            ModelCost dense = ModelCost.of(config.model().dense(), size.frames(), size.height(), size.width(), bytes);
            return new Report(config, size, bytes, model, dense);
        }

        int batch() {
            return config.training().batch();
        }

        int draws() {
            return config.model().separable() ? config.training().separable().draws() : 1;
        }

        /** Of a training step of one of the models. */
        TrainingMemory training(ModelCost cost) {
            return cost.training(batch(), draws());
        }

        boolean isDense() {
            return config.model().equals(config.model().dense());
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        RunConfig config = options.config();
        Report report = Report.of(config, options.clip(config));
        if (json) {
            out.println(CostJson.of(report));
        } else {
            new CostTables(report, out).print();
        }
        return Main.OK;
    }
}
