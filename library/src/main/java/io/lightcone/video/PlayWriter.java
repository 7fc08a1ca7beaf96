// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.awt.image.BufferedImage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes what was played, in the form that a data set reads: a video without loss, {@code NAME-1.mp4}, and beside it
 * {@code NAME-1.jsonl} with a line for each frame that names the action which led to it. The number is the first that
 * is free, so no recording ever takes the place of another.
 *
 * <pre>{@code
 * try (LiveVideo world = LiveVideo.open(run, LiveOptions.defaults());
 *         PlayWriter play = PlayWriter.begin(Path.of("played"), "mine", world.framesPerSecond())) {
 *     while (watching()) {
 *         play.add(world.next(key()), key());
 *     }
 *     play.finish();
 * }
 * }</pre>
 *
 * Both files come into their places in {@link #finish}, and closing without it leaves neither, so a folder of
 * recordings holds whole ones only. Frames leave memory as they are added. Every trouble with the place is a
 * {@link UserException} that names it. Not safe for several threads at once. It owns native memory: close it.
 */
public final class PlayWriter implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path target;
    private final Path lines;
    private final Path partial;
    private final VideoWriter video;
    private final BufferedWriter text;
    private boolean finished;

    private PlayWriter(Path target, Path lines, double framesPerSecond) throws IOException {
        this.target = target;
        this.lines = lines;
        partial = DurableFiles.partial(lines);
        text = Files.newBufferedWriter(partial);
        try {
            video = VideoWriter.lossless(target, framesPerSecond);
        } catch (RuntimeException e) {
            text.close();
            Files.deleteIfExists(partial);
            throw e;
        }
    }

    /**
     * Begins a recording.
     *
     * @param folder that it goes into, which is created
     * @param name that its files begin with, without a number
     * @param framesPerSecond 0.01 to 1000
     * @throws UserException if the place cannot be written
     */
    public static PlayWriter begin(Path folder, String name, double framesPerSecond) {
        Path lines = folder;
        try {
            Files.createDirectories(folder);
            DurableFiles.sweep(folder, ".*\\.jsonl");
            int number = 1;
            for (; ; number++) {
                lines = folder.resolve(name + "-" + number + ".jsonl");
                if (claim(lines, folder.resolve(name + "-" + number + ".mp4"))) {
                    break;
                }
            }
            Path target = folder.resolve(name + "-" + number + ".mp4");
            try {
                return new PlayWriter(target, lines, framesPerSecond);
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(lines);
                throw e;
            }
        } catch (IOException e) {
            throw cannotWrite(lines, e);
        }
    }

    /** Makes the names of a recording this one's alone, with an empty file; returns false if they are taken. */
    private static boolean claim(Path lines, Path target) throws IOException {
        if (Files.exists(target)) {
            return false;
        }
        try {
            Files.createFile(lines);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /**
     * Adds a frame; all frames must have the size and kind of the first.
     *
     * @param action that led to it from the frame before; null if there was none, or nobody knows
     */
    public void add(BufferedImage frame, @Nullable String action) {
        video.add(frame);
        line(action);
    }

    /**
     * Adds one frame of a clip.
     *
     * @param action that led to it from the frame before; null if there was none, or nobody knows
     */
    public void add(Clip clip, int frame, @Nullable String action) {
        video.add(clip, frame);
        line(action);
    }

    private void line(@Nullable String action) {
        try {
            text.write("{\"action\":" + JSON.writeValueAsString(action) + "}\n");
        } catch (IOException e) {
            throw cannotWrite(lines, e);
        }
    }

    /** Returns how many frames have been added. */
    public int frames() {
        return video.frames();
    }

    /** Returns whether no frame can be added any more. */
    public boolean finished() {
        return video.finished();
    }

    /**
     * Completes the recording and puts it in its place.
     *
     * @return its two files, the video first
     * @throws UserException if no frame was added or the disk is full
     */
    public List<Path> finish() {
        try {
            text.close();
            // First the lines: without a video beside them they are no recording, but a video without them is.
            if (video.frames() > 0) {
                Files.move(partial, lines, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            video.finish();
            finished = true;
            return List.of(target, lines);
        } catch (IOException e) {
            throw cannotWrite(lines, e);
        }
    }

    private static UserException cannotWrite(Path file, IOException e) {
        return new UserException(file + " cannot be written: " + FileTrouble.reason(e, file) + ".", e);
    }

    @Override
    public void close() {
        video.close();
        try {
            text.close();
            Files.deleteIfExists(partial);
            if (!finished) {
                Files.deleteIfExists(lines);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
