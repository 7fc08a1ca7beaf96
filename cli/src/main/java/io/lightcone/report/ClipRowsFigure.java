// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.video.Clip;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;

/** Draws a few frames of the same clips as several made them: a block for each of the first clips, in it their rows. */
final class ClipRowsFigure {
    private static final int CLIPS = 2;
    private static final int COLUMNS = 5;
    private static final int TOP = Drawing.MARGIN + 66;
    private static final int CELL = 128;
    private static final int STEP = CELL + 6;
    private static final int BETWEEN_CLIPS = 18;
    private static final int LABEL = 11;

    private final List<Row> rows;
    private final int first;
    private final List<Integer> moments;
    private final double left;

    /**
     * Whose clips a row of each block shows.
     *
     * @param label what stands before it
     * @param clips clips of any size, in the same order in all rows
     */
    record Row(String label, List<Clip> clips) {
        Row {
            clips = List.copyOf(clips);
        }
    }

    private ClipRowsFigure(List<Row> rows, int first) {
        this.rows = rows;
        this.first = first;
        this.moments = moments(rows.get(0).clips().get(0).frames() - 1 - first);
        this.left = Drawing.MARGIN
                + 8
                + rows.stream()
                        .mapToDouble(row -> Drawing.width(row.label(), Font.PLAIN, LABEL))
                        .max()
                        .orElse(0);
    }

    /** Returns which frames to show, counted from the first one that may be: that, and some up to the last. */
    static List<Integer> moments(int frames) {
        return IntStream.range(0, COLUMNS)
                .map(i -> (int) Math.round((double) i * frames / (COLUMNS - 1)))
                .distinct()
                .boxed()
                .toList();
    }

    /**
     * Draws frames from the one numbered {@code first}, from 0, to the last; columns say how far behind that they are.
     *
     * @param rows at least one, with at least one clip
     */
    static BufferedImage draw(String title, String below, List<Row> rows, int first) {
        return new ClipRowsFigure(rows, first).draw(title, below);
    }

    private BufferedImage draw(String title, String below) {
        int clips = Math.min(CLIPS, rows.get(0).clips().size());
        int block = rows.size() * STEP + BETWEEN_CLIPS;
        double width = Math.max(left + moments.size() * STEP, Drawing.MARGIN + Drawing.width(below, Font.PLAIN, 12));
        Drawing drawing = new Drawing(width + Drawing.MARGIN, TOP + clips * block + Drawing.MARGIN);
        drawing.heading(title, below);
        for (int column = 0; column < moments.size(); column++) {
            String number = String.valueOf(moments.get(column));
            drawing.centred(number, left + column * STEP + CELL / 2.0, TOP - 8, LABEL, Drawing.FAINT);
        }
        for (int clip = 0; clip < clips; clip++) {
            for (int row = 0; row < rows.size(); row++) {
                row(drawing, rows.get(row), clip, TOP + clip * block + row * STEP);
            }
        }
        return drawing.finish();
    }

    private void row(Drawing drawing, Row row, int clip, double top) {
        drawing.before(row.label(), left - 8, top + CELL / 2.0 + 4, LABEL, Drawing.INK);
        for (int column = 0; column < moments.size(); column++) {
            BufferedImage image = row.clips().get(clip).image(first + moments.get(column));
            drawing.picture(image, left + column * STEP, top, CELL);
        }
    }
}
