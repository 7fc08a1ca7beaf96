// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.UserException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A viewer of the server of {@code play}, by the protocol of docs/protocol.md. Safe for several threads. */
final class PlayClient implements WebSocket.Listener, AutoCloseable {
    /** The fastest pace that can be asked for, in frames per second: as fast as they come. */
    static final double FASTEST = 240;

    private static final long PATIENCE_SECONDS = 120;
    private static final JsonMapper JSON = new JsonMapper();
    private static final int HEADER = 20;

    private final StringBuilder text = new StringBuilder();
    private final ByteBuffer header = ByteBuffer.allocate(HEADER);
    private final List<Double> milliseconds = new ArrayList<>();
    private @Nullable WebSocket socket;
    private @Nullable About about;
    private @Nullable String failure;
    private long count;
    private long lastId;
    private long sentId;

    /** What the session says of itself. */
    record About(String world, int width, int height, double framesPerSecond, List<String> actions) {}

    private PlayClient() {}

    /** Connects a viewer, which begins a session. */
    static PlayClient connect(HttpClient client, URI page, int seed) {
        PlayClient viewer = new PlayClient();
        URI video = URI.create("ws://" + page.getAuthority() + "/v1/realtime/video?seed=" + seed);
        WebSocket socket =
                client.newWebSocketBuilder().buildAsync(video, viewer).join();
        synchronized (viewer) {
            viewer.socket = socket;
        }
        return viewer;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            heard(JSON.readTree(text.toString()));
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    private synchronized void heard(JsonNode message) {
        switch (message.path("type").asString()) {
            case "session" -> {
                if (about == null) { // later ones have the pace that was asked for
                    about = new About(
                            message.path("world").asString(),
                            message.path("width").asInt(),
                            message.path("height").asInt(),
                            message.path("fps").asDouble(),
                            message.path("actions")
                                    .valueStream()
                                    .map(JsonNode::asString)
                                    .toList());
                }
            }
            case "error" -> failure = message.path("message").asString();
            case "status" -> {
                if (message.path("state").asString().equals("ended")) {
                    failure = message.path("message").asString();
                }
            }
            default -> {}
        }
        notifyAll();
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        while (header.hasRemaining() && data.hasRemaining()) {
            header.put(data.get());
        }
        if (last) {
            seen(header.flip());
            header.clear();
        }
        from.request(1);
        return null;
    }

    private synchronized void seen(ByteBuffer frame) {
        frame.getInt(); // its number
        long id = Integer.toUnsignedLong(frame.getInt());
        double taken = frame.getFloat();
        if (taken > 0) { // else the model has not made it
            count++;
            lastId = id;
            milliseconds.add(taken);
        }
        notifyAll();
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        ended("the connection has broken: " + error);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        ended("the server has closed the connection with code " + code);
        return null;
    }

    private synchronized void ended(String why) {
        if (failure == null) {
            failure = why;
        }
        notifyAll();
    }

    /**
     * Waits until something holds.
     *
     * @throws UserException if the server says that something is wrong, or nothing for long
     */
    synchronized void await(Predicate<PlayClient> holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!holds.test(this)) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (failure != null || left <= 0) {
                throw new UserException("no frame comes" + (failure == null ? "" : ": " + failure));
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UserException("interrupted", e);
            }
        }
    }

    /** Presses the key of another random action, by its name; returns the number of the message. */
    synchronized long press(RandomGenerator random) {
        sentId++;
        List<String> actions = about().actions();
        String order = actions.isEmpty()
                ? "{\"type\":\"keys\",\"pressed\":[],\"id\":" + sentId + "}"
                : "{\"type\":\"action\",\"action\":"
                        + JSON.writeValueAsString(actions.get(random.nextInt(actions.size()))) + ",\"id\":" + sentId
                        + "}";
        send(order);
        return sentId;
    }

    /** Asks for another pace. */
    synchronized void rate(double framesPerSecond) {
        send("{\"type\":\"rate\",\"fps\":" + framesPerSecond + "}");
    }

    private void send(String message) {
        if (socket != null) {
            socket.sendText(message, true).join();
        }
    }

    /** Returns what the session has said of itself. */
    synchronized About about() {
        if (about == null) {
            throw new IllegalStateException("a frame came before the session said what it is");
        }
        return about;
    }

    /** Returns how many frames have come. */
    synchronized long count() {
        return count;
    }

    /** Returns the number of the last message that took effect for the newest frame. */
    synchronized long lastId() {
        return lastId;
    }

    /** Returns what the model took for each frame since the last call, in milliseconds. */
    synchronized DoubleStream takeMilliseconds() {
        double[] taken = milliseconds.stream().mapToDouble(Double::doubleValue).toArray();
        milliseconds.clear();
        return DoubleStream.of(taken);
    }

    @Override
    public synchronized void close() {
        if (socket != null) {
            socket.abort();
        }
    }
}
