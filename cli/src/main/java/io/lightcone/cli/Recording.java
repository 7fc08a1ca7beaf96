// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.live.VideoInProgress;
import io.lightcone.report.Units;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A video, or several together, on the way into files, frame after frame. Ctrl-C ends it, after the frame in progress if that is
 * to be saved to go on from. Whatever happens, what there is is kept, and said.
 */
final class Recording {
    private final Session session;
    private final VideoInProgress video;
    private final SampleFiles files;
    private final FrameCount wanted;
    private final @Nullable Path state;

    /**
     * Of frames yet to be made.
     *
     * @param files of the caller, as is {@code video}
     * @param state where to save what it takes to go on; null for nowhere
     */
    Recording(Session session, VideoInProgress video, SampleFiles files, FrameCount wanted, @Nullable Path state) {
        this.session = session;
        this.video = video;
        this.files = files;
        this.wanted = wanted;
        this.state = state;
    }

    /**
     * Lets Ctrl-C end the frame in progress as well, which may be a whole clip or take minutes, but only where nothing is to be
     * saved: a roll-out that is left in the middle of a frame cannot be.
     */
    private void heedStops() {
        if (state == null) {
            video.checking(session.interrupts()::check);
        }
    }

    /**
     * Makes frames, after the given ones, until there are enough or the user stops it.
     *
     * @param given null for none
     */
    void make(@Nullable Clip given) {
        try {
            heedStops();
            int made = write(given);
            if (made == 0 && given == null) {
                session.console().line("Stopped; nothing was generated");
                return;
            }
            session.console().line(complete(made));
        } catch (RuntimeException | Error e) {
            rescue(e);
            throw e;
        }
        save();
    }

    /** Returns how many were made. */
    private int write(@Nullable Clip given) {
        FrameCounter counter = new FrameCounter(session.console(), wanted);
        int made = 0;
        try {
            if (given != null) {
                files.addToAll(given);
            }
            while (made < wanted.count() && !session.interrupts().happened()) {
                next();
                made++;
                counter.count();
            }
        } catch (CancellationException e) {
            if (!session.interrupts().happened()) {
                throw e;
            }
        } catch (UserException e) {
            // Ctrl-C reaches the reader of a pipe as well, which goes away at once.
            if (!files.arePiped() || !session.interrupts().happened()) {
                throw e;
            }
        }
        return made;
    }

    private void next() {
        List<Clip> frame = video.next();
        int before = files.taken();
        try {
            files.add(frame);
        } catch (RuntimeException | Error e) {
            if (files.taken() == before) {
                video.putBack(frame);
            }
            throw e;
        }
    }

    private String complete(int made) {
        if (made == wanted.count()) {
            return "Wrote " + files.finish();
        }
        return files.arePiped()
                ? "Stopped after " + Units.counted(made, "frame")
                : "Stopped; what was generated is in " + files.keep();
    }

    /** What a failure leaves: videos so far, and the state if it can be gone on with. */
    private void rescue(Throwable failure) {
        try {
            String kept = files.rescue();
            if (!kept.isEmpty()) {
                session.console().line("What was generated is in " + kept);
            }
            if (video.isWhole()) {
                save();
            }
        } catch (RuntimeException e) {
            session.console().line("Besides, " + e.getMessage());
            failure.addSuppressed(e);
        }
    }

    private void save() {
        if (state != null) {
            video.save(state);
            session.console()
                    .line("Saved after " + Units.counted(video.handed(), "frame") + "; go on with --resume " + state);
        }
    }
}
