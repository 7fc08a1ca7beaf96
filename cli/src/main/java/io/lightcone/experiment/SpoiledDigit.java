// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.video.Clip;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The kinds of damage that a digit suffers in a model that forgets it. How many of the damaged digits pass for digits
 * tells how much {@link DigitMatch} means.
 */
enum SpoiledDigit {
    /** The lower half of the digit's ink is gone. */
    HALF {
        @Override
        Clip of(Clip digit, Clip other) {
            int width = digit.width();
            int[] rows = IntStream.range(0, digit.height())
                    .filter(y -> IntStream.range(0, width).anyMatch(x -> grey(digit, y * width + x) > INK))
                    .toArray();
            int middle = rows.length == 0 ? 0 : (rows[0] + rows[rows.length - 1] + 1) / 2;
            return changed(digit, p -> p / width < middle ? grey(digit, p) : 0);
        }
    },

    /** Half of its light is there, with half of that of another digit in its place. */
    MIXED {
        @Override
        Clip of(Clip digit, Clip other) {
            int width = digit.width();
            int[] from = centre(other);
            int[] to = centre(digit);
            return changed(digit, p -> {
                int y = p / width - to[0] + from[0];
                int x = p % width - to[1] + from[1];
                boolean inside = y >= 0 && x >= 0 && y < digit.height() && x < width;
                return (grey(digit, p) + (inside ? grey(other, y * width + x) : 0)) / 2;
            });
        }
    },

    /** Each pixel is the mean of the 3x3 around it, twice in succession. */
    BLURRED {
        @Override
        Clip of(Clip digit, Clip other) {
            return blurred(blurred(digit));
        }
    };

    private static final int INK = 40;

    /**
     * Returns the first frame, spoiled and grey.
     *
     * @param other a clip of another digit
     */
    abstract Clip of(Clip digit, Clip other);

    /** Returns each of these digits spoiled, with the next one as the other digit. */
    List<Clip> of(List<Clip> digits) {
        return IntStream.range(0, digits.size())
                .mapToObj(i -> of(digits.get(i), digits.get((i + 1) % digits.size())))
                .toList();
    }

    /** Returns the grey value of pixel number p of the first frame. */
    private static int grey(Clip clip, int p) {
        int sum = 0;
        for (int c = 0; c < clip.channels(); c++) {
            sum += clip.pixels()[p * clip.channels() + c] & 0xff;
        }
        return sum / clip.channels();
    }

    private static Clip changed(Clip clip, IntUnaryOperator pixel) {
        byte[] pixels = new byte[clip.height() * clip.width()];
        for (int p = 0; p < pixels.length; p++) {
            pixels[p] = (byte) pixel.applyAsInt(p);
        }
        return new Clip(clip.name(), 1, clip.height(), clip.width(), 1, pixels);
    }

    /** Returns row and column of the centre of mass. */
    private static int[] centre(Clip clip) {
        double light = 1e-9;
        double down = 0;
        double right = 0;
        for (int p = 0; p < clip.height() * clip.width(); p++) {
            int row = p / clip.width();
            int column = p % clip.width();
            light += grey(clip, p);
            down += (double) grey(clip, p) * row;
            right += (double) grey(clip, p) * column;
        }
        return new int[] {(int) Math.round(down / light), (int) Math.round(right / light)};
    }

    private static Clip blurred(Clip clip) {
        int width = clip.width();
        return changed(clip, p -> {
            int sum = 0;
            for (int d = 0; d < 9; d++) {
                int y = Math.min(clip.height() - 1, Math.max(0, p / width + d / 3 - 1));
                int x = Math.min(width - 1, Math.max(0, p % width + d % 3 - 1));
                sum += grey(clip, y * width + x);
            }
            return sum / 9;
        });
    }
}
