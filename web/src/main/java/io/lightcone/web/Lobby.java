// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.web.Tally.Misbehaviour;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * Where viewers come in: it gives each a session, or a place in the queue while all are taken, and ends sessions that
 * nobody has watched for a while. Safe for several threads.
 */
final class Lobby implements AutoCloseable {
    /** The most viewers that are connected at a time. */
    static final int MOST_VIEWERS = 48;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long KEPT = 60 * SECOND;
    /** How long a session without viewers is kept while others wait. */
    private static final long KEPT_FROM_OTHERS = 5 * SECOND;

    private static final int ID_BYTES = 12;

    private final PlayOptions options;
    private final Map<String, PlayWorld> worlds = new LinkedHashMap<>();
    private final Tally tally;
    private final Consumer<String> log;
    private final SecureRandom ids = new SecureRandom();
    private final ExecutorService clock;
    private final ExecutorService reader;

    private final Map<String, PlaySession> sessions = new LinkedHashMap<>();
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final Set<Viewer> viewers = new LinkedHashSet<>();
    private boolean closed;

    /**
     * What a viewer asks for.
     *
     * @param world name of a world; null for the first
     * @param seed of its play
     * @param session one that is there; null for a new one
     */
    record Wanted(
            @Nullable String world, long seed, @Nullable String session) {}

    private record Waiting(Viewer viewer, PlayWorld world, long seed) {}

    /** How many there are of what. */
    record Sizes(int sessions, int most, int viewers, int waiting) {}

    Lobby(PlayOptions options, List<? extends PlayWorld> playable, Tally tally, Consumer<String> log) {
        this.options = options;
        this.tally = tally;
        this.log = log;
        playable.forEach(world -> worlds.put(world.card().name(), world));
        clock = Executors.newSingleThreadExecutor(daemon("play-clock"));
        reader = Executors.newSingleThreadExecutor(daemon("play-reader"));
        later(this::tick, SECOND);
    }

    private static ThreadFactory daemon(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    PlayOptions options() {
        return options;
    }

    Tally tally() {
        return tally;
    }

    Map<String, PlayWorld> worlds() {
        return worlds;
    }

    void log(String line) {
        log.accept(line);
    }

    /** Runs some work after some nanoseconds, on a thread of the lobby; never once the server is closed. */
    void later(Runnable work, long nanoseconds) {
        CompletableFuture.delayedExecutor(nanoseconds, TimeUnit.NANOSECONDS, clock)
                .execute(work);
    }

    /** Runs some work on the thread that reads pictures. */
    void read(Runnable work) {
        try {
            reader.execute(work);
        } catch (RejectedExecutionException e) {
            // The server is closing, and nobody wants to know any more.
        }
    }

    /** Gives a viewer what it wants, or says why not. */
    synchronized void enter(Viewer viewer, Wanted wanted) {
        if (closed) {
            viewer.tell(ServerMessages.status(ServerMessages.State.ENDED, "The server has ended."));
            viewer.goAway();
            return;
        }
        if (viewers.size() >= MOST_VIEWERS) {
            tally.refuse(Misbehaviour.TOO_MANY);
            viewer.tell(ServerMessages.error("there are as many viewers as there may be; try again later"));
            viewer.end(StatusCode.POLICY_VIOLATION);
            return;
        }
        PlaySession joined = wanted.session() == null ? null : sessions.get(wanted.session());
        PlayWorld world = wanted.world() == null ? worlds.values().iterator().next() : worlds.get(wanted.world());
        if (joined == null && wanted.session() != null) {
            refuse(viewer, "that session has ended; begin another");
        } else if (joined != null) {
            viewers.add(viewer);
            joined.join(viewer);
        } else if (world == null) {
            refuse(viewer, "there is no such world; there are " + String.join(", ", worlds.keySet()));
        } else {
            viewers.add(viewer);
            queue.addLast(new Waiting(viewer, world, wanted.seed()));
            admit();
        }
    }

    private static void refuse(Viewer viewer, String sentence) {
        viewer.tell(ServerMessages.error(sentence));
        viewer.end(Viewer.NOT_FOUND);
    }

    /** Begins sessions for those who wait, as long as there is place, and tells the others their places. */
    private void admit() {
        while (!queue.isEmpty() && sessions.size() < options.sessions()) {
            Waiting first = queue.removeFirst();
            PlaySession session = new PlaySession(this, id(), first.world(), first.seed());
            sessions.put(session.id(), session);
            session.join(first.viewer());
            session.start();
        }
        int place = 1;
        for (Waiting waiting : List.copyOf(queue)) {
            waiting.viewer().tell(ServerMessages.waiting(place++));
        }
    }

    private String id() {
        byte[] random = new byte[ID_BYTES];
        ids.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** Takes note that a viewer is gone. */
    synchronized void leave(Viewer viewer) {
        viewers.remove(viewer);
        PlaySession session = viewer.playing();
        if (session != null) {
            session.leave(viewer);
        }
        if (queue.removeIf(waiting -> waiting.viewer() == viewer)) {
            admit();
        }
    }

    /** Takes note that a session has ended, so that another one may begin. */
    synchronized void ended(PlaySession session) {
        sessions.remove(session.id());
        if (!closed) {
            admit();
        }
    }

    /** Looks once a second after sessions without viewers, and viewers that are gone. */
    private void tick() {
        try {
            long now = System.nanoTime();
            endDeserted(now);
            checkPresence(now);
        } finally {
            later(this::tick, SECOND);
        }
    }

    /** Asks viewers that have been silent for a while whether they are there, and drops those that do not answer. */
    void checkPresence(long now) {
        present().forEach(viewer -> viewer.checkPresence(now));
    }

    private synchronized void endDeserted(long now) {
        long kept = queue.isEmpty() ? KEPT : KEPT_FROM_OTHERS;
        for (PlaySession session : sessions.values()) {
            if (session.desertedFor(now) > kept) {
                session.stop();
            }
        }
    }

    private synchronized List<Viewer> present() {
        return List.copyOf(viewers);
    }

    synchronized Sizes sizes() {
        return new Sizes(sessions.size(), options.sessions(), viewers.size(), queue.size());
    }

    /** Ends all sessions and says so to all viewers; returns once no model computes any more. */
    @Override
    public void close() {
        List<PlaySession> open;
        synchronized (this) {
            closed = true;
            open = new ArrayList<>(sessions.values());
            for (Waiting waiting : List.copyOf(queue)) {
                waiting.viewer().tell(ServerMessages.status(ServerMessages.State.ENDED, "The server has ended."));
                waiting.viewer().goAway();
            }
            queue.clear();
        }
        open.forEach(PlaySession::stop);
        open.forEach(PlaySession::awaitEnd);
        clock.shutdownNow();
        reader.shutdownNow();
    }
}
