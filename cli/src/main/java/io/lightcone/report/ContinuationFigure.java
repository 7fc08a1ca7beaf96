// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.experiment.ContinuedRun;
import io.lightcone.video.Clip;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Draws a few frames of continuations: a block for each of the first clips, in it a row of true frames and one for each
 * run, from the last given frame on.
 */
final class ContinuationFigure {
    private static final int CLIPS = 2;
    private static final int COLUMNS = 5;
    private static final int TOP = Drawing.MARGIN + 66;
    private static final int CELL = 128;
    private static final int STEP = CELL + 6;
    private static final int BETWEEN_CLIPS = 18;
    private static final int LABEL = 11;

    private final ContinuationTrialReport report;
    private final List<Integer> moments;
    private final double left;

    private ContinuationFigure(ContinuationTrialReport report) {
        this.report = report;
        this.moments = moments(report.truth().get(0).frames() - report.given());
        this.left = Drawing.MARGIN
                + 8
                + Stream.concat(Stream.of("the truth"), report.runs().stream().map(ContinuedRun::name))
                        .mapToDouble(label -> Drawing.width(label, Font.PLAIN, LABEL))
                        .max()
                        .orElse(0);
    }

    /** Returns which frames to show, counted from the last given one: that, and some up to the last. */
    static List<Integer> moments(int frames) {
        return IntStream.range(0, COLUMNS)
                .map(i -> (int) Math.round((double) i * frames / (COLUMNS - 1)))
                .distinct()
                .boxed()
                .toList();
    }

    static BufferedImage draw(ContinuationTrialReport report) {
        return new ContinuationFigure(report).draw();
    }

    private BufferedImage draw() {
        int clips = Math.min(CLIPS, report.truth().size());
        int block = (report.runs().size() + 1) * STEP + BETWEEN_CLIPS;
        String title = "Held-out clips, continued";
        String below = "Columns: frames behind the last given one, which is number 0";
        double width = Math.max(left + moments.size() * STEP, Drawing.MARGIN + Drawing.width(below, Font.PLAIN, 12));
        Drawing drawing = new Drawing(width + Drawing.MARGIN, TOP + clips * block + Drawing.MARGIN);
        drawing.heading(title, below);
        for (int column = 0; column < moments.size(); column++) {
            String number = String.valueOf(moments.get(column));
            drawing.centred(number, left + column * STEP + CELL / 2.0, TOP - 8, LABEL, Drawing.FAINT);
        }
        for (int clip = 0; clip < clips; clip++) {
            int top = TOP + clip * block;
            row(drawing, "the truth", report.truth().get(clip), top);
            for (ContinuedRun run : report.runs()) {
                top += STEP;
                row(drawing, run.name(), run.clips().get(clip), top);
            }
        }
        return drawing.finish();
    }

    private void row(Drawing drawing, String label, Clip clip, double top) {
        drawing.before(label, left - 8, top + CELL / 2.0 + 4, LABEL, Drawing.INK);
        for (int column = 0; column < moments.size(); column++) {
            BufferedImage image = clip.image(report.given() - 1 + moments.get(column));
            drawing.picture(image, left + column * STEP, top, CELL);
        }
    }
}
