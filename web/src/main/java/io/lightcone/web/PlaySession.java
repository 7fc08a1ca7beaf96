// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.UserException;
import io.lightcone.tensor.Libtorch;
import io.lightcone.web.ServerMessages.State;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A play with its viewers. A thread of its own makes one frame after the other, at the pace of the world or as fast as
 * it can, and hands each to all viewers. Between two frames it does what viewers have asked for since. It makes none
 * while nobody looks.
 */
final class PlaySession {
    private static final double NANOSECONDS = 1e9;
    /** How often a second it is said what pictures show. */
    private static final double SEEN_A_SECOND = 4;

    private static final long PATIENCE_MILLISECONDS = 60_000;

    private final Lobby lobby;
    private final String id;
    private final PlayWorld world;
    private final WorldCard card;
    private final Thread thread;
    private final List<Viewer> viewers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean reading = new AtomicBoolean();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Inbox inbox;
    private boolean stopped;
    private long desertedSince = System.nanoTime();

    private volatile ServerMessages.Text status;
    private volatile ServerMessages.@Nullable Text recordingText;
    private volatile @Nullable FrameMessage newest;
    private volatile long seed;
    private volatile int steps;
    private volatile long checkpoint;
    private volatile double framesPerSecond;

    private @Nullable Scene scene;
    private History history = new History();
    private @Nullable Recorder recorder;
    private long frames;
    private long played;
    private long seenAt;

    PlaySession(Lobby lobby, String id, PlayWorld world, long seed) {
        this.lobby = lobby;
        this.id = id;
        this.world = world;
        this.card = world.card();
        this.seed = seed;
        this.steps = card.steps();
        this.checkpoint = card.checkpoint();
        this.inbox = new Inbox(card.actions());
        double wanted = lobby.options().framesPerSecond();
        this.framesPerSecond = wanted > 0 ? wanted : card.framesPerSecond();
        this.status = ServerMessages.status(State.LOADING, "Loading " + card.name() + " ...");
        this.thread = new Thread(this::run, "play-" + card.name());
        thread.setDaemon(true);
    }

    String id() {
        return id;
    }

    WorldCard card() {
        return card;
    }

    void start() {
        thread.start();
    }

    /** Lets a viewer watch, who sees the newest frame at once. */
    void join(Viewer viewer) {
        viewer.joined(this);
        viewers.add(viewer); // and from now on the thread of the session tells it what changes
        viewer.catchUp(about());
        viewer.catchUp(status);
        ServerMessages.Text recording = recordingText;
        if (recording != null) {
            viewer.catchUp(recording);
        }
        FrameMessage last = newest;
        if (last != null) {
            viewer.offer(last);
        }
        wake(() -> desertedSince = 0);
    }

    void leave(Viewer viewer) {
        viewers.remove(viewer);
        wake(() -> {
            inbox.forget(viewer);
            if (viewers.isEmpty()) {
                desertedSince = System.nanoTime();
            }
        });
    }

    private ServerMessages.Text about() {
        return ServerMessages.session(id, card, framesPerSecond, steps, seed, checkpoint);
    }

    private void wake(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes in what a viewer wants, for the next frame that has not begun. */
    void submit(Viewer viewer, ClientMessage.Numbered message) throws BadMessageException {
        if (message.message() instanceof ClientMessage.Steps wanted
                && !card.stepChoices().contains(wanted.steps())) {
            throw new BadMessageException("steps is one of " + card.stepChoices() + " here");
        }
        lock.lock();
        try {
            inbox.add(viewer, message);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes in a picture, which becomes the past of the next frame. */
    void show(byte[] picture) {
        wake(() -> inbox.show(picture));
    }

    /** Returns for how many nanoseconds nobody has looked; 0 if somebody does. */
    long desertedFor(long now) {
        lock.lock();
        try {
            return viewers.isEmpty() ? now - desertedSince : 0;
        } finally {
            lock.unlock();
        }
    }

    /** Asks the session to end, after the frame that it is at. */
    void stop() {
        wake(() -> stopped = true);
    }

    /** Waits until the session has ended. */
    void awaitEnd() {
        try {
            thread.join(PATIENCE_MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        String last = "The session has ended.";
        boolean failed = true;
        try {
            Libtorch.start(0); // or this thread computes with as many as any other was limited to just now
            begin(seed);
            play();
            failed = false;
        } catch (UserException e) {
            last = String.valueOf(e.getMessage());
            lobby.log("Play: " + card.name() + " has ended: " + last);
            tell(ServerMessages.error(last));
        } catch (RuntimeException | Error e) {
            last = "The session has ended by a failure inside: " + e;
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            lobby.log("Play: " + card.name() + " has failed: " + trace);
        } finally {
            end(last, failed);
        }
    }

    private void end(String last, boolean failed) {
        try {
            record(false);
        } finally {
            history.close();
            if (scene != null) {
                scene.close();
            }
            lobby.ended(this); // from now on nobody joins
            status(State.ENDED, last);
            viewers.forEach(failed ? viewer -> viewer.end(Viewer.FAILED) : Viewer::goAway);
        }
    }

    private void begin(long newSeed) {
        seed = newSeed;
        history.close();
        if (scene != null) {
            scene.close();
            scene = null;
        }
        Scene begun = world.begin(newSeed);
        scene = begun;
        history = new History();
        played = 0;
        if (steps != card.steps()) {
            begun.setSteps(steps);
        }
        checkpoint = begun.checkpoint();
        tell(about());
        byte[] given = begun.given();
        FrameMessage first = given == null ? null : publish(List.of(given, given), FrameMessage.UNKNOWN_ACTION, 0);
        history.add(new History.Past(0, begun.now(), first));
    }

    /**
     * What a session does next.
     *
     * @param wishes what viewers have asked for; null for nothing
     * @param ids numbers of the messages of viewers that take effect now; those that steer take effect with a frame
     * @param paused whether no frames are wanted
     * @param makes whether a frame is to be made, after what they have asked for
     */
    private record Turn(Inbox.@Nullable Wishes wishes, Map<Viewer, Long> ids, boolean paused, boolean makes) {}

    private void play() {
        long due = System.nanoTime();
        boolean wasPaused = false;
        status(State.PLAYING, "");
        for (Turn turn = next(due, wasPaused); turn != null; turn = next(due, wasPaused)) {
            if (turn.paused() != wasPaused) {
                wasPaused = turn.paused();
                status(wasPaused ? State.PAUSED : State.PLAYING, "");
            }
            turn.ids().forEach(Viewer::applied);
            if (turn.wishes() != null) {
                fulfil(turn.wishes());
                due = Math.min(due, System.nanoTime() + (long) (NANOSECONDS / framesPerSecond)); // at a new rate
            }
            if (turn.makes()) {
                due = Math.max(due + (long) (NANOSECONDS / framesPerSecond), System.nanoTime());
                make(steered());
            }
        }
    }

    /** Waits until there is something to do; returns null once the session is to end. */
    private @Nullable Turn next(long due, boolean wasPaused) {
        lock.lock();
        try {
            while (!stopped) {
                long left = due - System.nanoTime();
                boolean rests = inbox.paused() || viewers.isEmpty();
                Inbox.@Nullable Wishes wishes = inbox.takeWishes().orElse(null);
                boolean makes = !rests && left <= 0;
                if (makes || wishes != null || inbox.paused() != wasPaused) {
                    return new Turn(wishes, inbox.takeOthers(), inbox.paused(), makes);
                }
                changed.awaitNanos(rests ? Long.MAX_VALUE : left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return null;
    }

    /** Returns the action of the next frame; none if it is finished, and a key is kept for the next it can reach. */
    private int steered() {
        if (scene().waiting() > 0) {
            return Dream.NO_ACTION;
        }
        lock.lock();
        try {
            inbox.takeSteering().forEach(Viewer::applied);
            return inbox.takeAction();
        } finally {
            lock.unlock();
        }
    }

    private Scene scene() {
        if (scene == null) {
            throw new IllegalStateException("the play has not begun");
        }
        return scene;
    }

    private void fulfil(Inbox.Wishes wishes) {
        if (wishes.rate != null) {
            framesPerSecond = wishes.rate.framesPerSecond();
            if (recorder != null) { // a video has one rate
                cut();
            }
            if (recorder != null) { // which what cannot be written has ended
                recorder = new Recorder(lobby.options().recordings(), card, framesPerSecond);
            }
            tell(about());
        }
        if (wishes.reset != null) {
            cut();
            begin(wishes.reset.seed().orElse(seed));
        }
        if (wishes.steps != null) {
            int wanted = wishes.steps.steps();
            orSay(() -> {
                scene().setSteps(wanted);
                steps = wanted;
            });
            tell(about());
        }
        if (wishes.undo != null) {
            cut();
            undo(wishes.undo.seconds());
        }
        if (wishes.recording != null) {
            record(wishes.recording.on());
        }
        if (wishes.picture != null) {
            byte[] picture = wishes.picture;
            orSay(() -> shown(picture));
        }
    }

    /** Does what a viewer wants, or says why that cannot be done. */
    private void orSay(Runnable wish) {
        try {
            wish.run();
        } catch (UserException e) {
            tell(ServerMessages.error(String.valueOf(e.getMessage())));
        }
    }

    private void undo(double seconds) {
        History.Past past = history.back(played - seconds * framesPerSecond);
        scene().back(past.moment());
        played = past.played();
        FrameMessage then = past.frame();
        if (then != null) {
            publish(then.pictures(), then.action(), 0);
        }
    }

    /** Puts a picture into the past, behind what is finished, and shows it to all. */
    private void shown(byte[] picture) {
        while (scene().waiting() > 0) {
            make(Dream.NO_ACTION);
        }
        scene().show(picture);
        FrameMessage last = newest;
        List<byte[]> pictures = last != null && last.pictures().size() > 1
                ? List.of(picture, last.pictures().get(1))
                : List.of(picture);
        publish(pictures, FrameMessage.UNKNOWN_ACTION, 0);
        added(picture, Dream.NO_ACTION);
    }

    private void make(int action) {
        long start = System.nanoTime();
        List<byte[]> pictures = scene().next(action);
        double seconds = (System.nanoTime() - start) / NANOSECONDS;
        lobby.tally().made(seconds);
        played++;
        int applied = scene().applied(action);
        FrameMessage frame = publish(
                pictures, applied == Dream.NO_ACTION ? FrameMessage.UNKNOWN_ACTION : applied, (float) (1e3 * seconds));
        added(pictures.get(0), applied);
        read(frame);
        if (scene().checkpoint() != checkpoint) {
            checkpoint = scene().checkpoint();
            tell(about());
        }
        if (history.wants(played, framesPerSecond)) {
            history.add(new History.Past(played, scene().now(), frame));
        }
    }

    private FrameMessage publish(List<byte[]> pictures, int action, float milliseconds) {
        frames++;
        FrameMessage frame =
                new FrameMessage(frames, milliseconds, action, card.channels(), card.width(), card.height(), pictures);
        newest = frame;
        viewers.forEach(viewer -> viewer.offer(frame));
        return frame;
    }

    /** Says now and then what the pictures show; reading them is another thread's work. */
    private void read(FrameMessage frame) {
        Simulation<?, ?> simulation = scene().simulation();
        long now = System.nanoTime();
        if (simulation != null && now - seenAt > NANOSECONDS / SEEN_A_SECOND && reading.compareAndSet(false, true)) {
            seenAt = now;
            String truth = simulation.words();
            lobby.read(() -> {
                try {
                    tell(ServerMessages.seen(
                            frame.number(), simulation.read(frame.pictures().get(0)), truth));
                } finally {
                    reading.set(false);
                }
            });
        }
    }

    private void added(byte[] picture, int action) {
        if (recorder != null) {
            try {
                recorder.add(picture, action);
            } catch (UserException e) {
                abandon(recorder, e);
            }
        }
    }

    private void cut() {
        if (recorder != null) {
            try {
                recorder.cut();
            } catch (UserException e) {
                abandon(recorder, e);
            }
        }
    }

    private void record(boolean on) {
        Recorder open = recorder;
        if (on && open == null) {
            recorder = new Recorder(lobby.options().recordings(), card, framesPerSecond);
            recording(true, null);
        } else if (!on && open != null) {
            cut(); // which gives up what cannot be written
            recorder = null;
            recording(false, open.last());
        }
    }

    /** Gives a recording up that cannot be written, and says why. */
    private void abandon(Recorder broken, UserException reason) {
        recorder = null;
        broken.abandon();
        tell(ServerMessages.error(String.valueOf(reason.getMessage())));
        recording(false, broken.last());
    }

    private void recording(boolean on, @Nullable Path file) {
        ServerMessages.Text text = ServerMessages.recording(on, file);
        recordingText = text;
        tell(text);
    }

    private void status(State state, String message) {
        status = ServerMessages.status(state, message);
        tell(status);
    }

    private void tell(ServerMessages.Text text) {
        viewers.forEach(viewer -> viewer.tell(text));
    }
}
