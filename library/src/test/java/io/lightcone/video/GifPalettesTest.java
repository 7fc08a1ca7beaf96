// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_PAL8;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_clone;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.junit.jupiter.api.Test;

class GifPalettesTest {
    private static final int LAST = 1020;

    /** The rows of a frame as FFmpeg's filters align them on processors without AVX-512. */
    private static final int ALIGNMENT = 32;

    private static AVFrame frame(int colour) throws Ffmpeg.Failure {
        AVFrame frame = av_frame_alloc();
        frame.format(AV_PIX_FMT_PAL8).width(144).height(8);
        Ffmpeg.check(av_frame_get_buffer(frame, ALIGNMENT));
        byte[] palette = new byte[1024];
        palette[0] = (byte) colour;
        palette[LAST] = 40;
        frame.data(1).put(palette);
        return frame;
    }

    /** The GIF encoder has room for rows of one length only. */
    @Test
    void aFrameThatOthersHoldGetsAnotherPaletteAndKeepsItsRows() throws Exception {
        GifPalettes palettes = new GifPalettes();
        AVFrame black = frame(0);
        AVFrame white = frame(255);
        AVFrame blackAgain = frame(0);
        AVFrame held = av_frame_clone(blackAgain);
        try {
            palettes.pass(black);
            palettes.pass(white);
            palettes.pass(blackAgain);
            assertThat(black.data(1).get(LAST)).isEqualTo((byte) 40);
            assertThat(white.data(1).get(LAST)).isEqualTo((byte) 40);
            assertThat(blackAgain.data(1).get(LAST)).isEqualTo((byte) 41);
            assertThat(held.data(1).get(LAST)).as("what others hold").isEqualTo((byte) 40);
            assertThat(blackAgain.linesize(0)).isEqualTo(held.linesize(0)).isEqualTo(160);
            assertThat(blackAgain.data(0)).as("pixels are not copied").isEqualTo(held.data(0));
        } finally {
            for (AVFrame each : new AVFrame[] {black, white, blackAgain, held}) {
                av_frame_free(each);
            }
        }
    }
}
