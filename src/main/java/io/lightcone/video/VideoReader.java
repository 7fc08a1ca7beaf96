// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;

import io.lightcone.NativeMemory;
import io.lightcone.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Reads a video (MP4, MKV, WebM, AVI, MOV or GIF) frame by frame at a chosen size and rate; never more than a few frames
 * are in memory. Pictures keep their proportions: they are scaled until they cover the target and their middle is cut
 * out. Turned videos (telephones) are set upright; sound is ignored.
 *
 * <p>Every failure is a {@link UserException} that names the file, also in the middle: a file that is cut short throws once
 * its last good frame has been read. Not safe for several threads at once. The reader owns native memory: close it.
 */
public final class VideoReader implements AutoCloseable {
    static {
        NativeMemory.allow();
    }

    /**
     * What frames to make of a video.
     *
     * @param height rows of a frame
     * @param width columns of a frame
     * @param channels 1 (grey) or 3 (colour)
     * @param framesPerSecond rate to resample to by time stamps: at each tick the frame on show. 0 takes every frame as it is
     * @param startSeconds where to begin: with the frame on show at that time after the first one
     */
    public record Options(int height, int width, int channels, double framesPerSecond, double startSeconds) {
        public Options {
            if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
                throw new IllegalArgumentException(
                        "frames of " + width + "x" + height + "x" + channels + " are impossible");
            }
            if (!(framesPerSecond >= 0 && framesPerSecond <= 1000) || !(startSeconds >= 0)) {
                throw new UserException(
                        "The frame rate must lie between 0 and 1000 and the start must not be negative, not "
                                + framesPerSecond + " and " + startSeconds + ".");
            }
        }

        /** Every frame from the first on, in colour or grey. */
        public static Options of(int height, int width, int channels) {
            return new Options(height, width, channels, 0, 0);
        }
    }

    private final Path file;
    private final Options options;
    private final Decoder decoder;
    private final Natives natives = new Natives();
    private final FrameConverter converter;
    private final double slack;

    private AVFrame current;
    private AVFrame upcoming;
    private double currentSeconds;
    private double currentLength;
    private boolean upcomingReady;
    private boolean decoderDone;
    private boolean currentUsed;
    private int read;
    private boolean closed;

    private VideoReader(Path file, Options options) {
        this.file = file;
        this.options = options;
        decoder = new Decoder(file);
        converter = new FrameConverter(options, decoder.rotation());
        try {
            current = natives.own(av_frame_alloc(), f -> av_frame_free(f));
            upcoming = natives.own(av_frame_alloc(), f -> av_frame_free(f));
            slack = decoder.rounding() + 1e-6;
            advance();
            skipTo(options.startSeconds());
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Opens a video and decodes up to the first frame asked for.
     *
     * @throws UserException if the file is missing, is not a video, or ends before the start asked for
     */
    public static VideoReader open(Path file, Options options) {
        return new VideoReader(file, options);
    }

    /** Reads up to {@code count} frames of a video as one clip; fewer if the video ends earlier. */
    public static Clip read(Path file, Options options, int count) {
        try (VideoReader reader = open(file, options)) {
            Clip clip = reader.clip(count);
            if (clip == null) {
                throw new UserException(file + " has no frames.");
            }
            return clip;
        }
    }

    /** The next frame's bytes in the order H, W, C, the caller's to keep; null after the last frame. */
    public synchronized byte @Nullable [] next() {
        if (closed) {
            throw new IllegalStateException("the reader of " + file + " is closed");
        }
        try (PointerScope scope = new PointerScope()) {
            if (!(options.framesPerSecond() == 0 ? toNextFrame() : toNextTick())) {
                return null;
            }
            byte[] pixels = converter.convert(current);
            read++;
            return pixels;
        } catch (Ffmpeg.Failure e) {
            throw new UserException(file + " cannot be converted: " + e.reason() + ".", e);
        }
    }

    /** The next frames as a clip, {@code count} of them or fewer at the end; null after the last frame. */
    public @Nullable Clip clip(int count) {
        int first = read;
        List<byte[]> frames = new ArrayList<>();
        while (frames.size() < count) {
            byte[] frame = next();
            if (frame == null) {
                break;
            }
            frames.add(frame);
        }
        if (frames.isEmpty()) {
            return null;
        }
        int size = frames.get(0).length;
        byte[] pixels = new byte[Math.multiplyExact(frames.size(), size)];
        for (int i = 0; i < frames.size(); i++) {
            System.arraycopy(frames.get(i), 0, pixels, i * size, size);
        }
        String from = options.startSeconds() > 0 ? " from " + Words.number(options.startSeconds()) + " s" : "";
        String name = file.getFileName() + from + ", frames " + first + " to " + (read - 1);
        return new Clip(name, frames.size(), options.height(), options.width(), options.channels(), pixels);
    }

    /** How many frames have been read. */
    public int framesRead() {
        return read;
    }

    /** Rate of the frames this reader gives: the one asked for, or the video's own (an average if it varies). */
    public double framesPerSecond() {
        return options.framesPerSecond() > 0 ? options.framesPerSecond() : decoder.framesPerSecond();
    }

    private boolean toNextFrame() {
        boolean more = !currentUsed || advance();
        currentUsed = true;
        return more;
    }

    private boolean toNextTick() {
        double tick = options.startSeconds() + read / options.framesPerSecond();
        while (peek() && decoder.seconds() <= tick + slack) {
            advance();
        }
        return upcomingReady || tick + slack < currentSeconds + currentLength;
    }

    private void skipTo(double start) {
        while (start > 0 && peek() && decoder.seconds() <= start + slack) {
            advance();
        }
        double end = currentSeconds + currentLength;
        if (start > 0 && !upcomingReady && start >= end) {
            throw new UserException(file + " lasts " + Words.number(end) + " s, so it cannot be read from "
                    + Words.number(start) + " s on.");
        }
    }

    /** Decodes one frame ahead, if there is one; its time is then that of the decoder. */
    private boolean peek() {
        if (!upcomingReady && !decoderDone) {
            upcomingReady = decoder.next(upcoming);
            decoderDone = !upcomingReady;
        }
        return upcomingReady;
    }

    private boolean advance() {
        if (!peek()) {
            return false;
        }
        AVFrame spent = current;
        current = upcoming;
        upcoming = spent;
        av_frame_unref(spent);
        upcomingReady = false;
        currentSeconds = decoder.seconds();
        currentLength = decoder.length();
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        converter.close();
        natives.close();
        decoder.close();
    }
}
