// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.tensor.Devices;
import io.lightcone.tensor.Libtorch;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Option;

/** Holds the options that choose where to compute, for every command that does. */
final class DeviceOptions {
    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "cpu, cuda, cuda:N, or auto: a GPU where there is one. Default: auto.")
    private String device = "auto";

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads to compute with; 0, the default, is one per core.")
    private int threads;

    /** Prepares libtorch and returns the device, which lives as long as the process. */
    Device start() {
        if (threads < 0) {
            throw new UserException("--threads must be 0 or more, not " + threads);
        }
        Libtorch.start(threads);
        return Devices.resolve(device);
    }
}
