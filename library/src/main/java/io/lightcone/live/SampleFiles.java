// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.UserException;
import io.lightcone.video.Clip;
import io.lightcone.video.PlayWriter;
import io.lightcone.video.VideoWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Holds the files of one recording, a single one or several with numbers in their names, which are written together.
 */
public final class SampleFiles implements AutoCloseable {
    private final List<VideoWriter> writers = new ArrayList<>();
    private final List<PlayWriter> plays = new ArrayList<>();
    /** What the names of recordings begin with. */
    private static final String RECORDING = "sample";

    private final boolean streamed;
    private int framesAdded;

    private SampleFiles(boolean streamed) {
        this.streamed = streamed;
    }

    /**
     * Opens one file for each video.
     *
     * @param target a name as {@link VideoWriter#open(String, double, int)} takes it; where there are several videos,
     *     numbers are added to it
     * @param count videos
     * @param endless whether they may become long without bound
     * @throws UserException if one of them cannot be written
     */
    public static SampleFiles open(String target, int count, double framesPerSecond, int scale, boolean endless) {
        SampleFiles files = new SampleFiles(false);
        try {
            for (String name : names(target, count)) {
                files.writers.add(
                        endless
                                ? VideoWriter.endless(name, framesPerSecond, scale)
                                : VideoWriter.open(name, framesPerSecond, scale));
            }
            return files;
        } catch (RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    /**
     * Wraps the writer of one video that goes into a stream, which has no file to name.
     *
     * @param writer such as {@link VideoWriter#raw} and {@link VideoWriter#stream} open, closed with the result
     */
    public static SampleFiles streamed(VideoWriter writer) {
        SampleFiles files = new SampleFiles(true);
        files.writers.add(writer);
        return files;
    }

    /** Returns no files, to which recordings are added. */
    public static SampleFiles none() {
        return new SampleFiles(false);
    }

    /**
     * Records the videos besides, each with the action of every frame, as data to train on: see {@link PlayWriter}.
     *
     * @param folder that the recordings go into, which is created
     * @param count videos
     * @return these files
     * @throws UserException if the place cannot be written
     */
    public SampleFiles recorded(Path folder, int count, double framesPerSecond) {
        for (int i = 0; i < count; i++) {
            plays.add(PlayWriter.begin(folder, RECORDING, framesPerSecond));
        }
        return this;
    }

    /** Returns whether the video goes into a stream. */
    boolean areStreamed() {
        return streamed;
    }

    /** Returns the names of {@code count} videos: {@code target}, or that with numbers. */
    public static List<String> names(String target, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> count == 1 ? target : numbered(target, number))
                .toList();
    }

    /** Returns a name with a number before its ending, such as {@code clip-1.mp4} for {@code clip.mp4}. */
    static String numbered(String target, int number) {
        int slash = Math.max(target.lastIndexOf('/'), target.lastIndexOf('\\'));
        int dot = target.lastIndexOf('.');
        if (dot > slash + 1) {
            return target.substring(0, dot) + "-" + number + target.substring(dot);
        }
        // The slash stays: it says that this is a folder, whatever its name.
        return slash == target.length() - 1
                ? target.substring(0, slash) + "-" + number + target.substring(slash)
                : target + "-" + number;
    }

    /**
     * Adds every frame of a clip to every file.
     *
     * @param actions for each of its frames what led to it, or null
     */
    void addToAll(Clip clip, IntFunction<@Nullable String> actions) {
        for (VideoWriter writer : writers) {
            for (int frame = 0; frame < clip.frames(); frame++) {
                writer.add(clip, frame);
            }
        }
        for (PlayWriter play : plays) {
            for (int frame = 0; frame < clip.frames(); frame++) {
                play.add(clip, frame, actions.apply(frame));
            }
        }
    }

    /**
     * Adds to each file the first frame of its clip; a file that fails does not stop the others.
     *
     * @param action that led to it, or null
     */
    void add(List<Clip> clips, @Nullable String action) {
        int before = framesAdded;
        RuntimeException failure = null;
        for (int i = 0; i < writers.size() + plays.size(); i++) {
            try {
                addTo(i, clips, action);
                framesAdded = before + 1;
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Adds a frame to a file, or, behind those, to a recording. */
    private void addTo(int number, List<Clip> clips, @Nullable String action) {
        if (number < writers.size()) {
            writers.get(number).add(clips.get(number), 0);
        } else {
            plays.get(number - writers.size()).add(clips.get(number - writers.size()), 0, action);
        }
    }

    /** Returns how often {@link #add} has reached any file. */
    int framesAdded() {
        return framesAdded;
    }

    /** Completes the files and returns where they are. */
    List<Path> finish() {
        List<Path> files = new ArrayList<>();
        writers.forEach(writer -> files.add(writer.finish()));
        plays.forEach(play -> files.addAll(play.finish()));
        return List.copyOf(files);
    }

    /** Completes files that were broken off, which then replace no existing file, and returns where they are. */
    List<Path> keep() {
        List<Path> files = new ArrayList<>();
        if (!streamed) {
            writers.forEach(writer -> files.add(writer.keep()));
        }
        plays.forEach(play -> files.addAll(play.finish()));
        return List.copyOf(files);
    }

    /**
     * Completes the files that can be after a failure: those that have frames and did not fail themselves.
     *
     * @return where they are
     */
    List<Path> rescue() {
        List<Path> kept = new ArrayList<>();
        for (VideoWriter writer : writers) {
            if (!writer.finished() && writer.frames() > 0) {
                try {
                    kept.add(writer.keep());
                } catch (UserException e) {
                    // It has failed as well; what could be saved of it is where the writer left it.
                }
            }
        }
        for (PlayWriter play : plays) {
            if (!play.finished() && play.frames() > 0) {
                try {
                    kept.addAll(play.finish());
                } catch (UserException e) {
                    // As above.
                }
            }
        }
        return kept;
    }

    @Override
    public void close() {
        writers.forEach(VideoWriter::close);
        plays.forEach(PlayWriter::close);
    }
}
