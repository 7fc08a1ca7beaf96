// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A viewer of a server, as a program is one. */
final class TestViewer implements WebSocket.Listener, AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final BlockingQueue<JsonNode> texts = new LinkedBlockingQueue<>();
    private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final List<ByteBuffer> parts = new ArrayList<>();
    private @Nullable WebSocket socket;

    /** A frame as it came. */
    record Frame(
            long number,
            long lastId,
            float milliseconds,
            int action,
            int channels,
            int width,
            int height,
            List<byte[]> pictures) {
        static Frame of(ByteBuffer message) {
            long number = Integer.toUnsignedLong(message.getInt());
            long lastId = Integer.toUnsignedLong(message.getInt());
            float milliseconds = message.getFloat();
            int action = Short.toUnsignedInt(message.getShort());
            int count = message.get();
            int channels = message.get();
            int width = Short.toUnsignedInt(message.getShort());
            int height = Short.toUnsignedInt(message.getShort());
            List<byte[]> pictures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] picture = new byte[width * height * channels];
                message.get(picture);
                pictures.add(picture);
            }
            if (message.hasRemaining()) {
                throw new IllegalStateException(message.remaining() + " bytes too many");
            }
            return new Frame(number, lastId, milliseconds, action, channels, width, height, pictures);
        }

        /** Returns a byte of the dream's picture. */
        int says(int which) {
            return pictures.get(0)[which];
        }
    }

    /** Connects with a query such as {@code world=pong&seed=7}. */
    static TestViewer connect(URI page, String query) {
        TestViewer viewer = new TestViewer();
        URI video = URI.create("ws://" + page.getAuthority() + WebHandler.VIDEO + "?" + query);
        viewer.socket = CLIENT.newWebSocketBuilder().buildAsync(video, viewer).join();
        return viewer;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            texts.add(JSON.readTree(text.toString()));
            text.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        parts.add(ByteBuffer.allocate(data.remaining()).put(data).flip());
        if (last) {
            ByteBuffer all = ByteBuffer.allocate(
                    parts.stream().mapToInt(ByteBuffer::remaining).sum());
            parts.forEach(all::put);
            parts.clear();
            frames.add(Frame.of(all.flip()));
        }
        from.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(-1);
    }

    private WebSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("not connected");
        }
        return socket;
    }

    /** Sends a message, in which ' stands for ". */
    TestViewer send(String json) {
        socket().sendText(json.replace('\'', '"'), true).join();
        return this;
    }

    /** Sends a ping, and a pong that nobody has asked for. */
    void pingAndPong() {
        socket().sendPing(ByteBuffer.allocate(0)).join();
        socket().sendPong(ByteBuffer.allocate(0)).join();
    }

    TestViewer show(byte[] picture) {
        socket().sendBinary(ByteBuffer.wrap(picture), true).join();
        return this;
    }

    /** Waits for a text of a type, and leaves out all before it. */
    JsonNode text(String type) throws InterruptedException {
        return text(type, message -> true);
    }

    /** Waits for the first text of a type that is right, and leaves out all before it. */
    JsonNode text(String type, Predicate<JsonNode> right) throws InterruptedException {
        while (true) {
            JsonNode next = texts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new IllegalStateException("no right text of type " + type + " has come");
            }
            if (next.path("type").stringValue().equals(type) && right.test(next)) {
                return next;
            }
        }
    }

    /** Waits for a status. */
    JsonNode status(String state) throws InterruptedException {
        return text("status", status -> status.path("state").stringValue().equals(state));
    }

    Frame frame() throws InterruptedException {
        return frame(frame -> true);
    }

    /** Waits for the first frame that is right, and leaves out all before it. */
    Frame frame(Predicate<Frame> right) throws InterruptedException {
        while (true) {
            Frame next = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new IllegalStateException("no right frame has come");
            }
            if (right.test(next)) {
                return next;
            }
        }
    }

    /** Returns how many frames have come that nobody has looked at. */
    int framesWaiting() {
        return frames.size();
    }

    /** Waits until the server closes the connection, and returns its code; -1 if it just ended. */
    int closeCode() {
        return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Says goodbye, as a page does that is closed. */
    @Override
    public void close() {
        socket().sendClose(WebSocket.NORMAL_CLOSURE, "").exceptionally(failure -> {
            socket().abort(); // the server was first
            return socket();
        });
    }
}
