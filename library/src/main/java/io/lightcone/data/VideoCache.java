// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import io.lightcone.video.FileNames;
import io.lightcone.video.VideoReader;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A video decoded at one size and rate, as raw bytes in a file: a head of 64 bytes (mark, shape, rate, SHA-256 of the
 * pixels), the frames, packed H, W, C, and a tail (where its segments begin, which frame of the video each is, and what
 * was wrong with it). Frames are read by their place, so reading costs no memory beyond the clip.
 *
 * @param file the cache file
 * @param segments the frames that it holds
 * @param numbers which frame of the video each of them is
 * @param framesPerSecond their rate
 * @param hash SHA-256 of the pixels in hexadecimal
 * @param remarks what {@link VideoReader#remarks} said at the end of the video
 */
record VideoCache(
        Path file,
        Segments segments,
        int height,
        int width,
        int channels,
        FrameNumbers numbers,
        double framesPerSecond,
        String hash,
        List<String> remarks) {
    private static final long MARK = 0x4C43_4652_414D_4534L; // "LCFRAME4"
    private static final int HEAD = 64;
    private static final int LONGEST_TAIL = 1 << 28;

    VideoCache {
        remarks = List.copyOf(remarks);
    }

    /**
     * Returns the cache file of a video: its name changes with the video's place, size and date and with the options.
     */
    static Path place(Path folder, Path video, VideoReader.Options options) {
        String key;
        try {
            key = String.join(
                    "|",
                    FileNames.key(video.toRealPath()),
                    Long.toString(Files.size(video)),
                    Long.toString(Files.getLastModifiedTime(video).toMillis()),
                    options.toString());
        } catch (IOException e) {
            throw new UserException(video + " cannot be read: " + FileTrouble.reason(e, video) + ".", e);
        }
        return folder.resolve(HexFormat.of().formatHex(Hashes.sha256(key)) + ".frames");
    }

    int frames() {
        return segments.frames();
    }

    /** Opens a cache file; empty unless it exists, is whole and has the right shape. */
    static Optional<VideoCache> open(Path file, VideoReader.Options options) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(file, channel, options);
        } catch (IOException | BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<VideoCache> read(Path file, FileChannel channel, VideoReader.Options options)
            throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        readFully(channel, head, 0);
        head.flip();
        boolean sameKind = head.getLong() == MARK;
        int frames = head.getInt();
        boolean sameShape = head.getInt() == options.height()
                && head.getInt() == options.width()
                && head.getInt() == options.channels();
        double rate = head.getDouble();
        byte[] hash = new byte[32];
        head.get(hash);
        long end = HEAD + (long) frames * options.height() * options.width() * options.channels();
        long tailBytes = channel.size() - end;
        if (!sameKind || !sameShape || frames < 1 || tailBytes < 8 || tailBytes > LONGEST_TAIL) {
            return Optional.empty();
        }
        ByteBuffer tail = ByteBuffer.allocate((int) tailBytes);
        readFully(channel, tail, end);
        tail.flip();
        List<Integer> starts = new ArrayList<>();
        for (int i = tail.getInt(); i > 0; i--) {
            starts.add(tail.getInt());
        }
        FrameNumbers numbers = numbers(tail, frames);
        if (starts.isEmpty() || tail.getInt() != tail.remaining()) {
            return Optional.empty();
        }
        byte[] words = new byte[tail.remaining()];
        tail.get(words);
        List<String> remarks = new String(words, StandardCharsets.UTF_8).lines().toList();
        return Optional.of(new VideoCache(
                file,
                new Segments(frames, starts),
                options.height(),
                options.width(),
                options.channels(),
                numbers,
                rate,
                HexFormat.of().formatHex(hash),
                remarks));
    }

    private static FrameNumbers numbers(ByteBuffer tail, int frames) {
        int ofFile = tail.getInt();
        boolean whole = tail.getInt() == 1;
        boolean same = tail.getInt() == 1;
        int[] numbers = new int[frames];
        for (int frame = 0; frame < frames; frame++) {
            numbers[frame] = same ? frame : tail.getInt();
        }
        return FrameNumbers.of(numbers, ofFile, whole);
    }

    /**
     * Decodes a whole video into a cache file, which is moved into its place only when it is complete.
     *
     * @param check called before each frame; what it throws ends the work and leaves nothing behind
     * @throws UserException if the video is bad
     * @throws IOException if the cache cannot be written
     */
    static VideoCache build(Path file, Path video, VideoReader.Options options, Runnable check) throws IOException {
        try (FrameSource reader = FrameSource.open(video, options);
                PartialCacheFile partial = PartialCacheFile.of(file)) {
            VideoCache made = write(file, reader, options, partial.channel(), check);
            partial.moveTo(file);
            return made;
        }
    }

    private static VideoCache write(
            Path file, FrameSource reader, VideoReader.Options options, FileChannel channel, Runnable check)
            throws IOException {
        MessageDigest digest = Hashes.sha256();
        List<Integer> starts = new ArrayList<>();
        int[] numbers = new int[1024];
        int count = 0;
        long at = HEAD;
        check.run();
        for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
            if (starts.isEmpty() || reader.startsSegment()) {
                starts.add(count);
            }
            numbers = count < numbers.length ? numbers : Arrays.copyOf(numbers, Math.multiplyExact(count, 2));
            numbers[count++] = reader.number();
            digest.update(frame);
            writeFully(channel, ByteBuffer.wrap(frame), at);
            at += frame.length;
            check.run();
        }
        if (starts.isEmpty()) {
            throw new IOException("no frames");
        }
        byte[] hash = digest.digest();
        VideoCache made = new VideoCache(
                file,
                new Segments(count, starts),
                options.height(),
                options.width(),
                options.channels(),
                FrameNumbers.of(Arrays.copyOf(numbers, count), reader.ofFile(), reader.isWhole()),
                reader.framesPerSecond(),
                HexFormat.of().formatHex(hash),
                reader.remarks());
        writeFully(channel, made.tail(), at);
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        head.putLong(MARK).putInt(made.frames());
        head.putInt(made.height).putInt(made.width).putInt(made.channels);
        head.putDouble(made.framesPerSecond).put(hash).flip();
        writeFully(channel, head, 0);
        channel.force(true);
        return made;
    }

    private ByteBuffer tail() {
        byte[] words = String.join("\n", remarks).getBytes(StandardCharsets.UTF_8);
        List<Integer> starts = segments.starts();
        int[] listed = numbers.listed() == null ? new int[0] : numbers.listed();
        ByteBuffer tail = ByteBuffer.allocate(4 + 4 * starts.size() + 12 + 4 * listed.length + 4 + words.length);
        tail.putInt(starts.size());
        starts.forEach(tail::putInt);
        tail.putInt(numbers.ofFile()).putInt(numbers.whole() ? 1 : 0).putInt(numbers.listed() == null ? 1 : 0);
        for (int number : listed) {
            tail.putInt(number);
        }
        return tail.putInt(words.length).put(words).flip();
    }

    private VideoReader.Options shape() {
        return VideoReader.Options.of(height, width, channels);
    }

    /**
     * Opens the cache file to read frames from it.
     *
     * @throws IOException if it is gone, or no longer holds what this record says
     */
    FileChannel channel() throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            if (read(file, channel, shape()).filter(this::equals).isEmpty()) {
                throw new IOException("it holds other frames");
            }
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e instanceof IOException trouble ? trouble : new IOException("it is damaged", e);
        }
    }

    /** Reads {@code count} frames from frame {@code from} on, each {@code step} frames behind the one before. */
    byte[] pixels(FileChannel channel, int from, int count, int step) throws IOException {
        int size = height * width * channels;
        byte[] pixels = new byte[Math.multiplyExact(count, size)];
        int together = step == 1 ? count : 1;
        for (int frame = 0; frame < count; frame += together) {
            ByteBuffer part = ByteBuffer.wrap(pixels, frame * size, together * size);
            readFully(channel, part, HEAD + (from + (long) frame * step) * size);
        }
        return pixels;
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new IOException("it is cut short");
            }
            at += read;
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }
}
