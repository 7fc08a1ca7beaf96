// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.Workload;
import io.lightcone.report.CostReport.Size;
import io.lightcone.run.Machine;
import io.lightcone.run.RunConfig;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds the options that every benchmark takes. */
final class BenchOptions {
    @Mixin
    private ClipOptions clip = new ClipOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Option(names = "--json", description = "Print everything as JSON, for programs.")
    private boolean json;

    /**
     * Returns the workload to measure, with the number types that training would use here; {@code unasked} is the base
     * if neither a preset nor a file was named. Prepares libtorch.
     */
    Workload workload(Supplier<RunConfig> unasked, int rounds) {
        RunConfig config = clip.config(unasked);
        Size size = clip.clip(config);
        Device where = device.start();
        RunConfig resolved = config.resolved(() -> Machine.linearOn(where), () -> Machine.attentionOn(where));
        return Arguments.namingOptions(
                () -> new Workload(resolved, size.frames(), size.height(), size.width(), rounds, where),
                "rounds",
                "frames");
    }

    boolean json() {
        return json;
    }
}
