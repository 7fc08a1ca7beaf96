// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import io.lightcone.UserException;
import io.lightcone.tensor.Timeline.Span;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.jspecify.annotations.Nullable;

/**
 * Records where the time of the steps of a training, or of the frames of a video, goes. The first ones are not
 * recorded: they prepare plans and memory for all others. What is computed stays the same bit for bit. It serves one
 * thread, in whose loop it stands:
 *
 * <pre>{@code
 * try (Profiler profiler = new Profiler("step", 3, 20, device, folder, listener)) {
 *     for (long step = 1; step <= steps; step++) {
 *         profiler.begin(step);
 *         makeStep(step);
 *         profiler.end();
 *     }
 * }
 * }</pre>
 *
 * <p>Memory is bounded: a recording that has grown to a quarter of a million spans ends with the last whole step or
 * frame before that, however many were asked for.
 */
public final class Profiler implements AutoCloseable {
    static {
        NativeMemory.allow();
    }

    /** The number to ask for if all are to be recorded. */
    public static final int ALL = Integer.MAX_VALUE;

    private final String unit;
    private final int skipped;
    private final int wanted;
    private final Device device;
    private final Path folder;
    private final ProfileListener listener;
    private long seen;
    private @Nullable Timeline timeline;
    private Span item = Span.NONE;
    private Profile.@Nullable Range range;
    private long ended;
    private boolean done;

    /**
     * Creates a profiler that has recorded nothing yet.
     *
     * @param unit what is recorded, "step" or "frame"
     * @param skipped how many of the first of them are not recorded
     * @param wanted how many are recorded, or {@link #ALL}; none of them with 0, in which case the listener is not
     *     called
     * @param device device that they are computed on; a GPU is waited for at both ends of each span
     * @param folder folder of the trace, which is created when that is written
     */
    public Profiler(String unit, int skipped, int wanted, Device device, Path folder, ProfileListener listener) {
        this.unit = unit;
        this.skipped = skipped;
        this.wanted = wanted;
        this.device = device;
        this.folder = folder;
        this.listener = listener;
        this.done = wanted == 0;
    }

    /**
     * Does something several times and returns where its time went, each time as one step or frame. Nothing is written.
     *
     * @param unit what it is, "step" or "frame"
     * @param count how often, at least once; fewer if the spans of all would take too much memory
     * @param device device that it is computed on
     * @return the profile, or nothing if not even one has room
     */
    public static Optional<Profile> record(String unit, int count, Device device, Runnable work) {
        Timeline timeline = Timeline.start(() -> Devices.synchronize(device));
        long ended = timeline.begun();
        int done = 0;
        try {
            while (done < count) {
                try (Span whole = Timeline.span(unit, done + 1)) {
                    work.run();
                }
                if (timeline.isFull()) {
                    break;
                }
                ended = System.nanoTime();
                done++;
            }
        } finally {
            timeline.stop();
        }
        return done == 0
                ? Optional.empty()
                : Optional.of(new Profile(unit, new Profile.Range(1, done), timeline.begun(), ended, timeline.stop()));
    }

    /** Begins a step or frame, which is the thread's outermost span if it is recorded. */
    public void begin(long number) {
        if (done || seen++ < skipped) {
            return;
        }
        if (timeline == null) {
            timeline = Timeline.start(() -> Devices.synchronize(device));
        }
        range = range == null ? new Profile.Range(number, number - 1) : range;
        item = Timeline.span(unit, (int) number);
    }

    /** Ends the step or frame that has begun. */
    public void end() {
        if (done || timeline == null || range == null) {
            return;
        }
        item.close();
        if (timeline.isFull()) {
            close();
            return;
        }
        ended = System.nanoTime();
        range = new Profile.Range(range.first(), range.last() + 1);
        if (range.count() == wanted) {
            close();
        }
    }

    /** Ends the recording if it has not ended, and passes what there is to the listener. */
    @Override
    public void close() {
        if (done) {
            return;
        }
        done = true;
        boolean full = timeline != null && timeline.isFull();
        if (timeline == null || range == null) {
            tellOfNothing(full);
            return;
        }
        Profile profile = new Profile(unit, range, timeline.begun(), ended, timeline.stop());
        timeline = null;
        if (profile.count() == 0) {
            tellOfNothing(full);
            return;
        }
        if (full || (wanted != ALL && profile.count() < wanted)) {
            listener.message("Only " + counted(profile.count()) + " could be recorded: "
                    + (full ? "the spans of more would take too much memory." : "there were no more."));
        }
        listener.profiled(profile, trace(profile));
    }

    private void tellOfNothing(boolean full) {
        listener.message("No " + unit + " could be recorded: "
                + (full
                        ? "one has more spans than fit into memory."
                        : "the first " + counted(skipped)
                                + " never are, as they prepare the others, and no more were completed."));
    }

    private String counted(long count) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }

    /** Writes the trace; a disk that is full costs nothing else. */
    private @Nullable Path trace(Profile profile) {
        Path file = folder.resolve(profile.name() + ".json");
        try {
            profile.writeTrace(file);
            return file;
        } catch (UserException e) {
            listener.message("Note: " + e.getMessage());
            return null;
        }
    }
}
