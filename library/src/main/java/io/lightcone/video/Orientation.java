// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;

import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;

/**
 * The orientation of a stored picture: how it is to be turned to be seen upright, one of the eight ways to lay a
 * rectangle on itself or its side.
 *
 * @param transposed whether rows and columns change places, before all else
 * @param leftRight whether left and right change places then
 * @param upDown whether top and bottom change places then
 */
record Orientation(boolean transposed, boolean leftRight, boolean upDown) {
    static final Orientation UPRIGHT = new Orientation(false, false, false);

    private static final int MATRIX_BYTES = 9 * Integer.BYTES;

    /**
     * Returns the nearest of the eight to a linear map. A point (x, y) of the stored picture, y downwards, is shown at
     * (xx x + xy y, yx x + yy y), but for a shift.
     */
    static Orientation of(long xx, long yx, long xy, long yy) {
        if (Math.abs(xx) + Math.abs(yy) >= Math.abs(xy) + Math.abs(yx)) {
            return new Orientation(false, xx < 0, yy < 0);
        }
        return new Orientation(true, xy < 0, yx < 0);
    }

    /** Returns the orientation that the display matrix of a frame gives, be it the container's or the picture's own. */
    static Orientation of(AVFrame frame) {
        AVFrameSideData data = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
        if (data == null || data.isNull() || data.size() < MATRIX_BYTES) {
            return UPRIGHT;
        }
        IntBuffer matrix = data.data()
                .capacity(MATRIX_BYTES)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
        return of(matrix.get(0), matrix.get(1), matrix.get(3), matrix.get(4));
    }

    /** Returns the filters of FFmpeg that turn frames upright this way, each followed by a comma. */
    String filters() {
        return (transposed ? "transpose=cclock_flip," : "") + (leftRight ? "hflip," : "") + (upDown ? "vflip," : "");
    }
}
