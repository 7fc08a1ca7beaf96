// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.RecordCopy;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A few frames of a video, uncompressed: unsigned bytes packed in the order T, H, W, C.
 *
 * @param name what this is and where it came from, for messages: {@code "motorway.mp4, from 12 s, frames 120 to 135"}
 * @param frames number of frames T, 1 or more
 * @param height rows H of a frame
 * @param width columns W of a frame
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param pixels the {@code frames * height * width * channels} bytes; not copied, so treat them as read-only
 * @param tags what is known of the clip besides its pixels
 */
@SuppressWarnings("ArrayRecordComponent") // copying megabytes at every access would cost more than it protects
public record Clip(String name, int frames, int height, int width, int channels, byte[] pixels, Tags tags) {
    /**
     * The tags of a clip, what is known of it besides its pixels: its class and its actions, by the numbers that its
     * data set gives them.
     *
     * @param label number of its class in its data set's classes; -1 for none
     * @param actions for each frame the number, among its data set's actions, of what was done just before it, or -1
     *     where that is not known; empty for none
     */
    public record Tags(int label, List<Integer> actions) {
        /** The tags of a clip of which nothing more is known. */
        public static final Tags NONE = new Tags(-1, List.of());

        public Tags {
            actions = List.copyOf(actions);
            if (label < -1 || actions.stream().anyMatch(action -> action < -1)) {
                throw new IllegalArgumentException(
                        "a label is a number or -1, and so is an action, not " + label + " and " + actions);
            }
        }

        private Tags slice(int from, int count) {
            return new Tags(label, actions.isEmpty() ? actions : actions.subList(from, from + count));
        }
    }

    /** Creates a clip without tags. */
    public Clip(String name, int frames, int height, int width, int channels, byte[] pixels) {
        this(name, frames, height, width, channels, pixels, Tags.NONE);
    }

    public Clip {
        Objects.requireNonNull(name, "name");
        if (frames < 1 || height < 1 || width < 1 || (channels != 1 && channels != 3)) {
            throw new IllegalArgumentException(
                    "a clip needs 1 or more frames, rows and columns and 1 or 3 channels, not " + frames + " x "
                            + height + " x " + width + " x " + channels + " (" + name + ")");
        }
        long bytes = (long) frames * height * width * channels;
        if (pixels.length != bytes) {
            throw new IllegalArgumentException(
                    name + " has " + pixels.length + " bytes of pixels where its shape asks for " + bytes);
        }
        if (!tags.actions().isEmpty() && tags.actions().size() != frames) {
            throw new IllegalArgumentException(
                    name + " has " + tags.actions().size() + " actions for " + frames + " frames");
        }
    }

    /**
     * Packs images into a clip.
     *
     * @param images one or more images of one size
     * @param channels 1 takes the luma of a colour image; 3 repeats a grey one
     */
    public static Clip of(String name, List<BufferedImage> images, int channels) {
        BufferedImage first = images.get(0);
        int size = first.getHeight() * first.getWidth() * channels;
        byte[] pixels = new byte[Math.multiplyExact(images.size(), size)];
        for (int i = 0; i < images.size(); i++) {
            BufferedImage image = images.get(i);
            if (image.getHeight() != first.getHeight() || image.getWidth() != first.getWidth()) {
                throw new IllegalArgumentException("the images of " + name + " differ in size");
            }
            System.arraycopy(Images.pixels(image, channels), 0, pixels, i * size, size);
        }
        return new Clip(name, images.size(), first.getHeight(), first.getWidth(), channels, pixels);
    }

    /** Returns the same clip with {@code others} in place of its tags. */
    public Clip with(Tags others) {
        return RecordCopy.of(this).with(Clip::tags, others).build();
    }

    /** Returns the bytes of one frame. */
    public int frameBytes() {
        return height * width * channels;
    }

    /** Returns a copy of {@code count} frames beginning with frame {@code from}, with their actions. */
    public Clip slice(int from, int count) {
        Objects.checkFromIndexSize(from, count, frames);
        String part =
                name + ", " + (count == 1 ? "its frame " + from : "its frames " + from + " to " + (from + count - 1));
        byte[] bytes = Arrays.copyOfRange(pixels, from * frameBytes(), (from + count) * frameBytes());
        return new Clip(part, count, height, width, channels, bytes, tags.slice(from, count));
    }

    /** Returns the frames of clips of one size, one after the other, without their actions. */
    public static Clip joined(List<Clip> clips) {
        Clip first = clips.get(0);
        int frames = clips.stream().mapToInt(Clip::frames).sum();
        byte[] bytes = new byte[Math.multiplyExact(frames, first.frameBytes())];
        int at = 0;
        for (Clip clip : clips) {
            System.arraycopy(clip.pixels, 0, bytes, at, clip.pixels.length);
            at += clip.pixels.length;
        }
        return new Clip(first.name, frames, first.height, first.width, first.channels, bytes);
    }

    /** Returns the part of all frames that begins with row {@code top} and column {@code left}. */
    public Clip cropped(int top, int left, int rows, int columns) {
        Objects.checkFromIndexSize(top, rows, height);
        Objects.checkFromIndexSize(left, columns, width);
        int line = columns * channels;
        byte[] bytes = new byte[frames * rows * line];
        for (int row = 0; row < frames * rows; row++) {
            int from = (row / rows * height + top + row % rows) * width + left;
            System.arraycopy(pixels, from * channels, bytes, row * line, line);
        }
        return new Clip(name + ", cropped", frames, rows, columns, channels, bytes, tags);
    }

    /** Returns this clip as a mirror shows it, left for right. */
    public Clip mirrored() {
        byte[] bytes = new byte[pixels.length];
        for (int row = 0; row < pixels.length; row += width * channels) {
            for (int column = 0; column < width; column++) {
                int to = row + (width - 1 - column) * channels;
                System.arraycopy(pixels, row + column * channels, bytes, to, channels);
            }
        }
        return new Clip(name + ", mirrored", frames, height, width, channels, bytes, tags);
    }

    /**
     * Returns one frame as an image of its own: {@link BufferedImage#TYPE_BYTE_GRAY} or
     * {@link BufferedImage#TYPE_3BYTE_BGR}. Read a grey one through its raster: Java's {@code getRGB} brightens grey
     * images, because it takes them for linear light.
     */
    public BufferedImage image(int frame) {
        Objects.checkIndex(frame, frames);
        return Images.image(pixels, frame * frameBytes(), height, width, channels);
    }

    @Override
    public String toString() {
        return name + " (" + frames + " frames of " + width + "x" + height + ", " + (channels == 1 ? "grey" : "colour")
                + ")";
    }
}
