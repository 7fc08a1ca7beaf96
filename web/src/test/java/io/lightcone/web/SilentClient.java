// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A bare connection, for what no client of a library does: it says what it is told to, and reads nothing unasked. */
final class SilentClient implements AutoCloseable {
    private static final int TEXT = 0x81;
    private static final int BINARY = 0x82;
    private static final int MASKED = 0x80;
    private static final int PATIENCE_MILLISECONDS = 120_000;

    private final Socket socket;

    private SilentClient(URI page) throws IOException {
        this(page, 0);
    }

    private SilentClient(URI page, int milliseconds) throws IOException {
        socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(PATIENCE_MILLISECONDS);
        socket.connect(new InetSocketAddress(page.getHost(), page.getPort()), milliseconds);
    }

    /** Connects and says nothing; empty if there is no room for it in some milliseconds. */
    static Optional<SilentClient> connected(URI page, int milliseconds) throws IOException {
        try {
            return Optional.of(new SilentClient(page, milliseconds));
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        }
    }

    /** Connects and asks for a WebSocket, whose answer it never reads. */
    static SilentClient upgraded(URI page, String query, String... headers) throws IOException {
        SilentClient client = new SilentClient(page);
        client.say("GET " + WebHandler.VIDEO + "?" + query + " HTTP/1.1\r\nHost: " + page.getAuthority()
                + "\r\n" + Stream.of(headers).map(header -> header + "\r\n").collect(Collectors.joining())
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        return client;
    }

    /** Asks for the page with some headers and returns the status. */
    static int status(URI page, String... headers) throws IOException {
        try (SilentClient client = new SilentClient(page)) {
            client.say("GET / HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n");
            return client.status();
        }
    }

    /** Asks for a page and returns the answer, headers and all. */
    static String get(URI page) {
        try (SilentClient client = new SilentClient(page)) {
            client.say("GET " + page.getPath() + " HTTP/1.1\r\nHost: " + page.getAuthority()
                    + "\r\nConnection: close\r\n\r\n");
            return new String(client.socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the status of an answer. */
    int status() throws IOException {
        String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        if (line.length() < 12) {
            throw new IOException("the connection ended before an answer");
        }
        return Integer.parseInt(line.substring(9));
    }

    void say(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    void text(byte[] payload) throws IOException {
        frame(TEXT, payload.length, payload);
    }

    /** Sends the head of a binary message of {@code announced} bytes, and random bytes of it. */
    void binary(int announced, int sent) throws IOException {
        byte[] bytes = new byte[sent];
        new Random(1).nextBytes(bytes);
        frame(BINARY, announced, bytes);
    }

    private void frame(int kind, int announced, byte[] payload) throws IOException {
        byte[] message = new byte[14 + payload.length];
        message[0] = (byte) kind;
        message[1] = (byte) (MASKED | 127);
        for (int i = 0; i < 4; i++) {
            message[6 + i] = (byte) (announced >>> (24 - 8 * i));
        }
        System.arraycopy(payload, 0, message, 14, payload.length); // a mask of zeros changes nothing
        socket.getOutputStream().write(message);
    }

    /** Says something that the server may hang up on, and waits until it has. */
    void sayAndAwaitEnd(String text) {
        try {
            say(text);
            awaitEnd();
        } catch (IOException e) {
            // It hung up before all was said.
        }
    }

    /** Stays connected for some time. */
    void hold(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads until the server ends the connection. */
    void awaitEnd() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8192];
        while (in.read(buffer) >= 0) {
            // What it says does not matter.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
