// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The text messages to viewers, as docs/protocol.md defines them. */
final class ServerMessages {
    private static final JsonMapper JSON = new JsonMapper();

    private ServerMessages() {}

    /** What a session is doing. */
    enum State {
        /** The model is being loaded, or a play begun. */
        LOADING,
        /** Frames come. */
        PLAYING,
        /** A viewer has stopped the frames. */
        PAUSED,
        /** There is no free session yet. */
        WAITING,
        /** There are no more frames. */
        ENDED
    }

    /** A text message and its kind: of messages of a kind that a viewer has not been sent yet, the newest matters. */
    record Text(String kind, String json) {}

    static Text session(String id, WorldCard card, double framesPerSecond, int steps, long seed, long checkpoint) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("world", card.name());
        message.put("run", card.run());
        message.put("width", card.width());
        message.put("height", card.height());
        message.put("channels", card.channels());
        message.put("fps", framesPerSecond);
        message.put("actions", card.actions());
        message.put("keys", Keys.of(card.actions()).bindings());
        message.put("steps", steps);
        message.put("stepChoices", card.stepChoices());
        message.put("simulator", card.simulator());
        message.put("seed", seed);
        message.put("checkpoint", checkpoint < 0 ? null : checkpoint);
        return text("session", message);
    }

    static Text status(State state, String message) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("state", state.name().toLowerCase(Locale.ROOT));
        status.put("message", message);
        return text("status", status);
    }

    /** Returns the status of a viewer that waits for a session, with its place in the queue, from 1 on. */
    static Text waiting(int place) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("state", State.WAITING.name().toLowerCase(Locale.ROOT));
        status.put(
                "message", "All sessions are taken; you are next" + (place == 1 ? "." : " but " + (place - 1) + "."));
        status.put("place", place);
        return text("status", status);
    }

    static Text seen(long frame, @Nullable String dream, @Nullable String simulator) {
        Map<String, @Nullable Object> seen = new LinkedHashMap<>();
        seen.put("frame", frame);
        seen.put("dream", dream);
        seen.put("simulator", simulator);
        return text("seen", seen);
    }

    static Text recording(boolean on, @Nullable Path file) {
        Map<String, @Nullable Object> recording = new LinkedHashMap<>();
        recording.put("on", on);
        recording.put("file", file == null ? null : file.toString());
        return text("recording", recording);
    }

    static Text error(String sentence) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", sentence);
        return text("error", error);
    }

    private static Text text(String type, Map<String, ? extends @Nullable Object> content) {
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put("type", type);
        message.putAll(content);
        return new Text(type, JSON.writeValueAsString(message));
    }
}
