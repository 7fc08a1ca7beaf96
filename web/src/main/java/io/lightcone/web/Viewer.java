// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.web.Tally.Misbehaviour;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.api.exceptions.BadPayloadException;
import org.eclipse.jetty.websocket.api.exceptions.MessageTooLargeException;
import org.eclipse.jetty.websocket.api.exceptions.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * A connection that watches a session and steers it. What is to be sent waits in an {@link Outbox} while the connection
 * is busy. So a slow viewer skips frames, and nobody waits for it. A viewer that sends too much is read more slowly.
 *
 * <p>It is public only because Jetty calls it.
 */
public final class Viewer implements Session.Listener {
    /** The most bytes of a text message. */
    static final int MOST_TEXT = 4096;

    /** The messages per second that are read of a viewer. */
    static final int MOST_MESSAGES = 300;

    /** The code with which a connection is closed that asks for what there is not. */
    static final int NOT_FOUND = 4404;

    /** The code with which a connection is closed whose session has failed: the next one would most likely fail too. */
    static final int FAILED = 4500;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long PING_AFTER = 10 * SECOND;
    /** The nanoseconds after which a viewer that says nothing is taken to be gone. */
    static final long VANISHED_AFTER = 40 * SECOND;

    /** The nanoseconds without a frame that a viewer takes after which it counts as slow; a hiccup is shorter. */
    private static final long SLOW_AFTER = 2 * SECOND;

    private static final long FAREWELL = 2 * SECOND;

    private final Lobby lobby;
    private final Lobby.Wanted wanted;

    private @Nullable Session connection;
    private volatile @Nullable PlaySession playing;
    private volatile long heard = System.nanoTime();
    private volatile boolean isGone;
    /** When it last took a frame. */
    private volatile long taken = System.nanoTime();

    private volatile boolean isSlow;

    private final Outbox outbox = new Outbox();
    private boolean sending;
    private int closing;

    private long window = System.nanoTime();
    private int messages;

    Viewer(Lobby lobby, Lobby.Wanted wanted) {
        this.lobby = lobby;
        this.wanted = wanted;
    }

    @Override
    public void onWebSocketOpen(Session session) {
        synchronized (this) {
            connection = session;
        }
        session.setIdleTimeout(Duration.ZERO); // pings find out who is gone, see checkPresence
        session.setMaxTextMessageSize(MOST_TEXT);
        session.setMaxBinaryMessageSize(MOST_TEXT);
        lobby.enter(this, wanted);
        session.demand();
    }

    /** Makes this a viewer of a session, whose pictures it may send from now on. */
    void joined(PlaySession session) {
        outbox.joined();
        playing = session;
        Session open = connection();
        if (open != null) {
            open.setMaxBinaryMessageSize(session.card().pictureBytes());
        }
    }

    private synchronized @Nullable Session connection() {
        return connection;
    }

    @Override
    public void onWebSocketText(String text) {
        heard = System.nanoTime();
        try {
            PlaySession session = playing;
            if (session == null) {
                throw new BadMessageException("there is nothing to steer yet");
            }
            session.submit(this, ClientMessage.Parser.parse(text));
        } catch (BadMessageException e) {
            lobby.tally().refuse(Misbehaviour.NONSENSE);
            tell(ServerMessages.error(String.valueOf(e.getMessage())));
        }
        readOn();
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        heard = System.nanoTime();
        byte[] picture = new byte[payload.remaining()];
        payload.get(picture);
        callback.succeed();
        PlaySession session = playing;
        if (session != null && picture.length == session.card().pictureBytes()) {
            session.show(picture);
        } else {
            lobby.tally().refuse(Misbehaviour.NONSENSE);
            tell(ServerMessages.error(
                    session == null
                            ? "there is nothing to draw into yet"
                            : "a picture has " + session.card().pictureBytes() + " bytes, not " + picture.length));
        }
        readOn();
    }

    /** Reads the next message, at once or when the second is over that has had its share. */
    private void readOn() {
        Session open = connection();
        if (open == null) {
            return;
        }
        long now = System.nanoTime();
        if (now - window >= SECOND) {
            window = now;
            messages = 0;
        }
        messages++;
        lobby.tally().heard();
        if (messages < MOST_MESSAGES) {
            open.demand();
        } else {
            lobby.tally().refuse(Misbehaviour.TOO_FAST);
            lobby.later(open::demand, window + SECOND - now);
        }
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        heard = System.nanoTime();
        Session open = connection();
        if (open != null) {
            open.demand();
        }
    }

    /** Sends a text, when the connection is free. */
    void tell(ServerMessages.Text text) {
        outbox.tell(text);
        pump();
    }

    /** Sends what held when this viewer joined, unless it was told something newer of that kind since. */
    void catchUp(ServerMessages.Text text) {
        outbox.catchUp(text);
        pump();
    }

    /** Notes the number of the message of this viewer that takes effect from the next frame on. */
    void applied(long id) {
        outbox.applied(id);
    }

    /** Sends a frame, when the connection is free and unless a newer one is there by then. */
    void offer(FrameMessage newest) {
        if (outbox.offer(newest)) {
            lobby.tally().skip();
            if (!isSlow && System.nanoTime() - taken > SLOW_AFTER) {
                isSlow = true;
                lobby.tally().refuse(Misbehaviour.TOO_SLOW);
            }
        }
        pump();
    }

    /** Sends all texts and then closes the connection. */
    void end(int code) {
        synchronized (this) {
            closing = code;
            outbox.forgetFrame();
        }
        pump();
    }

    /** Sends what waits, unless something is being sent. */
    private void pump() {
        Session open;
        ServerMessages.Text text;
        ByteBuffer picture;
        int code;
        synchronized (this) {
            open = connection;
            if (open == null || sending) {
                return;
            }
            text = outbox.takeText();
            picture = text == null ? outbox.takeFrame() : null;
            code = closing;
            sending = text != null || picture != null || code != 0;
        }
        Callback done = Callback.from(this::sent, failure -> drop());
        if (text != null) {
            open.sendText(text.json(), done);
        } else if (picture != null) {
            taken = System.nanoTime();
            isSlow = false;
            open.sendBinary(picture, done);
        } else if (code != 0) {
            open.close(code, "", Callback.NOOP);
            lobby.later(open::disconnect, FAREWELL); // for those who do not answer
        }
    }

    private void sent() {
        synchronized (this) {
            sending = false;
        }
        pump();
    }

    /** Pings a viewer that has been silent for a while, and drops one that does not answer. */
    void checkPresence(long now) {
        Session open = connection();
        if (open == null) {
            return;
        }
        if (now - heard > VANISHED_AFTER) {
            lobby.tally().refuse(Misbehaviour.VANISHED);
            isGone = true;
            drop();
        } else if (now - heard > PING_AFTER) {
            open.sendPing(ByteBuffer.allocate(0), Callback.NOOP);
        }
    }

    /** Ends the connection at once. */
    private void drop() {
        Session open = connection();
        if (open != null) {
            lobby.later(open::disconnect, 0);
        }
    }

    /** Takes note of what is wrong with what it sent, by which this side is about to close the connection. */
    @Override
    public void onWebSocketError(Throwable cause) {
        if (cause instanceof MessageTooLargeException) {
            lobby.tally().refuse(Misbehaviour.TOO_LARGE);
        } else if (cause instanceof ProtocolException || cause instanceof BadPayloadException) {
            lobby.tally().refuse(Misbehaviour.NO_WEB_SOCKET);
        }
    }

    @Override
    public void onWebSocketClose(int status, String reason, Callback callback) {
        boolean isFarewell;
        synchronized (this) {
            connection = null;
            isFarewell = closing != 0;
        }
        if (status == StatusCode.NO_CLOSE && !isGone && !isFarewell) {
            lobby.tally().refuse(Misbehaviour.BROKEN_OFF);
        }
        outbox.clear();
        lobby.leave(this);
        callback.succeed();
    }

    /** Returns the session that it watches; null while it waits for one. */
    @Nullable
    PlaySession playing() {
        return playing;
    }

    /** Ends it because the server does. */
    void goAway() {
        end(StatusCode.SHUTDOWN);
    }
}
