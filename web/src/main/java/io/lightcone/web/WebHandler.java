// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.Version;
import io.lightcone.web.Tally.Misbehaviour;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.websocket.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Answers requests: the page, its WebSocket, the worlds there are, and how the server is. */
final class WebHandler extends Handler.Abstract {
    static final String VIDEO = "/v1/realtime/video";

    private static final JsonMapper JSON = new JsonMapper();
    private static final String JSON_TYPE = "application/json";
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";
    private static final String PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** The page may load nothing from elsewhere, nor lie in a frame of another site. */
    private static final String CONTENT_POLICY = "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:"
            + " blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private final Lobby lobby;
    private final Guard guard;
    private final ServerWebSocketContainer webSockets;
    private final PageFiles page = new PageFiles();

    WebHandler(Lobby lobby, Guard guard, ServerWebSocketContainer webSockets) {
        this.lobby = lobby;
        this.guard = guard;
        this.webSockets = webSockets;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String host = request.getHeaders().get(HttpHeader.HOST);
        if (host == null || !guard.knows(host)) {
            lobby.tally().refuse(Misbehaviour.HOST);
            answer(response, callback, 403, TEXT_TYPE, "This server goes by another name.\n");
        } else if (!guard.isOwn(request.getHeaders().get(HttpHeader.ORIGIN), host)) {
            lobby.tally().refuse(Misbehaviour.ORIGIN);
            answer(response, callback, 403, TEXT_TYPE, "Pages of other sites may not come here.\n");
        } else if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            answer(response, callback, 405, TEXT_TYPE, "There is nothing to do here but to GET.\n");
        } else {
            route(request, response, callback);
        }
        return true;
    }

    private void route(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        switch (path) {
            case VIDEO -> video(request, response, callback);
            case "/health" -> answer(response, callback, 200, JSON_TYPE, health());
            case "/metrics" ->
                answer(response, callback, 200, PROMETHEUS_TYPE, lobby.tally().text(lobby.sizes()));
            case "/v1/worlds" -> answer(response, callback, 200, JSON_TYPE, worlds());
            default -> {
                PageFiles.Content file = page.of(path);
                if (file == null) {
                    answer(response, callback, 404, TEXT_TYPE, "There is no such page.\n");
                } else {
                    answer(response, callback, 200, file.type(), file.bytes());
                }
            }
        }
    }

    private void video(Request request, Response response, Callback callback) {
        if (!webSockets.upgrade(this::viewer, request, response, callback)) {
            answer(response, callback, 426, TEXT_TYPE, "This is a WebSocket; docs/protocol.md says how to use it.\n");
        }
    }

    private Viewer viewer(ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
        response.setExtensions(List.of()); // pictures full of noise are not worth compressing
        Fields query = Request.extractQueryParameters(request);
        return new Viewer(
                lobby,
                new Lobby.Wanted(query.getValue("world"), seed(query.getValue("seed")), query.getValue("session")));
    }

    /** Returns the seed that is asked for; any text is one, and no text is seed 0. */
    private static long seed(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return text.hashCode();
        }
    }

    private String health() {
        Lobby.Sizes sizes = lobby.sizes();
        Map<String, Object> health = new LinkedHashMap<>();
        health.put("status", "ok");
        health.put("version", Version.current());
        health.put("sessions", sizes.sessions());
        health.put("viewers", sizes.viewers());
        health.put("waiting", sizes.waiting());
        return JSON.writeValueAsString(health);
    }

    private String worlds() {
        return JSON.writeValueAsString(Map.of(
                "worlds",
                lobby.worlds().values().stream().map(WebHandler::described).toList()));
    }

    private static Map<String, @Nullable Object> described(PlayWorld world) {
        WorldCard card = world.card();
        Map<String, @Nullable Object> described = new LinkedHashMap<>();
        described.put("name", card.name());
        described.put("run", card.run());
        described.put("width", card.width());
        described.put("height", card.height());
        described.put("channels", card.channels());
        described.put("fps", card.framesPerSecond());
        described.put("actions", card.actions());
        described.put("simulator", card.simulator());
        described.put("checkpoint", card.checkpoint() < 0 ? null : card.checkpoint());
        described.put("loaded", world.loaded());
        return described;
    }

    private static void answer(Response response, Callback callback, int status, String type, String text) {
        answer(response, callback, status, type, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(Response response, Callback callback, int status, String type, byte[] bytes) {
        response.setStatus(status);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, type)
                .put(new HttpField("X-Content-Type-Options", "nosniff"))
                .put(new HttpField("Content-Security-Policy", CONTENT_POLICY))
                .put(HttpHeader.CACHE_CONTROL, "no-cache");
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }
}
