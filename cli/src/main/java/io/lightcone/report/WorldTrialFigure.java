// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.experiment.JudgedModel;
import io.lightcone.experiment.WorldQuality.Moment;
import io.lightcone.video.Clip;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Draws frames of the videos of a world at some moments: a block for each video, in it a row of the simulator's frames
 * under the same actions, and one for each model. What shows no state is framed in red.
 */
final class WorldTrialFigure {
    private static final String SIMULATOR = "the simulator";
    private static final int TOP = Drawing.MARGIN + 66;
    private static final int CELL = 64;
    private static final int STEP = CELL + 6;
    private static final int BETWEEN_VIDEOS = 18;
    private static final int LABEL = 11;
    private static final double FRAME = 1.5;
    private static final Color REFUSED = new Color(0xD0342C);

    private final WorldReport report;
    private final List<Integer> moments;
    private final int videos;
    private final double left;

    private WorldTrialFigure(WorldReport report) {
        this.report = report;
        this.moments = report.models().stream()
                .flatMap(model -> model.quality().moments().stream())
                .map(Moment::frame)
                .distinct()
                .sorted()
                .toList();
        this.videos = report.models().stream()
                .flatMap(model -> model.quality().moments().stream())
                .mapToInt(moment -> moment.video() + 1)
                .max()
                .orElse(0);
        this.left = Drawing.MARGIN
                + 8
                + Stream.concat(Stream.of(SIMULATOR), report.models().stream().map(JudgedModel::label))
                        .mapToDouble(label -> Drawing.width(label, Font.PLAIN, LABEL))
                        .max()
                        .orElse(0);
    }

    static BufferedImage draw(WorldReport report) {
        return new WorldTrialFigure(report).draw();
    }

    private BufferedImage draw() {
        int block = (report.models().size() + 1) * STEP + BETWEEN_VIDEOS;
        String title = "The world " + report.world() + ", continued under the actions of a scripted player";
        String below = "Columns: frames behind the given ones. Framed in red: shows no state.";
        double width = Math.max(left + moments.size() * STEP, Drawing.MARGIN + Drawing.width(title, Font.BOLD, 19));
        Drawing drawing = new Drawing(width + Drawing.MARGIN, TOP + videos * block + Drawing.MARGIN);
        drawing.heading(title, below);
        for (int column = 0; column < moments.size(); column++) {
            String number = String.format(Locale.ROOT, "%,d", moments.get(column));
            drawing.centred(number, left + column * STEP + CELL / 2.0, TOP - 8, LABEL, Drawing.FAINT);
        }
        for (int video = 0; video < videos; video++) {
            int top = TOP + video * block;
            // Rows may have been stopped early: the longest one knows the most of the simulator's frames.
            for (JudgedModel model : report.models()) {
                row(drawing, SIMULATOR, model, video, top, true);
            }
            for (int row = 0; row < report.models().size(); row++) {
                JudgedModel model = report.models().get(row);
                row(drawing, model.label(), model, video, top + (row + 1) * STEP, false);
            }
        }
        return drawing.finish();
    }

    private void row(Drawing drawing, String label, JudgedModel model, int video, double top, boolean truth) {
        drawing.before(label, left - 8, top + CELL / 2.0 + 4, LABEL, Drawing.INK);
        for (Moment moment : model.quality().moments()) {
            if (moment.video() == video) {
                double x = left + moments.indexOf(moment.frame()) * STEP;
                Clip picture = truth ? moment.truth() : moment.picture();
                if (!truth && !moment.readable()) {
                    drawing.rectangle(x - FRAME, top - FRAME, CELL + 2 * FRAME, CELL + 2 * FRAME, REFUSED);
                }
                drawing.picture(picture.image(0), x, top, CELL);
            }
        }
    }
}
