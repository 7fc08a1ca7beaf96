// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The files of one sampling: one, or several with numbers in their names. */
final class SampleFiles implements AutoCloseable {
    /** Raw frames for another program. */
    static final String STANDARD_OUTPUT = "-";

    private final List<VideoWriter> writers = new ArrayList<>();
    private final @Nullable StandardOutput pipe;
    private int taken;

    private SampleFiles(@Nullable StandardOutput pipe) {
        this.pipe = pipe;
    }

    /**
     * Opens what a user named.
     *
     * @param target a name, or {@link #STANDARD_OUTPUT}
     * @param count videos
     * @param endless whether they may become long without bound
     * @param stopped whether Ctrl-C was pressed
     */
    static SampleFiles open(
            String target, int count, double framesPerSecond, int scale, boolean endless, BooleanSupplier stopped) {
        if (target.equals(STANDARD_OUTPUT)) {
            if (count > 1) {
                throw new UserException("--out - takes one video, and these are " + count + "; name a file");
            }
            return piped(new StandardOutput(stopped), scale);
        }
        SampleFiles files = new SampleFiles(null);
        try {
            for (String name : names(target, count)) {
                files.writers.add(
                        endless
                                ? VideoWriter.endless(name, framesPerSecond, scale)
                                : VideoWriter.open(name, framesPerSecond, scale));
            }
            return files;
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private static SampleFiles piped(StandardOutput pipe, int scale) {
        SampleFiles files = new SampleFiles(pipe);
        files.writers.add(VideoWriter.raw(pipe, "standard output", scale));
        return files;
    }

    /** Whether they go to another program. */
    boolean arePiped() {
        return pipe != null;
    }

    /** The names of {@code count} videos; none for standard output. */
    static List<String> names(String target, int count) {
        if (target.equals(STANDARD_OUTPUT)) {
            return List.of();
        }
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> count == 1 ? target : numbered(target, number))
                .toList();
    }

    /** {@code clip.mp4} as {@code clip-1.mp4}. */
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

    /** Adds every frame of a clip to every file. */
    void addToAll(Clip clip) {
        for (VideoWriter writer : writers) {
            for (int frame = 0; frame < clip.frames(); frame++) {
                writer.add(clip, frame);
            }
        }
    }

    /** Adds to each file the first frame of its clip; a file that fails does not keep it from the others. */
    void add(List<Clip> clips) {
        int before = taken;
        RuntimeException failure = null;
        for (int i = 0; i < writers.size(); i++) {
            try {
                writers.get(i).add(clips.get(i), 0);
                taken = before + 1;
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** How often {@link #add} has reached any file. */
    int taken() {
        return taken;
    }

    /** Completes the files; returns their names for people. */
    String finish() {
        return names(VideoWriter::finish);
    }

    /** Completes files that were broken off, which then take the place of none; returns their names for people. */
    String keep() {
        return names(VideoWriter::keep);
    }

    private String names(Function<VideoWriter, Path> completing) {
        return writers.stream().map(completing).map(Path::toString).collect(Collectors.joining(", "));
    }

    /**
     * After a failure, completes what can be: files that have frames and did not fail themselves.
     *
     * @return their names for people; empty if there are none
     */
    String rescue() {
        List<String> kept = new ArrayList<>();
        for (VideoWriter writer : writers) {
            if (!writer.finished() && writer.frames() > 0) {
                try {
                    kept.add(writer.keep().toString());
                } catch (UserException e) {
                    // It has failed as well; what could be saved of it is where the writer has put it.
                }
            }
        }
        return String.join(", ", kept);
    }

    @Override
    public void close() {
        writers.forEach(VideoWriter::close);
        if (pipe != null) {
            pipe.close();
        }
    }
}
