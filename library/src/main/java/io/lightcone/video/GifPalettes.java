// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_PAL8;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;

import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Corrects the palettes of frames on their way to FFmpeg's GIF encoder, which writes only the pixels that have changed,
 * and for that compares numbers of colours: rightly, if the frame before has the same palette. It assumes so for every
 * frame that has the palette of the first one. Where that is wrong, such as from black to white to black, the last
 * colour is changed by an invisible bit.
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
            Ffmpeg.check(av_frame_make_writable(frame));
            BytePointer colours = frame.data(1);
            colours.put(LAST_BLUE, (byte) (colours.get(LAST_BLUE) ^ 1));
        }
        sameAsFirst = same;
    }
}
