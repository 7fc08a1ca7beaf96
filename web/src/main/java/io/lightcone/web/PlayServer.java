// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.UserException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.core.WebSocketConnection;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;

/**
 * Serves worlds to browsers: a page that steers them, and the WebSocket that the page uses, which docs/protocol.md
 * describes. It listens before any model is loaded; a model is loaded when the first session wants it.
 *
 * <pre>{@code
 * RunWorld steered = RunWorld.of("steered", Path.of("runs/steered"), "auto", 0);
 * try (PlayServer server = PlayServer.start(PlayOptions.defaults(), List.of(steered), System.out::println)) {
 *     System.out.println(server.address());
 *     waitForTheEnd();
 * }
 * }</pre>
 *
 * Memory is bounded, whatever clients do: connections, sessions, messages and what waits to be sent all have limits.
 * Close it to end all sessions and free their worlds.
 */
public final class PlayServer implements AutoCloseable {
    /** The most connections at a time; more wait unheard until one ends. */
    static final int MOST_CONNECTIONS = 64;

    private static final int THREADS = 16;
    private static final long IDLE_MILLISECONDS = 15_000;
    private static final long CROWDED_MILLISECONDS = 1000;
    private static final long FAREWELL_MILLISECONDS = 1000;
    private static final int HEADER_BYTES = 8192;
    /** What the system holds back for a slow viewer: a few frames of 64x64, not seconds of them. */
    private static final int SEND_BUFFER = 64 * 1024;

    private final Server server;
    private final ServerConnector connector;
    private final Lobby lobby;
    private final List<PlayWorld> worlds;
    private final PlayOptions options;

    private PlayServer(
            Server server,
            ServerConnector connector,
            Lobby lobby,
            List<? extends PlayWorld> worlds,
            PlayOptions options) {
        this.server = server;
        this.connector = connector;
        this.lobby = lobby;
        this.worlds = List.copyOf(worlds);
        this.options = options;
    }

    /**
     * Starts a server, which owns the worlds from now on.
     *
     * @param worlds what can be played, at least one; their names differ
     * @param log takes lines for the person who runs it, from any thread
     * @throws UserException if it cannot listen there, with a {@link BindException} as its cause if the port is taken
     */
    public static PlayServer start(PlayOptions options, List<? extends PlayWorld> worlds, Consumer<String> log) {
        if (worlds.isEmpty()) {
            throw new IllegalArgumentException("there is no world to play");
        }
        Lobby lobby = new Lobby(options, worlds, new Tally(log), log);
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("play-web");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(options.host());
        connector.setPort(options.port());
        connector.setIdleTimeout(IDLE_MILLISECONDS);
        connector.setAcceptedSendBufferSize(SEND_BUFFER);
        server.addConnector(connector);
        server.addBean(new CountedLimit(server, connector, lobby));
        server.setStopTimeout(FAREWELL_MILLISECONDS);
        server.setErrorHandler(new RequestErrors(lobby.tally()));
        server.setHandler(new WebHandler(lobby, new Guard(options.host()), ServerWebSocketContainer.ensure(server)));
        PlayServer play = new PlayServer(server, connector, lobby, worlds, options);
        play.listen();
        play.loadFirst();
        return play;
    }

    /**
     * Lets no more connections in than there may be, and counts how often all places are taken. Those that ask for
     * nothing are not kept for long from then on.
     */
    private static final class CountedLimit extends NetworkConnectionLimit {
        private final ServerConnector connector;
        private final Lobby lobby;

        CountedLimit(Server server, ServerConnector connector, Lobby lobby) {
            super(MOST_CONNECTIONS, server);
            this.connector = connector;
            this.lobby = lobby;
        }

        /** Is called under a lock of the server's, so that all that takes time has to wait for another thread. */
        @Override
        protected void limit() {
            super.limit();
            lobby.later(this::hurry, 0);
        }

        private void hurry() {
            lobby.tally().refuse(Tally.Misbehaviour.CROWD);
            for (EndPoint each : connector.getConnectedEndPoints()) {
                if (!isWebSocket(each)) {
                    each.setIdleTimeout(CROWDED_MILLISECONDS);
                    if (isWebSocket(each)) {
                        each.setIdleTimeout(0); // it became one meanwhile, and pings find out whether it is there
                    }
                }
            }
        }
    }

    private static boolean isWebSocket(EndPoint connected) {
        return connected.getConnection() instanceof WebSocketConnection;
    }

    private void listen() {
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw cannotListen(e);
        }
    }

    /** Loads the world that is most likely wanted, beside the first requests. */
    private void loadFirst() {
        Thread loading = new Thread(
                () -> {
                    try {
                        worlds.get(0).load();
                    } catch (RuntimeException | LinkageError e) {
                        // The first session says so.
                    }
                },
                "play-load");
        loading.setDaemon(true);
        loading.start();
    }

    private RuntimeException cannotListen(Exception e) {
        String where = "port " + options.port() + " of " + options.host();
        List<Throwable> causes = Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                .toList();
        for (Throwable cause : causes) {
            if (cause instanceof BindException
                    && String.valueOf(cause.getMessage()).contains("in use")) {
                return new UserException(where + " is taken; choose another port, or 0 for one that is free", cause);
            }
        }
        for (Throwable cause : causes) {
            if (cause instanceof IOException || cause instanceof UnresolvedAddressException) {
                String reason = cause.getMessage() == null ? "there is no such name" : cause.getMessage();
                return new UserException("nobody can listen at " + where + ": " + reason, cause);
            }
        }
        return new IllegalStateException(e);
    }

    /**
     * Pings viewers that have been silent and drops those that are gone, as a timer does once a second. For tests,
     * which need not wait.
     *
     * @param now the time by {@link System#nanoTime} that silence is measured up to
     */
    void checkPresence(long now) {
        lobby.checkPresence(now);
    }

    /** Returns the address of the page. */
    public URI address() {
        return URI.create("http://" + hostInAddresses() + ":" + connector.getLocalPort() + "/");
    }

    /** Returns a host that can be opened: a server that listens everywhere can be found at home. */
    private String hostInAddresses() {
        InetSocketAddress address = new InetSocketAddress(options.host(), 0);
        String host =
                address.getAddress() != null && address.getAddress().isAnyLocalAddress() ? "127.0.0.1" : options.host();
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /** Ends all sessions, tells their viewers, and frees the worlds; returns once all of that is done. */
    @Override
    public void close() {
        try {
            lobby.close();
            server.stop();
        } catch (TimeoutException e) {
            // A viewer has not answered its farewell in time; its connection is cut now.
        } catch (Exception e) {
            throw new IllegalStateException("the server cannot be stopped", e);
        } finally {
            worlds.forEach(PlayWorld::close);
        }
    }
}
