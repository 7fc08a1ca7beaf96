// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.DurableFiles;
import io.lightcone.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Writes a video file beside its place under a hidden name and moves it there when it is complete, or writes it in its
 * place.
 */
final class VideoFile implements FrameSink {
    private final Path target;
    private final Path partial;
    private final Encoding encoding;
    private final FrameRate rate;
    private final FrameRate fileRate;
    private final int scale;
    private final boolean inPlace;
    private @Nullable EncodedFile file;
    private long added;
    private long lastTick = -1;
    private boolean placed;

    /**
     * Begins a file.
     *
     * @param inPlace whether it is written where it will be, for all to see; otherwise it is moved there when it is
     *     finished
     */
    VideoFile(Path target, Encoding encoding, FrameRate rate, int scale, boolean inPlace) throws IOException {
        this.target = target;
        this.encoding = encoding;
        this.rate = rate;
        this.fileRate = rate.value() > encoding.highestRate() ? FrameRate.of(encoding.highestRate()) : rate;
        this.scale = scale;
        Path folder = target.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        this.inPlace = inPlace;
        DurableFiles.sweep(target);
        partial = Files.createFile(inPlace ? target : DurableFiles.partial(target));
    }

    @Override
    public void add(byte[] pixels, int height, int width, int channels) throws IOException {
        int side = encoding.evenSides() ? 2 : 1;
        int fullHeight = (height * scale + side - 1) / side * side;
        int fullWidth = (width * scale + side - 1) / side * side;
        if (Math.min(fullHeight, fullWidth) < encoding.smallestSide()) {
            throw new UserException(target + " cannot be written: frames of " + width * scale + "x" + height * scale
                    + " are too small for this format, which needs " + encoding.smallestSide() + "x"
                    + encoding.smallestSide() + "; use a larger scale or GIF.");
        }
        long tick = (long) Math.floor(added * fileRate.value() / rate.value() + 1e-9);
        try {
            EncodedFile open = file;
            if (open == null) {
                open = new EncodedFile(partial, encoding, fileRate, inPlace, fullHeight, fullWidth, channels);
                file = open;
            }
            if (tick > lastTick) {
                open.add(Images.enlarge(pixels, height, width, channels, scale, fullHeight, fullWidth), tick);
                lastTick = tick;
            }
            added++;
        } catch (Ffmpeg.Failure e) {
            throw new IOException(e.reason(), e);
        }
    }

    @Override
    public Path finish(boolean replacing) throws IOException {
        EncodedFile open = file;
        if (open == null) {
            throw new IllegalStateException("nothing was added to " + target);
        }
        try {
            open.finish();
        } catch (Ffmpeg.Failure e) {
            throw new IOException(e.reason(), e);
        } finally {
            open.close();
            file = null;
        }
        Path place = target;
        if (!inPlace) {
            Path whole = whole();
            place = replacing ? target : free(target);
            Files.move(whole, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Files.deleteIfExists(partial);
        }
        placed = true;
        return place;
    }

    /** Returns the pieces as one file, or the pieces themselves if there is no room for both. */
    private Path whole() throws IOException {
        if (encoding.whole().isEmpty()) {
            return partial;
        }
        Path whole = DurableFiles.partial(target);
        try {
            Remuxer.write(partial, whole, encoding);
            return whole;
        } catch (Ffmpeg.Failure e) {
            Files.deleteIfExists(whole);
            return partial;
        }
    }

    @Override
    public @Nullable Path salvage() {
        if (file != null) {
            file.close();
            file = null;
        }
        if (!encoding.inPieces() || !playable(partial)) {
            return null;
        }
        placed = true;
        if (inPlace) {
            return target;
        }
        try {
            return Files.move(partial, free(target), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean playable(Path file) {
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(16, 16, 1))) {
            return reader.next() != null;
        } catch (UserException e) {
            return false;
        }
    }

    /**
     * Returns the target if there is no file yet, else {@code clip-incomplete.mp4} for {@code clip.mp4}, with a number
     * if need be.
     */
    private static Path free(Path target) {
        String name = target.getFileName().toString();
        int dot = name.lastIndexOf('.');
        Path place = target;
        for (int number = 1; Files.exists(place); number++) {
            String middle = "-incomplete" + (number == 1 ? "" : "-" + number);
            place = target.resolveSibling(name.substring(0, dot) + middle + name.substring(dot));
        }
        return place;
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
            file = null;
        }
        if (placed || (inPlace && salvage() != null)) {
            return;
        }
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
