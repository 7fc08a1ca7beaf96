// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;

import io.lightcone.FileTrouble;
import io.lightcone.NativeMemory;
import io.lightcone.TextFormat;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Reads a video frame by frame at a chosen size and rate; never more than a few frames are in memory. Pictures keep
 * their proportions: they are scaled until they cover the target and their middle is cut out. Turned and mirrored
 * videos are set upright; sound is ignored. It reads MP4, MKV, WebM, AVI, MOV and GIF, and MPEG, FLV, Ogg, WMV, APNG,
 * Y4M and some more, known by their content and not their name.
 *
 * <p>All frames that can be decoded are returned. Damaged frames are left out, and where frames are missing or the time
 * stamps jump, a new segment begins: {@link #startsSegment} says where, and {@link #remarks} what is wrong. A still
 * picture is not repeated without end: after {@value FrameClock#LONGEST_SECONDS} seconds the time stamps are not
 * believed.
 *
 * <p>Every failure is a {@link UserException} that names the file, also at the end: a file of which less than half can
 * be decoded throws once its last good frame has been read. Not safe for several threads at once. The reader owns
 * native memory: close it.
 */
public final class VideoReader implements AutoCloseable {
    static {
        NativeMemory.allow();
    }

    /**
     * The size, rate and start of the frames to read from a video.
     *
     * @param height rows of a frame; pictures of another shape are scaled until they cover it, and cut at both sides
     * @param width columns of a frame
     * @param channels 1 (grey) or 3 (colour)
     * @param framesPerSecond rate to resample to by time stamps: at each tick the frame on show. 0 takes every frame as
     *     it is
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

        /** Returns options to read every frame from the first on, in colour or grey. */
        public static Options of(int height, int width, int channels) {
            return new Options(height, width, channels, 0, 0);
        }
    }

    /**
     * The repeats of frames that every file may have; two more limits add what each frame and what so many bytes may
     * have.
     */
    private static final long REPEATS = 2000;

    private static final long REPEATS_PER_FRAME = 10;
    private static final long BYTES_PER_REPEAT = 50;

    /** The number of a frame that has lost ones before it. */
    public static final int UNKNOWN = -1;

    private final Path file;
    private final Options options;
    private final FfmpegObjects objects = new FfmpegObjects();
    private final Decoder decoder;
    private final FrameConverter converter;
    private final double slack;
    private final long repeatsBySize;

    private AVFrame current;
    private AVFrame upcoming;
    private double currentSeconds;
    private double currentLength;
    private int currentShows;
    private long currentNumber = UNKNOWN;
    private long number = UNKNOWN;
    private boolean upcomingReady;
    private boolean decoderDone;
    private boolean ready;
    private boolean startsSegment;
    private long tick;
    private long decoded;
    private long repeats;
    private int shortened;
    private int read;
    private boolean closed;

    private VideoReader(Path file, Options options) {
        this.file = file;
        this.options = options;
        try {
            decoder = new Decoder(file);
            objects.onClose(decoder::close);
            converter = new FrameConverter(options);
            objects.onClose(converter::close);
            current = objects.own(av_frame_alloc(), f -> av_frame_free(f));
            upcoming = objects.own(av_frame_alloc(), f -> av_frame_free(f));
            slack = decoder.rounding() + 1e-6;
            repeatsBySize = Files.size(file) / BYTES_PER_REPEAT;
            advance();
            skipTo(options.startSeconds());
        } catch (IOException e) {
            objects.close();
            throw new UserException(file + " cannot be read: " + FileTrouble.reason(e, file) + ".", e);
        } catch (RuntimeException | Error e) {
            objects.close();
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

    /** Returns the next frame's bytes in the order H, W, C, the caller's to keep; null after the last frame. */
    public synchronized byte @Nullable [] next() {
        if (closed) {
            throw new IllegalStateException("the reader of " + file + " is closed");
        }
        try (PointerScope scope = new PointerScope()) {
            if (!prepare()) {
                return null;
            }
            ready = false;
            byte[] pixels = converter.convert(current);
            read++;
            number = currentNumber;
            return pixels;
        } catch (Ffmpeg.Failure e) {
            throw new UserException(file + " cannot be converted: " + e.reason() + ".", e);
        }
    }

    /**
     * Returns the next frames as a clip, {@code count} of them or fewer at the end of a segment, since no clip crosses
     * a gap; null after the last frame.
     */
    public @Nullable Clip clip(int count) {
        return clip(count, number -> {});
    }

    /**
     * Returns the next frames as {@link #clip(int)} does.
     *
     * @param numbers receives of each of them which frame of the file it is, as {@link #frameNumber} says
     */
    public @Nullable Clip clip(int count, IntConsumer numbers) {
        int first = read;
        List<byte[]> frames = new ArrayList<>();
        while (frames.size() < count) {
            byte[] frame = frames.isEmpty() || (prepare() && !startsSegment) ? next() : null;
            if (frame == null) {
                break;
            }
            frames.add(frame);
            numbers.accept(frameNumber());
        }
        if (frames.isEmpty()) {
            return null;
        }
        int size = frames.get(0).length;
        byte[] pixels = new byte[Math.multiplyExact(frames.size(), size)];
        for (int i = 0; i < frames.size(); i++) {
            System.arraycopy(frames.get(i), 0, pixels, i * size, size);
        }
        String from = options.startSeconds() > 0 ? " from " + TextFormat.number(options.startSeconds()) + " s" : "";
        String name = file.getFileName() + from + ", frames " + first + " to " + (read - 1);
        return new Clip(name, frames.size(), options.height(), options.width(), options.channels(), pixels);
    }

    /** Returns whether the frame that {@link #next} returned last is the first of a segment, with a gap before it. */
    public boolean startsSegment() {
        return startsSegment;
    }

    /**
     * Returns what was wrong so far with what was read, in words that continue the file's name and a colon; empty if
     * nothing was.
     */
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>(decoder.remarks());
        if (shortened > 0) {
            remarks.add("its pictures stand still for so long that " + shortened + " of them are shortened");
        }
        return remarks;
    }

    /**
     * Returns which frame of the file {@link #next} returned last, counted from 0 through all frames of the file
     * whether they are returned or not; {@link #UNKNOWN} if frames before it are lost, so that nobody knows.
     */
    public int frameNumber() {
        return Math.toIntExact(number);
    }

    /** Returns how many frames of the file have been decoded; after the last frame, all that can be. */
    public int framesDecoded() {
        return Math.toIntExact(decoded);
    }

    /** Returns whether no frame of what was read is lost, nor, after the last frame, the end of the file. */
    public boolean isWhole() {
        return decoder.isWhole();
    }

    /** Returns how many frames have been read. */
    public int framesRead() {
        return read;
    }

    /**
     * Returns the rate of the frames that this reader returns: the one asked for, or the video's own (an average if it
     * varies).
     */
    public double framesPerSecond() {
        return options.framesPerSecond() > 0 ? options.framesPerSecond() : decoder.framesPerSecond();
    }

    /** Makes the current frame the next one to return; returns false if there is none. */
    private boolean prepare() {
        if (!ready) {
            startsSegment = false;
            ready = options.framesPerSecond() == 0 ? toNextFrame() : toNextTick();
        }
        return ready;
    }

    private boolean toNextFrame() {
        if (currentShows > 0 && !(lastsLonger() && mayRepeat()) && !advance()) {
            return false;
        }
        currentShows++;
        return true;
    }

    /** Returns whether the frame on show stands for more frames than it was shown as. */
    private boolean lastsLonger() {
        return decoder.hasConstantRate()
                && peek()
                && !decoder.startsSegment()
                && (decoder.seconds() - currentSeconds) * decoder.framesPerSecond() > currentShows + 0.5;
    }

    private boolean toNextTick() {
        while (true) {
            double time = options.startSeconds() + tick / options.framesPerSecond();
            while (peek() && !decoder.startsSegment() && decoder.seconds() <= time + slack) {
                advance();
            }
            double end = upcomingReady && !decoder.startsSegment() ? decoder.seconds() : currentSeconds + currentLength;
            if (time + slack < end && (currentShows == 0 || mayRepeat())) {
                tick++;
                currentShows++;
                return true;
            }
            if (!advance()) {
                return false;
            }
            startsSegment = read > 0;
            double ticks = (currentSeconds - slack - options.startSeconds()) * options.framesPerSecond();
            tick = Math.max(tick, (long) Math.ceil(ticks));
        }
    }

    /** Returns whether a frame may be repeated once more: no file yields more repeats than its size can justify. */
    private boolean mayRepeat() {
        if (repeats < REPEATS + REPEATS_PER_FRAME * decoded + repeatsBySize) {
            repeats++;
            return true;
        }
        shortened++;
        startsSegment = true;
        return false;
    }

    private void skipTo(double start) {
        while (start > 0 && peek() && decoder.seconds() <= start + slack) {
            advance();
        }
        double end = currentSeconds + currentLength;
        if (start > 0 && upcomingReady && decoder.startsSegment() && start >= end) {
            advance(); // the start lies in a gap
        } else if (start > 0 && !upcomingReady && start >= end) {
            throw new UserException(file + " lasts " + TextFormat.number(end) + " s, so it cannot be read from "
                    + TextFormat.number(start) + " s on.");
        }
    }

    /** Decodes one frame ahead, if there is one; the decoder's time is then that frame's. */
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
        currentShows = 0;
        currentNumber = decoder.anyLost() ? UNKNOWN : decoded;
        startsSegment |= decoder.startsSegment() && read > 0;
        decoded++;
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        objects.close();
    }
}
