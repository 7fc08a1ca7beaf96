// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One video decoded at one size and rate, as raw bytes in a file: a head of 64 bytes (mark, shape, rate, SHA-256 of the
 * pixels) and then the frames, packed H, W, C. Frames are read by their place, so reading costs no memory beyond the clip
 * and any number of threads may read.
 *
 * @param file the cache file
 * @param frames how many frames it holds
 * @param framesPerSecond their rate
 * @param hash SHA-256 of the pixels in hexadecimal
 */
record FrameCache(Path file, int frames, int height, int width, int channels, double framesPerSecond, String hash) {
    private static final long MARK = 0x4C43_4652_414D_4531L; // "LCFRAME1"
    private static final int HEAD = 64;

    /** Where the frames of a video belong: the name changes with the video's place, size and date and with the options. */
    static Path place(Path folder, Path video, VideoReader.Options options) throws IOException {
        String key = String.join(
                "|",
                video.toAbsolutePath().normalize().toString(),
                Long.toString(Files.size(video)),
                Long.toString(Files.getLastModifiedTime(video).toMillis()),
                options.toString());
        return folder.resolve(HexFormat.of().formatHex(Hashes.sha256(key)) + ".frames");
    }

    /** Opens a cache file if it is there, whole and of the right shape. */
    static Optional<FrameCache> open(Path file, VideoReader.Options options) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
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
            long length = HEAD + (long) frames * options.height() * options.width() * options.channels();
            if (!sameKind || !sameShape || frames < 1 || channel.size() != length) {
                return Optional.empty();
            }
            return Optional.of(new FrameCache(
                    file,
                    frames,
                    options.height(),
                    options.width(),
                    options.channels(),
                    rate,
                    HexFormat.of().formatHex(hash)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Decodes a whole video into a cache file, which comes into its place only when it is complete.
     *
     * @throws UserException if the video is bad
     * @throws IOException if the cache cannot be written
     */
    static FrameCache build(Path file, Path video, VideoReader.Options options) throws IOException {
        Path partial = VideoFile.partial(file);
        try (VideoReader reader = VideoReader.open(video, options)) {
            MessageDigest digest = Hashes.sha256();
            try (FileChannel channel =
                    FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                long at = HEAD;
                for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                    digest.update(frame);
                    writeFully(channel, ByteBuffer.wrap(frame), at);
                    at += frame.length;
                }
                byte[] hash = digest.digest();
                ByteBuffer head = ByteBuffer.allocate(HEAD);
                head.putLong(MARK).putInt(reader.framesRead());
                head.putInt(options.height()).putInt(options.width()).putInt(options.channels());
                head.putDouble(reader.framesPerSecond()).put(hash).flip();
                writeFully(channel, head, 0);
                channel.force(true);
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return new FrameCache(
                        file,
                        reader.framesRead(),
                        options.height(),
                        options.width(),
                        options.channels(),
                        reader.framesPerSecond(),
                        HexFormat.of().formatHex(hash));
            }
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** Reads {@code count} frames from frame {@code from} on into memory, under the video's name. */
    Clip read(String name, int from, int count) {
        int size = height * width * channels;
        byte[] pixels = new byte[Math.multiplyExact(count, size)];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            readFully(channel, ByteBuffer.wrap(pixels), HEAD + (long) from * size);
        } catch (IOException e) {
            throw new UserException(
                    "The frames of " + name + " cannot be read from the cache " + file + ": "
                            + FileTrouble.reason(e, file) + "; start again to rebuild it.",
                    e);
        }
        String clip = name + ", from " + Words.number(from / framesPerSecond) + " s, frames " + from + " to "
                + (from + count - 1);
        return new Clip(clip, count, height, width, channels, pixels);
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
