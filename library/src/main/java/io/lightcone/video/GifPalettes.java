// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_PAL8;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_unref;

import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Corrects the palettes of frames on their way to FFmpeg's GIF encoder, which writes only the pixels that have changed,
 * and for that compares numbers of colours: rightly, if the frame before has the same palette. It assumes so for every
 * frame that has the palette of the first one. Where that is wrong, such as from black to white to black, the last
 * colour is changed by an invisible bit.
 *
 * <p>Only the palette is replaced. A whole copy of a frame that others hold too may have longer rows, as FFmpeg aligns
 * those of its filters and those of copies differently on some processors; and its GIF encoder has room for the rows of
 * the first frame that it shrinks, so that it would write behind its memory.
 */
final class GifPalettes {
    private static final int BYTES = 1024; // 256 colours: blue, green, red, opacity
    private static final int LAST_BLUE = BYTES - 4;

    private byte @Nullable [] first;
    private boolean sameAsFirst;

    /** Checks the palette of the next frame and changes it if need be; frames without palettes are left alone. */
    void pass(AVFrame frame) throws Ffmpeg.Failure {
        if (frame.format() != AV_PIX_FMT_PAL8) {
            return;
        }
        byte[] palette = new byte[BYTES];
        frame.data(1).get(palette);
        if (first == null) {
            first = palette;
        }
        boolean same = Arrays.equals(palette, first);
        if (same && !sameAsFirst && palette != first) {
            byte[] changed = palette.clone();
            changed[LAST_BLUE] ^= 1;
            replace(frame, changed);
        }
        sameAsFirst = same;
    }

    /** Gives a frame a palette of its own; whoever holds the same pixels keeps the one before. */
    private static void replace(AVFrame frame, byte[] palette) {
        AVBufferRef own = av_buffer_alloc(BYTES);
        if (own == null) {
            throw new OutOfMemoryError("FFmpeg has no memory for a palette");
        }
        own.data().put(palette);
        AVBufferRef before = frame.buf(1);
        frame.buf(1, own).data(1, own.data());
        if (before != null) {
            av_buffer_unref(before);
        }
    }
}
