// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** Steers a world that the command play serves: takes each action that is named, and waits for the frame after it. */
public final class SteerRemotely implements WebSocket.Listener {
    private final ByteBuffer message = ByteBuffer.allocate(1 << 20);
    private final BlockingQueue<ByteBuffer> frames = new LinkedBlockingQueue<>();
    private volatile String ended = "";

    public static void main(String[] arguments) throws InterruptedException {
        SteerRemotely viewer = new SteerRemotely();
        URI address = URI.create(arguments[0]); // such as ws://localhost:7860/v1/realtime/video?seed=7
        WebSocket world = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(address, viewer).join();
        for (int id = 1; id < arguments.length; id++) {
            String action = "{\"type\":\"action\",\"action\":\"" + arguments[id] + "\",\"id\":" + id + "}";
            world.sendText(action, true).join();
            ByteBuffer frame = viewer.next();
            while (frame.getInt(4) < id) { // the number of our last message that took effect
                frame = viewer.next();
            }
            int count = frame.get(14); // pictures: the model's, and the simulator's if there is one
            System.out.println("Frame " + frame.getInt(0) + " follows " + arguments[id] + ": " + count + " of "
                    + frame.getShort(16) + "x" + frame.getShort(18) + " pixels");
        }
        world.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    private ByteBuffer next() throws InterruptedException {
        ByteBuffer frame = frames.take();
        if (!frame.hasRemaining()) {
            throw new IllegalStateException(ended);
        }
        return frame;
    }

    private void end(String why) {
        ended = why;
        frames.add(ByteBuffer.allocate(0));
    }

    @Override
    public CompletionStage<?> onText(WebSocket world, CharSequence text, boolean last) {
        if (text.toString().contains("\"type\":\"error\"")) {
            end(text.toString());
        }
        world.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket world, int code, String reason) {
        end("the session has ended: " + code + " " + reason);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket world, ByteBuffer part, boolean last) {
        message.put(part);
        if (last) {
            frames.add(ByteBuffer.allocate(message.flip().limit()).put(message).flip());
            message.clear();
        }
        world.request(1);
        return null;
    }
}
