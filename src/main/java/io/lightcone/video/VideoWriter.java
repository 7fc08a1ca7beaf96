// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.UserException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes frames one at a time to a video that any browser plays: MP4 (H.264), WebM (VP9), animated GIF or WebP, or a folder
 * of PNG images ({@code frame-00000.png} and on). The ending of the name decides.
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
 * A file comes into its place only in {@link #finish()}, so an earlier file of that name stays whole until then. Closing
 * without finishing throws the frames away; whoever wants to keep what an interrupted roll-out has given so far calls
 * finish in its handler. Images of a folder are in their place at once, and
 * finishing removes those that an earlier, longer video left behind.
 *
 * <p>Frames leave memory as they are added (an animated WebP is held, compressed, until the end). Every trouble with the
 * place (not writable, disk full) is a {@link UserException} that names it. Not safe for several threads at once. The
 * writer owns native memory: close it.
 */
public final class VideoWriter implements AutoCloseable {
    private final FrameSink sink;
    private final Path target;
    private int frames;
    private int height;
    private int width;
    private int channels;
    private boolean finished;

    private VideoWriter(Path target, FrameSink sink) {
        this.target = target;
        this.sink = sink;
    }

    /** As {@link #open(String, double, int)}; an existing folder takes PNG images whatever its name. */
    public static VideoWriter open(Path target, double framesPerSecond, int scale) {
        return open(target.toString(), framesPerSecond, scale);
    }

    /**
     * Prepares the place and checks that it can be written.
     *
     * @param target a file that ends in .mp4, .webm, .gif or .webp; no ending, or a slash at the end, means a folder of images
     * @param framesPerSecond 0.01 to 1000; of faster GIFs (50) and WebPs (90), which browsers cannot play, frames are left out
     * @param scale every pixel becomes a square of {@code scale * scale} pixels; 1 or more
     * @throws UserException if the ending is unknown or the place cannot be written
     */
    public static VideoWriter open(String target, double framesPerSecond, int scale) {
        if (scale < 1) {
            throw new UserException("The scale of a video must be 1 or more, not " + scale + ".");
        }
        Path path = Path.of(target);
        VideoFormat format = formatFor(target, path);
        FrameRate rate = FrameRate.of(framesPerSecond);
        Encoding encoding = format.encoding();
        try {
            FrameSink sink = encoding == null
                    ? new PngFolder(path, scale)
                    : new VideoFile(path.toAbsolutePath(), encoding, rate, scale);
            return new VideoWriter(path, sink);
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

    private void write(byte[] pixels, int frameHeight, int frameWidth, int frameChannels) {
        if (finished) {
            throw new IllegalStateException(target + " is finished");
        }
        if (frames == 0) {
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
            throw cannotWrite(target, e);
        }
    }

    /** How many frames have been added. */
    public int frames() {
        return frames;
    }

    /**
     * Completes the video and puts it in its place; nothing can be added afterwards. May be called after a failed
     * {@link #add}, to keep the frames before it.
     *
     * @return the file or folder
     * @throws UserException if no frame was added or the disk is full
     */
    public Path finish() {
        if (finished) {
            throw new IllegalStateException(target + " is finished already");
        }
        if (frames == 0) {
            throw new UserException(target + " cannot be written: a video needs at least one frame.");
        }
        finished = true;
        try {
            sink.finish();
            return target;
        } catch (IOException e) {
            throw cannotWrite(target, e);
        }
    }

    private static UserException cannotWrite(Path target, IOException e) {
        return new UserException(target + " cannot be written: " + Words.reason(e) + ".", e);
    }

    @Override
    public void close() {
        sink.close();
    }
}
