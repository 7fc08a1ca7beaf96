// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.lightcone.UserException;
import io.lightcone.live.LiveModel;
import io.lightcone.live.LiveOptions;
import io.lightcone.live.LiveVideo;
import io.lightcone.video.VideoWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Serves video without end to browsers: each one that opens the page gets a video of its own, all from one model. */
public final class ServeFrames {
    public static void main(String[] arguments) throws IOException {
        LiveModel model = LiveModel.open(Path.of(arguments[0]), LiveOptions.defaults());
        HttpServer server = start(model, Integer.parseInt(arguments[1]));
        System.out.println("http://localhost:" + server.getAddress().getPort() + "/ until Ctrl-C");
    }

    /** Starts a server on this machine alone; port 0 takes a free one. */
    static HttpServer start(LiveModel model, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        AtomicLong seeds = new AtomicLong();
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> serve(model, seeds.getAndIncrement(), exchange));
        server.start();
        return server;
    }

    private static void serve(LiveModel model, long seed, HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals("/")) { // browsers ask for an icon, too
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "video/mp4");
            exchange.sendResponseHeaders(200, 0); // of a length that nobody knows yet
            try (LiveVideo video = model.begin(LiveOptions.defaults().withSeed(seed));
                    VideoWriter stream = VideoWriter.stream(
                            exchange.getResponseBody(), "viewer.mp4", model.framesPerSecond(), 8)) {
                while (true) { // as fast as the viewer takes it
                    stream.add(video.next());
                }
            }
        } catch (UserException e) {
            System.out.println("Viewer " + seed + ": " + e.getMessage()); // most often it is gone
        }
    }
}
