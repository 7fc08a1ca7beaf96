// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.PlayBenchmark;
import io.lightcone.web.PlayOptions;
import io.lightcone.web.PlayServer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Plays a built-in world for a moment, as a viewer of its own. The launcher calls it after a build and lets Java
 * archive the classes that it has loaded, so that later starts are quicker. What else is done at a first start, such as
 * unpacking libtorch and measuring the machine, is done then too.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Play the first built-in world for a moment, without a browser.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class RehearseCommand implements Callable<Integer> {
    private static final int FRAMES = 5;

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    private final Session session;

    RehearseCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        PlayOptions options = new PlayOptions("127.0.0.1", 0, 1, 0, Path.of("recordings"));
        // Loading libtorch cannot be stopped half-way, and nothing is lost.
        try (Interrupts.Registration registration =
                        session.interrupts().onStop(() -> Runtime.getRuntime().halt(Main.INTERRUPTED));
                PlayServer server = PlayServer.start(options, PlayCommand.builtIn(device), line -> {})) {
            session.out().println(FRAMES + " frames of " + PlayBenchmark.watch(server.address(), FRAMES));
        }
        return Main.OK;
    }
}
