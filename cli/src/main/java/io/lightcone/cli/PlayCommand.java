// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.UserFolders;
import io.lightcone.web.BuiltInWorlds;
import io.lightcone.web.PlayOptions;
import io.lightcone.web.PlayServer;
import io.lightcone.web.RunWorld;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "play",
        description = "Steer a world in the browser: one that is built in, or any run.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class PlayCommand implements Callable<Integer> {
    @Option(
            names = "--run",
            paramLabel = "RUN",
            description = "Folder of a run to play, with its newest checkpoint, also while it trains; may be repeated."
                    + " Default: the built-in worlds.")
    private List<Path> runs = new ArrayList<>();

    @Option(
            names = "--class",
            paramLabel = "NAME",
            description = "What to show, for runs trained with data.labels. Default: whatever comes.")
    private @Nullable String className;

    @Option(
            names = "--port",
            paramLabel = "P",
            defaultValue = "" + PlayOptions.PORT,
            description = "Port of the page; 0 for one that is free. Default: " + PlayOptions.PORT + ".")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            defaultValue = "127.0.0.1",
            description = "Name or number of the interface to listen at; 0.0.0.0 for all, which lets everybody in who"
                    + " reaches this machine. Default: 127.0.0.1, for this machine alone.")
    private String host = "";

    @Option(
            names = "--sessions",
            paramLabel = "N",
            defaultValue = "4",
            description = "Most plays at a time; others wait for their turn. Default: 4.")
    private int sessions;

    @Option(names = "--fps", paramLabel = "F", description = "Frames per second. Default: those of the world.")
    private @Nullable Double fps;

    @Option(
            names = "--record",
            paramLabel = "DIR",
            defaultValue = "recordings",
            description = "Folder for what the page records, as data to train on. Default: recordings.")
    private Path record = Path.of("");

    @Option(names = "--no-browser", description = "Open no browser.")
    private boolean noBrowser;

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    private final Session session;

    PlayCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        PlayOptions options = Arguments.namingOptions(
                () -> new PlayOptions(host, port, sessions, fps == null ? 0 : fps, record), "port", "sessions", "fps");
        CountDownLatch stop = new CountDownLatch(1);
        try (Interrupts.Registration registration = session.interrupts().onStop(stop::countDown);
                PlayServer server = start(options)) {
            URI address = server.address();
            session.out().println(address);
            session.console().line("Play there until Ctrl-C.");
            if (!noBrowser) {
                Browser.open(address);
            }
            stop.await();
        }
        return Main.OK;
    }

    private PlayServer start(PlayOptions options) {
        try {
            return PlayServer.start(options, worlds(), session.console()::line);
        } catch (UserException e) {
            if (e.getCause() instanceof BindException) {
                throw new UserException(
                        "port " + port + " of " + host + " is taken, perhaps by another play; choose another one with"
                                + " --port, or --port 0 for one that is free",
                        e);
            }
            throw e;
        }
    }

    private List<RunWorld> worlds() {
        List<RunWorld> worlds = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Path run : runs) {
            worlds.add(RunWorld.of(name(run, names), run, device.name(), device.threads()));
        }
        if (runs.isEmpty()) {
            worlds.addAll(builtIn(device));
        }
        if (worlds.isEmpty()) {
            throw new UserException("no world is built in; name a run to play with --run RUN");
        }
        String shown = className;
        return shown == null
                ? worlds
                : worlds.stream().map(world -> world.withClass(shown)).toList();
    }

    /** Returns the worlds that come with Lightcone. */
    static List<RunWorld> builtIn(DeviceOptions device) {
        List<RunWorld> worlds = new ArrayList<>();
        BuiltInWorlds.in(UserFolders.cache())
                .forEach((name, run) -> worlds.add(RunWorld.of(name, run, device.name(), device.threads())));
        return worlds;
    }

    /** Returns the name of a run's folder, with a number if another run has it already. */
    private static String name(Path run, Set<String> taken) {
        Path folder = run.toAbsolutePath().normalize().getFileName();
        String plain = folder == null ? "run" : folder.toString();
        String name = plain;
        for (int number = 2; !taken.add(name); number++) {
            name = plain + "-" + number;
        }
        return name;
    }
}
