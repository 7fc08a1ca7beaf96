// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.config.ConfigReader;
import io.lightcone.data.MovingDigits;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A detector that tells whether the digits in a frame are recognisable. Pictures of digits, drawn as those of the
 * training data are, are laid over the frame at every place; the best match is taken for a digit, and the pixels that
 * it explains are left out in the search for the next one. A frame is recognisable if all its digits match about as
 * well as true ones do, and if little is left besides them.
 *
 * <p>A match is the correlation of picture and frame over the picture and a margin around it, so what is bright where
 * no digit is counts against it.
 */
final class DigitMatch {
    private static final int TEMPLATES = 150;
    /** The number of held-out clips, from the first on, whose digits say how well true ones match. */
    static final int CALIBRATED = 200;

    /** The share of true digits that are taken for none: one in twenty. */
    private static final double QUANTILE = 0.05;

    private static final double MOST_LEFT_OVER = 0.25;
    private static final int MARGIN = 1;
    private static final float INK = 0.1f;
    private static final double LEAST_IN_SIGHT = 0.5;

    private final List<Picture> templates;
    private final int digits;
    private final double threshold;
    private final Runnable check;

    private DigitMatch(List<Picture> templates, int digits, double threshold, Runnable check) {
        this.templates = templates;
        this.digits = digits;
        this.threshold = threshold;
        this.check = check;
    }

    /** A picture of grey values in [0, 1], row by row. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Picture(int height, int width, float[] values) {
        static Picture of(Clip clip, int frame) {
            float[] values = new float[clip.height() * clip.width()];
            int offset = frame * clip.frameBytes();
            for (int p = 0; p < values.length; p++) {
                int sum = 0;
                for (int c = 0; c < clip.channels(); c++) {
                    sum += clip.pixels()[offset + p * clip.channels() + c] & 0xff;
                }
                values[p] = sum / (255f * clip.channels());
            }
            return new Picture(clip.height(), clip.width(), values);
        }

        float at(int y, int x) {
            return y < 0 || x < 0 || y >= height || x >= width ? 0 : values[y * width + x];
        }

        /** Returns the part of the picture that holds its ink, with a margin around it. */
        Picture cropped() {
            int[] rows = IntStream.range(0, height)
                    .filter(y -> IntStream.range(0, width).anyMatch(x -> at(y, x) > INK))
                    .toArray();
            int[] columns = IntStream.range(0, width)
                    .filter(x -> IntStream.range(0, height).anyMatch(y -> at(y, x) > INK))
                    .toArray();
            int top = rows[0] - MARGIN;
            int left = columns[0] - MARGIN;
            int tall = rows[rows.length - 1] + MARGIN + 1 - top;
            int wide = columns[columns.length - 1] + MARGIN + 1 - left;
            float[] cut = new float[tall * wide];
            for (int i = 0; i < cut.length; i++) {
                cut[i] = at(top + i / wide, left + i % wide);
            }
            return new Picture(tall, wide, cut);
        }
    }

    /** A template at a position on a frame, with the correlation there. */
    private record Placement(Picture template, int top, int left, double match) {}

    /**
     * Creates a detector for frames of {@code data}, which must be moving digits.
     *
     * @param check is called for each frame that is examined, by any thread, and may throw to cancel
     */
    static DigitMatch of(MovingDigitsConfig data, Runnable check) {
        MovingDigits single = MovingDigits.of(ConfigReader.with(data, "digitCount=1"), 1);
        SplittableRandom random = new SplittableRandom(1);
        List<Picture> templates = IntStream.range(0, TEMPLATES)
                .mapToObj(i -> Picture.of(single.training(random), 0).cropped())
                .toList();
        DigitMatch unbiased = new DigitMatch(templates, 1, 0, check);
        double[] matches = IntStream.range(0, CALIBRATED)
                .mapToDouble(i -> unbiased.weakest(single.heldOut(i), 0))
                .sorted()
                .toArray();
        return new DigitMatch(templates, data.digitCount(), matches[(int) (QUANTILE * CALIBRATED)], check);
    }

    /** Returns whether all digits of the frame are recognisable. */
    boolean recognises(Clip clip, int frame) {
        return weakest(clip, frame) >= threshold;
    }

    /**
     * Returns the match of the frame's worst digit, at most 1; below 0 if there are fewer digits, or much besides them.
     */
    double weakest(Clip clip, int frame) {
        check.run();
        Picture picture = Picture.of(clip, frame);
        boolean[] explained = new boolean[picture.values.length];
        double weakest = 1;
        for (int digit = 0; digit < digits; digit++) {
            Placement best = best(picture, explained);
            if (best == null) {
                return -1;
            }
            weakest = Math.min(weakest, best.match);
            explain(best, picture, explained);
        }
        return leftOver(picture, explained) > MOST_LEFT_OVER ? -1 : weakest;
    }

    private @Nullable Placement best(Picture picture, boolean[] explained) {
        Placement best = null;
        for (Picture template : templates) {
            for (int top = -MARGIN; top + template.height <= picture.height + MARGIN; top++) {
                for (int left = -MARGIN; left + template.width <= picture.width + MARGIN; left++) {
                    double match = match(template, top, left, picture, explained);
                    if (best == null ? match > 0 : match > best.match) {
                        best = new Placement(template, top, left, match);
                    }
                }
            }
        }
        return best;
    }

    /**
     * Returns the correlation over the pixels that nothing has explained yet; 0 where too little of the template's ink
     * is on them.
     */
    private static double match(Picture template, int top, int left, Picture picture, boolean[] explained) {
        double n = 0;
        double a = 0;
        double b = 0;
        double aa = 0;
        double bb = 0;
        double ab = 0;
        double ink = 0;
        for (int y = 0; y < template.height; y++) {
            for (int x = 0; x < template.width; x++) {
                float t = template.values[y * template.width + x];
                ink += t;
                int row = top + y;
                int column = left + x;
                boolean inside = row >= 0 && column >= 0 && row < picture.height && column < picture.width;
                if (inside && explained[row * picture.width + column]) {
                    continue;
                }
                float p = inside ? picture.values[row * picture.width + column] : 0;
                n++;
                a += t;
                b += p;
                aa += t * t;
                bb += p * p;
                ab += t * p;
            }
        }
        double spread = (aa - a * a / n) * (bb - b * b / n);
        return n == 0 || a < LEAST_IN_SIGHT * ink || spread <= 1e-12 ? 0 : (ab - a * b / n) / Math.sqrt(spread);
    }

    private static void explain(Placement placement, Picture picture, boolean[] explained) {
        Picture template = placement.template;
        for (int y = 0; y < picture.height; y++) {
            for (int x = 0; x < picture.width; x++) {
                explained[y * picture.width + x] |= nearInk(template, y - placement.top, x - placement.left);
            }
        }
    }

    private static boolean nearInk(Picture template, int y, int x) {
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                if (template.at(y + dy, x + dx) > INK) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns the share of all light that no digit explains. */
    private static double leftOver(Picture picture, boolean[] explained) {
        double all = 0;
        double left = 0;
        for (int p = 0; p < explained.length; p++) {
            all += picture.values[p];
            left += explained[p] ? 0 : picture.values[p];
        }
        return all == 0 ? 1 : left / all;
    }

    /** Returns the least match of a digit that counts as one. */
    double threshold() {
        return threshold;
    }

    /** Returns the share of these frames that are recognisable, with its error over clips. */
    Mean share(List<Clip> clips, int... frames) {
        return Mean.of(clips.parallelStream()
                .map(clip -> IntStream.of(frames)
                        .mapToDouble(frame -> recognises(clip, frame) ? 1 : 0)
                        .average()
                        .orElseThrow())
                .toList());
    }
}
