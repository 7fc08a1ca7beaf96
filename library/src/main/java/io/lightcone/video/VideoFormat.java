// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.UserException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lists what {@link VideoWriter} can write, chosen by the ending of the file's name; no ending means a folder of PNG
 * images.
 */
@SuppressWarnings("ImmutableEnumChecker") // an Encoding is immutable: its maps come from Map.of
enum VideoFormat {
    MP4(new Encoding(
            "mp4",
            "libopenh264",
            Encoding.BROADCAST_COLOUR + ",format=yuv420p",
            // The quantiser is fixed, so the quality is the same for every size; the bit rate only sets the H.264
            // level that the file declares.
            Map.of("qmin", "18", "qmax", "18", "b", "2000000", "g", "30"),
            // It is in pieces while it is written, so that none is lost with the rest.
            Map.of(
                    "movflags",
                    "+frag_keyframe+empty_moov+default_base_moof+skip_trailer",
                    "frag_duration",
                    "1000000"), // one second
            true,
            16,
            true,
            Map.of("movflags", "+faststart"),
            1000)),
    WEBM(new Encoding(
            "webm",
            "libvpx-vp9",
            Encoding.BROADCAST_COLOUR + ",format=yuv420p",
            Map.of("crf", "18", "b", "0", "g", "60", "deadline", "good", "cpu-used", "5", "row-mt", "1"),
            Map.of("cluster_time_limit", "1000"), // one second
            true,
            2,
            true,
            Map.of(),
            1000)),
    // Browsers slow a GIF down to ten frames per second where a frame lasts less than 2/100 s.
    GIF(new Encoding(
            "gif", "gif", Encoding.PALETTE_PER_FRAME, Map.of(), Map.of("loop", "0"), false, 1, true, Map.of(), 50)),
    WEBP(new Encoding(
            "webp",
            "libwebp_anim",
            "format=bgra",
            Map.of("quality", "90"),
            Map.of("loop", "0"),
            false,
            1,
            false,
            Map.of(),
            90)),
    PNG(null);

    /**
     * MP4 without loss, pixel for pixel: VP9 in red, green and blue, which browsers play too. Nothing is shown later
     * than it is encoded, so each packet is one frame.
     */
    static final Encoding LOSSLESS = new Encoding(
            "mp4",
            "libvpx-vp9",
            "format=gbrp",
            Map.of("lossless", "1", "g", "60", "deadline", "realtime", "cpu-used", "5", "lag-in-frames", "0"),
            Map.of(
                    "movflags",
                    "+frag_keyframe+empty_moov+default_base_moof+skip_trailer",
                    "frag_duration",
                    "1000000"), // one second
            false,
            1,
            true,
            Map.of("movflags", "+faststart"),
            1000);

    private static final String ENDINGS = ".mp4, .webm, .gif or .webp, or the name of a folder for PNG images";

    private final @Nullable Encoding encoding;

    VideoFormat(@Nullable Encoding encoding) {
        this.encoding = encoding;
    }

    /** Returns how FFmpeg writes this format; null for a folder of images. */
    @Nullable
    Encoding encoding() {
        return encoding;
    }

    /**
     * Returns how FFmpeg writes this format without end, in bounded memory; null for a folder of images.
     *
     * @throws UserException if it cannot
     */
    @Nullable
    Encoding endless(String target) {
        if (encoding == null) {
            return null;
        }
        if (!encoding.inPieces()) {
            throw new UserException(
                    target + " would be held in memory until its end, so it cannot be endless; use .mp4,"
                            + " .webm or .gif, or the name of a folder for PNG images.");
        }
        return encoding.leftInPieces();
    }

    /**
     * Returns how FFmpeg writes this format into a stream, in bounded memory and without going back.
     *
     * @throws UserException if it cannot
     */
    Encoding streamed(String name) {
        if (encoding == null || !encoding.inPieces()) {
            throw new UserException(name + " cannot be written to a stream in that format; use .mp4, .webm or .gif.");
        }
        return encoding.leftInPieces();
    }

    /**
     * Returns the format of a file.
     *
     * @param target a path; one that ends in a slash or has no ending is a folder
     * @throws UserException if the ending is unknown
     */
    static VideoFormat of(String target) {
        String name = target.substring(Math.max(target.lastIndexOf('/'), target.lastIndexOf('\\')) + 1);
        VideoFormat format = byEnding(name);
        if (format == null) {
            throw new UserException(target + " has an ending that cannot be written; use " + ENDINGS + ".");
        }
        return format;
    }

    /** Returns the format that a file's name asks for; null if its ending is unknown. */
    static @Nullable VideoFormat byEnding(String name) {
        int dot = name.lastIndexOf('.');
        if (dot <= 0) {
            return PNG;
        }
        String ending = name.substring(dot + 1).toUpperCase(Locale.ROOT);
        for (VideoFormat format : values()) {
            if (format != PNG && format.name().equals(ending)) {
                return format;
            }
        }
        return null;
    }
}
