// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.RecordCopy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings with which FFmpeg writes one kind of file: container, encoder, and their options.
 *
 * @param muxer FFmpeg's name of the container
 * @param encoder FFmpeg's name of the encoder
 * @param filter from packed grey or RGB to what the encoder takes, in FFmpeg's language
 * @param encoderOptions options of the encoder
 * @param muxerOptions options of the container
 * @param evenSides whether height and width must be even (colour at half resolution)
 * @param smallestSide the smallest height and width the encoder takes
 * @param inPieces whether the file is written in pieces, each of which can be played whatever happens next
 * @param whole options of the container for one whole file, remuxed from the pieces in the end; empty to leave it at
 *     pieces
 * @param highestRate frames per second above which frames are left out to keep the time
 */
record Encoding(
        String muxer,
        String encoder,
        String filter,
        Map<String, String> encoderOptions,
        Map<String, String> muxerOptions,
        boolean evenSides,
        int smallestSide,
        boolean inPieces,
        Map<String, String> whole,
        double highestRate) {

    /**
     * The conversion to the colours of high definition television, marked as such in the file, so that every player
     * shows the same.
     */
    static final String BROADCAST_COLOUR =
            "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int";

    /**
     * The filter that chooses the best 256 colours of each frame. It does not dither, which at this many colours cannot
     * be seen: measured on real 64x64 clips shown four times larger, the error is 2 dB smaller and the file by a third.
     */
    static final String PALETTE_PER_FRAME = "split[a][b];[a]palettegen=stats_mode=single:reserve_transparent=0[p];"
            + "[b][p]paletteuse=new=1:dither=none";

    /**
     * The H.264 encoder, which has fixed room for a frame and fails where noise needs more. Seen with libopenh264 and
     * noise at a quantiser of 12: with CABAC it writes beyond its memory, with or without slices of limited size; with
     * CAVLC, as here, it only fails, down to a quantiser of 4.
     */
    private static final String FIXED_ROOM = "libopenh264";

    private static final int COARSEST_QUANTISER = 51;
    private static final int COARSER_BY = 6; // twice the step

    /** Returns this encoding at a lower quality, for frames that have no room at this one; null if there is none. */
    @Nullable
    Encoding coarser() {
        int quantiser = Integer.parseInt(encoderOptions.getOrDefault("qmax", "0"));
        if (!encoder.equals(FIXED_ROOM) || quantiser >= COARSEST_QUANTISER) {
            return null;
        }
        String next = String.valueOf(Math.min(COARSEST_QUANTISER, quantiser + COARSER_BY));
        Map<String, String> options = new HashMap<>(encoderOptions);
        options.put("qmin", next);
        options.put("qmax", next);
        return RecordCopy.of(this)
                .with(Encoding::encoderOptions, Map.copyOf(options))
                .build();
    }

    /** Returns the number of frames from one key frame to the next. */
    int keyFrameEvery() {
        return Integer.parseInt(encoderOptions.getOrDefault("g", "12"));
    }

    /** Returns this encoding without the last step that remuxes the pieces into one whole file. */
    Encoding leftInPieces() {
        return RecordCopy.of(this).with(Encoding::whole, Map.of()).build();
    }
}
