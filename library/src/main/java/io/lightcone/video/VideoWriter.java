// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.FileTrouble;
import io.lightcone.NativeMemory;
import io.lightcone.UserException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames one at a time to a video that any browser plays: MP4 (H.264), WebM (VP9), animated GIF or WebP, or a
 * folder of PNG images ({@code frame-00000.png} and on). The ending of the name decides.
 *
 * <pre>{@code
 * try (VideoWriter video = VideoWriter.open(Path.of("samples/step-1000.mp4"), 10, 4)) {
 *     for (BufferedImage frame : frames) {
 *         video.add(frame);
 *     }
 *     video.finish();
 * }
 * }</pre>
 *
 * A file comes into its place only in {@link #finish()}, so an earlier file of that name stays whole until then; one
 * without end is in its place from the start ({@link #endless}). Closing without finishing throws the frames away, but
 * for those of a video without end; whoever wants to keep what an interrupted roll-out has given so far calls {@link
 * #keep}. If the disk fills up, what was written before that is kept. Images of a folder are in their place at once;
 * the folder must hold none before.
 *
 * <p>Every format takes whatever frames show. Where H.264 has no room for one at its usual quality, as for noise, that
 * one and those up to the next key frame are coarser.
 *
 * <p>Frames leave memory as they are added (an animated WebP is held, compressed, until the end). Every trouble with
 * the place (not writable, disk full) is a {@link UserException} that names it. Not safe for several threads at once.
 * The writer owns native memory: close it.
 */
public final class VideoWriter implements AutoCloseable {
    static {
        NativeMemory.allow();
    }

    /** The longest side of a frame, in pixels: what the formats hold, and what fits in memory. */
    private static final int MOST_PIXELS = 8_192;

    private final FrameSink sink;
    private final Path target;
    private final int scale;
    private int frames;
    private int height;
    private int width;
    private int channels;
    private boolean finished;
    private boolean closed;

    private VideoWriter(Path target, FrameSink sink, int scale) {
        this.target = target;
        this.sink = sink;
        this.scale = scale;
    }

    /**
     * Opens a video as {@link #open(String, double, int)} does; an existing folder takes PNG images whatever its name.
     */
    public static VideoWriter open(Path target, double framesPerSecond, int scale) {
        return open(target.toString(), framesPerSecond, scale);
    }

    /**
     * Opens a video, after checking that its place can be written.
     *
     * @param target a file that ends in .mp4, .webm, .gif or .webp; no ending, or a slash at the end, means a folder of
     *     images
     * @param framesPerSecond 0.01 to 1000; of faster GIFs (50) and WebPs (90), which browsers cannot play, frames are
     *     left out
     * @param scale every pixel becomes a square of {@code scale * scale} pixels; 1 or more
     * @throws UserException if the ending is unknown, or the place cannot be written, or the folder holds images
     *     already
     */
    public static VideoWriter open(String target, double framesPerSecond, int scale) {
        Path path = Path.of(target);
        return open(path, formatFor(target, path).encoding(), framesPerSecond, scale, false);
    }

    /**
     * Opens an MP4 without loss: every pixel is read back as it was. Such files are larger than those of {@link #open},
     * for to train on; browsers play them too.
     *
     * @param target a file that ends in .mp4
     * @param framesPerSecond 0.01 to 1000
     * @throws UserException if the place cannot be written
     */
    static VideoWriter lossless(Path target, double framesPerSecond) {
        return open(target, VideoFormat.LOSSLESS, framesPerSecond, 1, false);
    }

    /**
     * Begins a video of any number of frames, in bounded memory. A file is written in its place, and what is there can
     * be played at any time, even if it is never finished: all but the last second or so.
     *
     * @throws UserException if there is a file of that name already, or images in the folder, or the format holds its
     *     frames in memory
     */
    public static VideoWriter endless(String target, double framesPerSecond, int scale) {
        Path path = Path.of(target);
        Encoding encoding = formatFor(target, path).endless(target);
        if (encoding != null && Files.exists(path)) {
            throw new UserException(target + " exists already, and a video without end is written in its place: choose"
                    + " another name, or delete it.");
        }
        return open(path, encoding, framesPerSecond, scale, true);
    }

    /**
     * Writes raw frames for another program: rows of grey or RGB bytes, each frame flushed as it comes. The stream
     * stays the caller's.
     *
     * @param name of the stream, for messages
     */
    public static VideoWriter raw(OutputStream stream, String name, int scale) {
        requireScale(scale);
        Path path = Path.of(name);
        return new VideoWriter(path, new RawFrames(stream, path, scale), scale);
    }

    /**
     * Writes a video into a stream as it is encoded, such as the answer of a web server: MP4 in fragments, WebM in
     * clusters, or GIF. Each frame is passed on as soon as the encoder gives it, which for MP4 and WebM is up to a
     * second of frames later; memory is bounded whatever the length. The stream stays the caller's, and is not closed.
     *
     * @param name of the stream, for messages; its ending, .mp4, .webm or .gif, decides the format
     * @param framesPerSecond 0.01 to 1000
     * @param scale every pixel becomes a square of {@code scale * scale} pixels; 1 or more
     * @throws UserException if no such format can be streamed; later, if the stream throws an {@link IOException}
     */
    public static VideoWriter stream(OutputStream stream, String name, double framesPerSecond, int scale) {
        requireScale(scale);
        Path path = Path.of(name);
        Encoding encoding = VideoFormat.of(name).streamed(name);
        FrameRate rate = FrameRate.of(framesPerSecond);
        return new VideoWriter(path, new VideoStream(stream, path, encoding, rate, scale), scale);
    }

    /**
     * Writes to whatever takes frames; closing the writer closes it.
     *
     * @param name of it, for messages
     */
    public static VideoWriter to(FrameSink sink, String name) {
        return new VideoWriter(Path.of(name), sink, 1);
    }

    private static void requireScale(int scale) {
        if (scale < 1) {
            throw new UserException("The scale of a video must be 1 or more, not " + scale + ".");
        }
    }

    private static VideoWriter open(
            Path path, @Nullable Encoding encoding, double framesPerSecond, int scale, boolean inPlace) {
        requireScale(scale);
        FrameRate rate = FrameRate.of(framesPerSecond);
        try {
            FrameSink sink = encoding == null
                    ? new PngFolder(path, scale)
                    : new VideoFile(path.toAbsolutePath(), encoding, rate, scale, inPlace);
            return new VideoWriter(path, sink, scale);
        } catch (IOException e) {
            throw cannotWrite(path, e);
        }
    }

    private static VideoFormat formatFor(String target, Path path) {
        if (!Files.isDirectory(path)) {
            return VideoFormat.of(target);
        }
        VideoFormat byName =
                VideoFormat.byEnding(path.toAbsolutePath().normalize().getFileName() + "");
        if (byName != null && byName != VideoFormat.PNG) {
            throw new UserException(target + " is a folder, so no video file of that name can be written.");
        }
        return VideoFormat.PNG;
    }

    /**
     * Adds a frame; all frames must have the size and kind of the first.
     *
     * @throws UserException if the disk is full or the format does not take frames of this size
     */
    public void add(BufferedImage image) {
        int kind = Images.channels(image);
        write(Images.pixels(image, kind), image.getHeight(), image.getWidth(), kind);
    }

    /** Adds one frame of a clip. */
    public void add(Clip clip, int frame) {
        Objects.checkIndex(frame, clip.frames());
        byte[] pixels =
                clip.frames() == 1 ? clip.pixels() : clip.slice(frame, 1).pixels();
        write(pixels, clip.height(), clip.width(), clip.channels());
    }

    private synchronized void write(byte[] pixels, int frameHeight, int frameWidth, int frameChannels) {
        requireOpen();
        if (finished) {
            throw new IllegalStateException(target + " is finished");
        }
        if (frames == 0) {
            requireSides(frameHeight, frameWidth);
            height = frameHeight;
            width = frameWidth;
            channels = frameChannels;
        } else if (height != frameHeight || width != frameWidth || channels != frameChannels) {
            throw new IllegalArgumentException("frame " + frames + " of " + target + " measures " + frameWidth + "x"
                    + frameHeight + "x" + frameChannels + ", the first one " + width + "x" + height + "x" + channels);
        }
        try {
            sink.add(pixels, height, width, channels);
            frames++;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the writer of " + target + " is closed");
        }
    }

    private void requireSides(int frameHeight, int frameWidth) {
        long most = (long) Math.max(frameHeight, frameWidth) * scale;
        if (most > MOST_PIXELS) {
            throw new UserException(target + " cannot be written: frames would measure " + most + " pixels, more than "
                    + MOST_PIXELS + "; use a smaller scale.");
        }
    }

    /** Returns whether no frame can be added any more. */
    public boolean finished() {
        return finished;
    }

    /** Returns how many frames have been added. */
    public int frames() {
        return frames;
    }

    /**
     * Completes the video and puts it in its place; nothing can be added afterwards.
     *
     * @return the file or folder
     * @throws UserException if no frame was added or the disk is full
     */
    public Path finish() {
        return finish(true);
    }

    /**
     * Ends a video that was broken off, and keeps what there is of it. It replaces no earlier file, but gets a name
     * beside it.
     *
     * @return the file or folder
     * @throws UserException if no frame was added or the disk is full
     */
    public Path keep() {
        return finish(false);
    }

    private synchronized Path finish(boolean replacing) {
        requireOpen();
        if (finished) {
            throw new IllegalStateException(target + " is finished already");
        }
        if (frames == 0) {
            throw new UserException(target + " cannot be written: a video needs at least one frame.");
        }
        finished = true;
        try {
            Path place = sink.finish(replacing);
            return place.equals(target.toAbsolutePath()) ? target : place;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /**
     * Ends the video after a failure and returns the exception to throw; what was written before is kept where it can
     * be played.
     */
    private UserException failed(IOException e) {
        finished = true;
        Path kept = sink.salvage();
        String what = kept == null ? "" : "; what was written before that is in " + kept;
        return new UserException(target + " cannot be written: " + FileTrouble.reason(e, target) + what + ".", e);
    }

    private static UserException cannotWrite(Path target, IOException e) {
        return new UserException(target + " cannot be written: " + FileTrouble.reason(e, target) + ".", e);
    }

    @Override
    public synchronized void close() {
        closed = true;
        sink.close();
    }
}
