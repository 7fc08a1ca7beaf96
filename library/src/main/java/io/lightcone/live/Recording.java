// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.UserException;
import io.lightcone.tensor.Profiler;
import io.lightcone.tensor.Timeline;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records a video, or several together, into files, frame after frame. A stop ends it, after the frame in progress if
 * the state is to be saved. Whatever happens, the frames generated so far are kept, and the listener is told where.
 *
 * <pre>{@code
 * try (VideoInProgress video = VideoInProgress.begin(model, request, null, 100);
 *         SampleFiles files = SampleFiles.open("out.mp4", 1, video.framesPerSecond(), 4, false)) {
 *     new Recording(video, files, 100, null, () -> false, new RecordingListener() {}).run(null);
 * }
 * }</pre>
 */
public final class Recording {
    /** The number of frames that prepare plans and memory for the others, and are not profiled. */
    private static final int NOT_PROFILED = 2;

    private final VideoInProgress video;
    private final SampleFiles files;
    private final int frames;
    private final @Nullable Path state;
    private final BooleanSupplier stop;
    private final RecordingListener listener;
    private @Nullable Path profiles;

    /**
     * Prepares a recording.
     *
     * @param video that generates the frames; it stays the caller's, as do {@code files}
     * @param files one for each of the videos that are generated together
     * @param frames to generate, besides given ones
     * @param state file for the state that is needed to resume; null for none. With a file the video must be one
     *     without end
     * @param stop asked between frames, and if no state is to be saved between any two calls of the network
     * @param listener is notified on the thread that records
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
     * Lets this recording write where the time of its frames goes. The first two frames are not recorded, since they
     * prepare the others.
     *
     * @param folder folder of the trace, such as {@link io.lightcone.run.RunFolder#profiles}, which is created
     * @return this recording
     */
    public Recording profiled(Path folder) {
        profiles = folder;
        return this;
    }

    private Profiler profiler() {
        Path folder = profiles == null ? Path.of("") : profiles;
        return new Profiler(
                "frame", NOT_PROFILED, profiles == null ? 0 : Profiler.ALL, video.device(), folder, listener);
    }

    /**
     * Makes a stop end the frame in progress as well, which may be a whole clip or take minutes, but only where no
     * state is to be saved: a roll-out that is stopped in the middle of a frame cannot be saved.
     */
    private void stopWithinFrames() {
        if (state == null) {
            video.beforeEachUpdate(() -> {
                if (stop.getAsBoolean()) {
                    throw new CancellationException("the recording is to stop");
                }
            });
        }
    }

    /**
     * Records frames, after the given ones, until there are enough or the recording is stopped.
     *
     * @param given frames that come first in every file; null for none
     * @throws UserException if a file or the state cannot be written, or a frame is not finite; files that can be kept
     *     are
     */
    public void run(@Nullable Clip given) {
        try {
            stopWithinFrames();
            int generated = write(given);
            if (generated == 0 && given == null) {
                listener.stopped(0, List.of());
            } else {
                complete(generated);
            }
        } catch (RuntimeException | Error e) {
            rescue(e);
            throw e;
        }
        save();
    }

    /** Writes the frames and returns how many were generated, given ones not included. */
    private int write(@Nullable Clip given) {
        int generated = 0;
        try (Profiler profiler = profiler()) {
            if (given != null) {
                files.addToAll(given, video::action);
            }
            while (generated < frames && !stop.getAsBoolean()) {
                profiler.begin(generated + 1);
                next();
                generated++;
                listener.frame(generated);
                profiler.end();
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
        return generated;
    }

    private void next() {
        List<Clip> frame = video.next();
        int before = files.framesAdded();
        try (Timeline.Span span = Timeline.span("writing")) {
            files.add(frame, video.lastAction());
        } catch (RuntimeException | Error e) {
            if (files.framesAdded() == before) {
                video.putBack(frame);
            }
            throw e;
        }
    }

    private void complete(int generated) {
        if (generated == frames) {
            listener.finished(files.finish());
        } else {
            listener.stopped(generated, files.keep());
        }
    }

    /** Keeps what a failure leaves: the videos so far, and the state if it can be resumed. */
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
            listener.rescueFailed(String.valueOf(e.getMessage()));
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
