// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.Setting;
import io.lightcone.training.RunConfig;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every benchmark is told. */
final class BenchOptions {
    @Mixin
    private ClipOptions clip = new ClipOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Option(names = "--json", description = "Print everything as JSON, for programs.")
    private boolean json;

    /** What to measure; over {@code unasked} if neither a preset nor a file was named. Prepares libtorch. */
    Setting setting(Supplier<RunConfig> unasked, int rounds) {
        RunConfig config = clip.config(unasked);
        ClipOptions.Size size = clip.clip(config);
        return new Setting(config, size.frames(), size.height(), size.width(), rounds, device.start());
    }

    boolean json() {
        return json;
    }
}
