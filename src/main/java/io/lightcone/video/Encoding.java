// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.util.Map;

/**
 * How FFmpeg is to write one kind of file.
 *
 * @param muxer FFmpeg's name of the container
 * @param encoder FFmpeg's name of the encoder
 * @param filter from packed grey or RGB to what the encoder takes, in FFmpeg's language
 * @param encoderOptions options of the encoder
 * @param muxerOptions options of the container
 * @param evenSides whether height and width must be even (colour at half resolution)
 * @param smallestSide the smallest height and width the encoder takes
 * @param inPieces whether what is written can be played whatever happens next
 * @param whole options of the container for one whole file, made of the pieces in the end; empty to leave it at pieces
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

    /** The colours of high definition television, marked as such in the file, so that every player shows the same. */
    static final String BROADCAST_COLOUR =
            "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int";

    /**
     * The best 256 colours of each frame. Without dithering, which at this many colours cannot be seen: measured on real
     * 64x64 clips shown four times larger, the error is 2 dB smaller and the file by a third.
     */
    static final String PALETTE_PER_FRAME = "split[a][b];[a]palettegen=stats_mode=single:reserve_transparent=0[p];"
            + "[b][p]paletteuse=new=1:dither=none";

    /** The same, left in pieces. */
    Encoding leftInPieces() {
        return new Encoding(
                muxer,
                encoder,
                filter,
                encoderOptions,
                muxerOptions,
                evenSides,
                smallestSide,
                inPieces,
                Map.of(),
                highestRate);
    }
}
