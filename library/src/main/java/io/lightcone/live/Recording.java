// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.UserException;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records a video, or several together, into files, frame after frame. A stop ends it, after the frame in progress if that
 * is to be saved to go on from. Whatever happens, what there is is kept, and told.
 *
 * <pre>{@code
 * try (VideoInProgress video = VideoInProgress.begin(model, told, null, 100);
 *         SampleFiles files = SampleFiles.open("out.mp4", 1, video.framesPerSecond(), 4, false)) {
 *     new Recording(video, files, 100, null, () -> false, new RecordingListener() {}).make(null);
 * }
 * }</pre>
 */
public final class Recording {
    private final VideoInProgress video;
    private final SampleFiles files;
    private final int frames;
    private final @Nullable Path state;
    private final BooleanSupplier stop;
    private final RecordingListener listener;

    /**
     * Prepares a recording.
     *
     * @param video that makes the frames; the caller's, as are {@code files}
     * @param files one for each of the videos that are made together
     * @param frames to make, besides given ones
     * @param state where to save what it takes to go on; null for nowhere. The video must then be one without end
     * @param stop asked between frames, and if nothing is to be saved between any two calls of the network
     * @param listener hears of it on the thread that records
     */
    public Recording(
            VideoInProgress video,
            SampleFiles files,
            int frames,
            @Nullable Path state,
            BooleanSupplier stop,
            RecordingListener listener) {
        this.video = video;
        this.files = files;
        this.frames = frames;
        this.state = state;
        this.stop = stop;
        this.listener = listener;
    }

    /**
     * Lets a stop end the frame in progress as well, which may be a whole clip or take minutes, but only where nothing is to
     * be saved: a roll-out that is left in the middle of a frame cannot be.
     */
    private void heedStops() {
        if (state == null) {
            video.beforeEachUpdate(() -> {
                if (stop.getAsBoolean()) {
                    throw new CancellationException("the recording is to stop");
                }
            });
        }
    }

    /**
     * Makes frames, after the given ones, until there are enough or it is stopped.
     *
     * @param given frames that come first in every file; null for none
     * @throws UserException if a file or the state cannot be written, or a frame is not finite; files that can be kept are
     */
    public void make(@Nullable Clip given) {
        try {
            heedStops();
            int made = write(given);
            if (made == 0 && given == null) {
                listener.stopped(0, List.of());
                return;
            }
            complete(made);
        } catch (RuntimeException | Error e) {
            rescue(e);
            throw e;
        }
        save();
    }

    /** Returns how many were made. */
    private int write(@Nullable Clip given) {
        int made = 0;
        try {
            if (given != null) {
                files.addToAll(given);
            }
            while (made < frames && !stop.getAsBoolean()) {
                next();
                made++;
                listener.frame(made);
            }
        } catch (CancellationException e) {
            if (!stop.getAsBoolean()) {
                throw e;
            }
        } catch (UserException e) {
            // Ctrl-C reaches the reader of a pipe as well, which goes away at once.
            if (!files.areStreamed() || !stop.getAsBoolean()) {
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

    private void complete(int made) {
        if (made == frames) {
            listener.finished(files.finish());
        } else {
            listener.stopped(made, files.areStreamed() ? List.of() : files.keep());
        }
    }

    /** What a failure leaves: videos so far, and the state if it can be gone on with. */
    private void rescue(Throwable failure) {
        try {
            List<Path> kept = files.rescue();
            if (!kept.isEmpty()) {
                listener.rescued(kept);
            }
            if (video.isWhole()) {
                save();
            }
        } catch (RuntimeException e) {
            listener.troubled(String.valueOf(e.getMessage()));
            failure.addSuppressed(e);
        }
    }

    private void save() {
        if (state != null) {
            video.save(state);
            listener.saved(video.handed(), state);
        }
    }
}
