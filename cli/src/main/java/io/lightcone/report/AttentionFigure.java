// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import static io.lightcone.report.Drawing.FAINT;
import static io.lightcone.report.Drawing.INK;
import static io.lightcone.report.Drawing.MARGIN;
import static io.lightcone.report.Drawing.PIXELS;

import io.lightcone.model.ReceptiveField;
import io.lightcone.model.ReceptiveField.BranchField;
import io.lightcone.model.ReceptiveField.KeyCells;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Draws what a token sees: a row for each branch, a column for each frame up to the query's. All branches share one
 * geometry, that of single tokens. Lengths are in points.
 */
public final class AttentionFigure {
    private static final int GAP = 10;
    private static final int MOST_COLUMNS = 16;
    private static final int WIDTH = 1080;
    private static final int LARGEST_TOKEN = 16;
    private static final int HIGHEST = 600;
    private static final int NARROWEST = 480;
    private static final int TITLE = 62;
    private static final int CAPTION = 30;
    private static final int LABELS = 18;
    private static final int BETWEEN = 16;
    private static final int LEGEND = 34;

    private static final Color UNSEEN = new Color(0xDFE5EC);
    private static final Color ABSENT = new Color(0xF2F5F8);
    private static final Color QUERY = new Color(0xFFC93C);
    private static final Color[] BRANCHES = {
        new Color(0x2F6FDE), new Color(0x12957D), new Color(0xC2528B), new Color(0x8A5BD6), new Color(0xD9722E)
    };

    private final String title;
    private final ReceptiveField view;
    private final List<Integer> frames;
    private final int earlier;
    private final double token;

    private AttentionFigure(String title, ReceptiveField view, List<Integer> all) {
        this.title = title;
        this.view = view;
        this.earlier = Math.max(0, all.size() - MOST_COLUMNS);
        this.frames = all.subList(earlier, all.size());
        double room = (double) (WIDTH - 2 * MARGIN + GAP) / frames.size() - GAP;
        double fitting = Math.min(
                room / view.clip().width(), (double) HIGHEST / view.clip().height());
        double pixels = Math.min(LARGEST_TOKEN, fitting) * PIXELS;
        // Whole pixels, so that cells are equal, unless tokens are smaller than one.
        this.token = (pixels >= 1 ? Math.floor(pixels) : pixels) / PIXELS;
    }

    /** Prepares the figure of a view of a model with {@code depth} layers that was made by {@code preset}. */
    public static AttentionFigure of(String preset, int depth, ReceptiveField view) {
        String title = preset + ", layer " + view.layer() + " of 0 to " + (depth - 1);
        return new AttentionFigure(title, view, frames(view));
    }

    /** Returns all frames from the first that is seen, or only those that are seen if that were too many. */
    private static List<Integer> frames(ReceptiveField view) {
        TreeSet<Integer> seen = new TreeSet<>();
        view.branches().forEach(branch -> branch.frames().forEach(frame -> seen.add(frame.frame())));
        int last = view.query().frame();
        boolean few = last - seen.first() < MOST_COLUMNS;
        return few ? IntStream.rangeClosed(seen.first(), last).boxed().toList() : List.copyOf(seen);
    }

    private double frameWidth() {
        return token * view.clip().width();
    }

    private double frameHeight() {
        return token * view.clip().height();
    }

    private double branchHeight() {
        return CAPTION + frameHeight() + LABELS + BETWEEN;
    }

    /** Returns the figure as a picture. */
    public BufferedImage image() {
        double columns = frames.size() * (frameWidth() + GAP) - GAP;
        double width = 2 * MARGIN + Math.max(Math.max(NARROWEST, columns), widestCaption());
        double height = 2 * MARGIN + TITLE + view.branches().size() * branchHeight() - BETWEEN + LEGEND;
        Drawing drawing = new Drawing(width, height);
        drawing.heading("What one token sees", place());
        for (int b = 0; b < view.branches().size(); b++) {
            branch(drawing, b, MARGIN + TITLE + b * branchHeight());
        }
        legend(drawing, height - MARGIN - 4);
        return drawing.finish();
    }

    private double widestCaption() {
        double widest = Drawing.width(place(), Font.PLAIN, 12);
        for (int b = 0; b < view.branches().size(); b++) {
            widest = Math.max(
                    widest, nameWidth(b) + Drawing.width(caption(view.branches().get(b)), Font.PLAIN, 12));
        }
        return widest;
    }

    private static double nameWidth(int branch) {
        return Drawing.width("Branch " + branch, Font.BOLD, 13) + 10;
    }

    private static String caption(BranchField branch) {
        return branch.summary() + "  \u00b7  " + String.format(Locale.ROOT, "%,d keys", branch.keys());
    }

    private String place() {
        String more = earlier == 0 ? "" : "; " + earlier + " earlier frames not drawn";
        return title + ": the token in frame " + view.query().frame() + ", row "
                + view.query().row() + ", column " + view.query().column() + more;
    }

    private void branch(Drawing drawing, int number, double top) {
        BranchField branch = view.branches().get(number);
        Color colour = BRANCHES[number % BRANCHES.length];
        drawing.text("Branch " + number, MARGIN, top + 12, Font.BOLD, 13, colour);
        drawing.text(caption(branch), MARGIN + nameWidth(number), top + 12, Font.PLAIN, 12, INK);
        for (int column = 0; column < frames.size(); column++) {
            double left = MARGIN + column * (frameWidth() + GAP);
            frame(drawing, branch, frames.get(column), colour, left, top + CAPTION - 6);
            label(drawing, frames.get(column), left, top + CAPTION + frameHeight() + 8);
        }
    }

    /** Writes "t-3" below a frame, with the frame's number where there is room for it. */
    private void label(Drawing drawing, int frame, double left, double baseline) {
        int distance = view.query().frame() - frame;
        String relative = distance == 0 ? "t" : "t\u2212" + distance;
        String whole = relative + " (" + frame + ")";
        String text = Drawing.width(whole, Font.PLAIN, 10) <= frameWidth() + GAP - 4 ? whole : relative;
        double shift = (frameWidth() - Drawing.width(text, Font.PLAIN, 10)) / 2;
        drawing.text(text, left + shift, baseline, Font.PLAIN, 10, distance == 0 ? INK : FAINT);
    }

    private void frame(Drawing drawing, BranchField branch, int number, Color colour, double left, double top) {
        KeyCells seen = branch.frames().stream()
                .filter(frame -> frame.frame() == number)
                .findFirst()
                .orElse(new KeyCells(number, List.of(), List.of()));
        Rectangle2D whole = new Rectangle2D.Double(left, top, frameWidth(), frameHeight());
        drawing.fill(whole, seen.rows().isEmpty() ? ABSENT : UNSEEN);
        for (int[] rows : runs(seen.rows())) {
            for (int[] columns : runs(seen.columns())) {
                drawing.fill(cells(branch, rows, columns, left, top), colour);
            }
        }
        boolean own = number == view.query().frame();
        int[] row = {branch.query().row(), branch.query().row() + 1};
        int[] column = {branch.query().column(), branch.query().column() + 1};
        if (own) {
            drawing.fill(cells(branch, row, column, left, top), QUERY);
        }
        lines(drawing, branch, whole);
        if (own) {
            double thickness = token * branch.down() >= 5 ? 1.6 : 1;
            drawing.stroke(cells(branch, row, column, left, top), thickness, INK);
        }
    }

    /** Joins neighbouring numbers, each run as its first number and the one after its last. */
    private static List<int[]> runs(List<Integer> ascending) {
        List<int[]> runs = new ArrayList<>();
        for (int number : ascending) {
            if (runs.isEmpty() || runs.get(runs.size() - 1)[1] != number) {
                runs.add(new int[] {number, number});
            }
            runs.get(runs.size() - 1)[1]++;
        }
        return runs;
    }

    /** Returns the rectangle that cells cover: at the lower and right border they may be smaller than elsewhere. */
    private Rectangle2D cells(BranchField branch, int[] rows, int[] columns, double left, double top) {
        double y = edge(branch, rows[0], view.clip().height());
        double x = edge(branch, columns[0], view.clip().width());
        return new Rectangle2D.Double(
                left + x,
                top + y,
                edge(branch, columns[1], view.clip().width()) - x,
                edge(branch, rows[1], view.clip().height()) - y);
    }

    private double edge(BranchField branch, int cell, int length) {
        return Math.min(cell * branch.down(), length) * token;
    }

    /** Draws thin lines between cells, if these are large enough to spare them. */
    private void lines(Drawing drawing, BranchField branch, Rectangle2D whole) {
        double cell = token * branch.down();
        if (cell < 3) {
            return;
        }
        double thickness = cell >= 6 ? 1 : 0.5;
        for (int row = 1; row < branch.rows(); row++) {
            double y = whole.getY() + row * cell;
            drawing.stroke(new Line2D.Double(whole.getX(), y, whole.getMaxX(), y), thickness, Color.WHITE);
        }
        for (int column = 1; column < branch.columns(); column++) {
            double x = whole.getX() + column * cell;
            drawing.stroke(new Line2D.Double(x, whole.getY(), x, whole.getMaxY()), thickness, Color.WHITE);
        }
    }

    private void legend(Drawing drawing, double baseline) {
        double x = MARGIN;
        for (int b = 0; b < Math.min(view.branches().size(), BRANCHES.length); b++) {
            drawing.square(BRANCHES[b], x, baseline);
            x += 15;
        }
        x = drawing.entry("seen", x, baseline);
        drawing.square(UNSEEN, x, baseline);
        x = drawing.entry("not seen", x + 15, baseline);
        drawing.square(ABSENT, x, baseline);
        x = drawing.entry("frame not looked at", x + 15, baseline);
        drawing.square(QUERY, x, baseline);
        drawing.stroke(new Rectangle2D.Double(x, baseline - 9, 10, 10), 1.4, INK);
        drawing.entry("the query, or the mean it is part of", x + 15, baseline);
    }
}
