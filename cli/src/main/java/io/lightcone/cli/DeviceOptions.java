// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.tensor.Devices;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds the options that choose where to compute, for every command that does. */
final class DeviceOptions {
    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "cpu, cuda, cuda:N, or auto: a GPU where there is one. Default: auto.")
    private String device = "auto";

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    /** Returns the name of the device as it was typed. */
    String name() {
        return device;
    }

    /** Returns the number of threads, without touching libtorch; 0 for one per core. */
    int threads() {
        return threads.number();
    }

    /** Prepares libtorch and returns the device, which lives as long as the process. */
    Device start() {
        threads.start();
        return Devices.resolve(device);
    }
}
