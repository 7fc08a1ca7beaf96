// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Steers a world, such as ws://localhost:7860/v1/realtime/video: takes an action, and waits for the frame after it. */
public record SteerRemotely(ByteBuffer message, LinkedBlockingQueue<ByteBuffer> frames) implements WebSocket.Listener {
    public static void main(String[] args) throws InterruptedException {
        var viewer = new SteerRemotely(ByteBuffer.allocate(1 << 23), new LinkedBlockingQueue<>());
        var world = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(URI.create(args[0]), viewer).join();
        for (int id = 1; id < args.length; id++) {
            world.sendText("{\"type\":\"action\",\"action\":\"" + args[id] + "\",\"id\":" + id + "}", true);
            ByteBuffer frame;
            do {
                frame = Objects.requireNonNull(viewer.frames.poll(1, TimeUnit.MINUTES), "no frame for a minute");
            } while (frame.getInt(4) < id); // the number of our last message that took effect
            String size = frame.getShort(16) + "x" + frame.getShort(18);
            System.out.println("Frame " + frame.getInt(0) + ", " + size + " pixels, follows " + args[id]);
        }
        world.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket world, ByteBuffer part, boolean last) {
        message.put(part);
        if (last) {
            frames.add(ByteBuffer.allocate(message.position()).put(message.flip()).flip());
            message.clear();
        }
        return WebSocket.Listener.super.onBinary(world, part, last); // which asks for more
    }

    @Override
    public CompletionStage<?> onText(WebSocket world, CharSequence text, boolean last) {
        if (text.toString().matches(".*\"(error|ended)\".*")) {
            System.err.println(text); // why something is refused, or that the world has ended
            System.exit(1);
        }
        return WebSocket.Listener.super.onText(world, text, last);
    }
}
