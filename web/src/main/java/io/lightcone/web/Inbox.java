// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What viewers want of a session, from one frame to the next. However many messages there are, it holds the newest of
 * each kind. Guarded by the session.
 */
final class Inbox {
    private final List<String> actions;
    private final Keys keys;

    private List<String> pressed = List.of();
    /** Whose keys these are; null if none has been pressed since the last action that was named. */
    private @Nullable Viewer presser;

    private int held;
    private int tapped = Dream.NO_ACTION;
    private boolean paused;
    private Wishes wishes = new Wishes();
    /** The last numbered message of each viewer that steers, and the last of all others, which take effect sooner. */
    private final Map<Viewer, Received> steering = new HashMap<>();

    private final Map<Viewer, Received> others = new HashMap<>();
    private long received;

    Inbox(List<String> actions) {
        this.actions = actions;
        this.keys = Keys.of(actions);
        this.held = keys.idle();
    }

    /** What is wanted once; each is null if it is not. */
    static final class Wishes {
        ClientMessage.@Nullable Reset reset;
        ClientMessage.@Nullable Undo undo;
        ClientMessage.@Nullable Steps steps;
        ClientMessage.@Nullable Recording recording;
        ClientMessage.@Nullable Rate rate;
        byte @Nullable [] picture;

        private boolean any;
    }

    /**
     * A message that has not taken effect.
     *
     * @param id its number, which its viewer has chosen
     * @param order how many had come before it
     */
    private record Received(long id, long order) {
        boolean isAfter(Received other) {
            return order > other.order;
        }
    }

    /** Takes a message in. */
    void add(Viewer viewer, ClientMessage.Numbered numbered) throws BadMessageException {
        ClientMessage message = numbered.message();
        if (message instanceof ClientMessage.Keys now) {
            press(now.pressed());
            presser = viewer;
        } else if (message instanceof ClientMessage.Action named) {
            choose(named.action());
            presser = null;
        } else if (message instanceof ClientMessage.Pause) {
            paused = true;
        } else if (message instanceof ClientMessage.Play) {
            paused = false;
        } else {
            wish(message);
        }
        if (numbered.id() != ClientMessage.NO_ID) {
            boolean steers = message instanceof ClientMessage.Keys || message instanceof ClientMessage.Action;
            (steers ? steering : others).put(viewer, new Received(numbered.id(), received++));
        }
    }

    private void wish(ClientMessage message) {
        wishes.any = true;
        if (message instanceof ClientMessage.Reset reset) {
            wishes.reset = reset;
            wishes.undo = null; // both were about what is over now
            wishes.picture = null;
        } else if (message instanceof ClientMessage.Undo undo) {
            wishes.undo = undo;
            wishes.picture = null; // it is undone too
        } else if (message instanceof ClientMessage.Steps steps) {
            wishes.steps = steps;
        } else if (message instanceof ClientMessage.Recording recording) {
            wishes.recording = recording;
        } else if (message instanceof ClientMessage.Rate rate) {
            wishes.rate = rate;
        }
    }

    /** Takes a picture in that is to become the past. */
    void show(byte[] picture) {
        wishes.picture = picture;
        wishes.any = true;
    }

    private void press(List<String> now) {
        held = keys.idle();
        for (String key : now) {
            int action = keys.action(key);
            if (action != Dream.NO_ACTION) {
                held = action;
                if (!pressed.contains(key)) {
                    tapped = action;
                }
            }
        }
        pressed = now;
    }

    private void choose(String name) throws BadMessageException {
        int action = actions.indexOf(name);
        if (action < 0) {
            throw new BadMessageException(
                    actions.isEmpty()
                            ? "this world knows no actions"
                            : "there is no such action; there are " + String.join(", ", actions));
        }
        pressed = List.of();
        held = action;
        tapped = action;
    }

    /** Forgets a viewer that is gone, whose keys are pressed no more. */
    void forget(Viewer viewer) {
        steering.remove(viewer);
        others.remove(viewer);
        if (viewer == presser) {
            press(List.of());
            presser = null;
        }
    }

    /**
     * Returns the action of the frame that begins now: of a key that went down since the last one, or is down. A key
     * that went down is kept for what follows a new game or a step back that is wanted too.
     */
    int takeAction() {
        int action = tapped != Dream.NO_ACTION ? tapped : held;
        if (wishes.reset == null && wishes.undo == null) {
            tapped = Dream.NO_ACTION;
        }
        return action;
    }

    /**
     * Returns the numbers of the messages that steer, which take effect with the frame that begins now. Those that came
     * behind another one, which has not taken effect yet, wait for it, so that a viewer's numbers never go back.
     */
    Map<Viewer, Long> takeSteering() {
        Map<Viewer, Received> next = new HashMap<>(steering);
        next.keySet().removeAll(others.keySet());
        steering.keySet().removeAll(next.keySet());
        return ids(next);
    }

    /** Returns the numbers of all other messages, which take effect now. */
    Map<Viewer, Long> takeOthers() {
        others.forEach((viewer, last) ->
                steering.computeIfPresent(viewer, (key, one) -> one.isAfter(last) ? one : null)); // never back
        Map<Viewer, Long> taken = ids(others);
        others.clear();
        return taken;
    }

    private static Map<Viewer, Long> ids(Map<Viewer, Received> messages) {
        Map<Viewer, Long> ids = new HashMap<>();
        messages.forEach((viewer, last) -> ids.put(viewer, last.id()));
        return ids;
    }

    /** Returns what is wanted once, if anything is. */
    Optional<Wishes> takeWishes() {
        if (!wishes.any) {
            return Optional.empty();
        }
        Wishes taken = wishes;
        wishes = new Wishes();
        return Optional.of(taken);
    }

    boolean paused() {
        return paused;
    }
}
