// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.model.AttentionView;
import io.lightcone.model.AttentionView.BranchView;
import io.lightcone.model.AttentionView.KeyFrame;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What a token sees, as a figure: a row for each branch, a column for each frame up to the query's. All branches share one
 * geometry, that of single tokens. Lengths are in points; a point is two pixels, so that the figure stays sharp.
 */
final class AttentionFigure {
    private static final int PIXELS = 2;
    private static final int MARGIN = 28;
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

    private static final FontRenderContext METRICS = new FontRenderContext(null, true, true);
    private static final Color INK = new Color(0x1F2733);
    private static final Color FAINT = new Color(0x6B7685);
    private static final Color UNSEEN = new Color(0xDFE5EC);
    private static final Color ABSENT = new Color(0xF2F5F8);
    private static final Color QUERY = new Color(0xFFC93C);
    private static final Color[] BRANCHES = {
        new Color(0x2F6FDE), new Color(0x12957D), new Color(0xC2528B), new Color(0x8A5BD6), new Color(0xD9722E)
    };

    private final String title;
    private final AttentionView view;
    private final List<Integer> frames;
    private final int earlier;
    private final double token;

    private AttentionFigure(String title, AttentionView view, List<Integer> all) {
        this.title = title;
        this.view = view;
        this.earlier = Math.max(0, all.size() - MOST_COLUMNS);
        this.frames = all.subList(earlier, all.size());
        double room = (double) (WIDTH - 2 * MARGIN + GAP) / frames.size() - GAP;
        double fitting = Math.min(
                room / view.clip().columns(), (double) HIGHEST / view.clip().rows());
        double pixels = Math.min(LARGEST_TOKEN, fitting) * PIXELS;
        // Whole pixels, so that cells are equal, unless tokens are smaller than one.
        this.token = (pixels >= 1 ? Math.floor(pixels) : pixels) / PIXELS;
    }

    static AttentionFigure of(String preset, int depth, AttentionView view) {
        String title = preset + ", layer " + view.layer() + " of 0 to " + (depth - 1);
        return new AttentionFigure(title, view, frames(view));
    }

    /** All frames from the first that is seen; only those that are seen, if that were too many. */
    private static List<Integer> frames(AttentionView view) {
        TreeSet<Integer> seen = new TreeSet<>();
        view.branches().forEach(branch -> branch.frames().forEach(frame -> seen.add(frame.frame())));
        int last = view.query().frame();
        boolean few = last - seen.first() < MOST_COLUMNS;
        return few ? IntStream.rangeClosed(seen.first(), last).boxed().toList() : List.copyOf(seen);
    }

    private double frameWidth() {
        return token * view.clip().columns();
    }

    private double frameHeight() {
        return token * view.clip().rows();
    }

    private double branchHeight() {
        return CAPTION + frameHeight() + LABELS + BETWEEN;
    }

    BufferedImage image() {
        double columns = frames.size() * (frameWidth() + GAP) - GAP;
        double width = 2 * MARGIN + Math.max(Math.max(NARROWEST, columns), widestCaption());
        double height = 2 * MARGIN + TITLE + view.branches().size() * branchHeight() - BETWEEN + LEGEND;
        BufferedImage image = new BufferedImage(
                (int) Math.ceil(width * PIXELS), (int) Math.ceil(height * PIXELS), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(PIXELS, PIXELS);
        graphics.setColor(Color.WHITE);
        graphics.fill(new Rectangle2D.Double(0, 0, width + 1, height + 1));
        heading(graphics);
        for (int b = 0; b < view.branches().size(); b++) {
            branch(graphics, b, MARGIN + TITLE + b * branchHeight());
        }
        legend(graphics, height - MARGIN - 4);
        graphics.dispose();
        return image;
    }

    private double widestCaption() {
        double widest = width(place(), Font.PLAIN, 12);
        for (int b = 0; b < view.branches().size(); b++) {
            widest = Math.max(
                    widest, nameWidth(b) + width(caption(view.branches().get(b)), Font.PLAIN, 12));
        }
        return widest;
    }

    private static double nameWidth(int branch) {
        return width("Branch " + branch, Font.BOLD, 13) + 10;
    }

    private static String caption(BranchView branch) {
        return branch.summary() + "  \u00b7  " + String.format(Locale.ROOT, "%,d keys", branch.keys());
    }

    private String place() {
        String more = earlier == 0 ? "" : "; " + earlier + " earlier frames not drawn";
        return title + ": the token in frame " + view.query().frame() + ", row "
                + view.query().row() + ", column " + view.query().column() + more;
    }

    private void heading(Graphics2D graphics) {
        text(graphics, "What one token sees", MARGIN, MARGIN + 16, Font.BOLD, 19, INK);
        text(graphics, place(), MARGIN, MARGIN + 37, Font.PLAIN, 12, FAINT);
    }

    private void branch(Graphics2D graphics, int number, double top) {
        BranchView branch = view.branches().get(number);
        Color colour = BRANCHES[number % BRANCHES.length];
        text(graphics, "Branch " + number, MARGIN, top + 12, Font.BOLD, 13, colour);
        text(graphics, caption(branch), MARGIN + nameWidth(number), top + 12, Font.PLAIN, 12, INK);
        for (int column = 0; column < frames.size(); column++) {
            double left = MARGIN + column * (frameWidth() + GAP);
            frame(graphics, branch, frames.get(column), colour, left, top + CAPTION - 6);
            label(graphics, frames.get(column), left, top + CAPTION + frameHeight() + 8);
        }
    }

    /** "t-3" and the frame's number where there is room for it. */
    private void label(Graphics2D graphics, int frame, double left, double baseline) {
        int distance = view.query().frame() - frame;
        String relative = distance == 0 ? "t" : "t\u2212" + distance;
        String whole = relative + " (" + frame + ")";
        String text = width(whole, Font.PLAIN, 10) <= frameWidth() + GAP - 4 ? whole : relative;
        double shift = (frameWidth() - width(text, Font.PLAIN, 10)) / 2;
        text(graphics, text, left + shift, baseline, Font.PLAIN, 10, distance == 0 ? INK : FAINT);
    }

    private void frame(Graphics2D graphics, BranchView branch, int number, Color colour, double left, double top) {
        KeyFrame seen = branch.frames().stream()
                .filter(frame -> frame.frame() == number)
                .findFirst()
                .orElse(new KeyFrame(number, List.of(), List.of()));
        Rectangle2D whole = new Rectangle2D.Double(left, top, frameWidth(), frameHeight());
        graphics.setColor(seen.rows().isEmpty() ? ABSENT : UNSEEN);
        graphics.fill(whole);
        graphics.setColor(colour);
        for (int[] rows : runs(seen.rows())) {
            for (int[] columns : runs(seen.columns())) {
                graphics.fill(cells(branch, rows, columns, left, top));
            }
        }
        boolean own = number == view.query().frame();
        int[] row = {branch.query().row(), branch.query().row() + 1};
        int[] column = {branch.query().column(), branch.query().column() + 1};
        if (own) {
            graphics.setColor(QUERY);
            graphics.fill(cells(branch, row, column, left, top));
        }
        lines(graphics, branch, whole);
        if (own) {
            graphics.setColor(INK);
            graphics.setStroke(new BasicStroke(token * branch.down() >= 5 ? 1.6f : 1f));
            graphics.draw(cells(branch, row, column, left, top));
        }
    }

    /** Neighbouring numbers together, each run as its first and the one after its last. */
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

    /** The place that cells cover: at the lower and right border they may be smaller than elsewhere. */
    private Rectangle2D cells(BranchView branch, int[] rows, int[] columns, double left, double top) {
        double y = edge(branch, rows[0], view.clip().rows());
        double x = edge(branch, columns[0], view.clip().columns());
        return new Rectangle2D.Double(
                left + x,
                top + y,
                edge(branch, columns[1], view.clip().columns()) - x,
                edge(branch, rows[1], view.clip().rows()) - y);
    }

    private double edge(BranchView branch, int cell, int length) {
        return Math.min(cell * branch.down(), length) * token;
    }

    /** Thin lines between cells, if they are large enough to spare them. */
    private void lines(Graphics2D graphics, BranchView branch, Rectangle2D whole) {
        double cell = token * branch.down();
        if (cell < 3) {
            return;
        }
        graphics.setColor(Color.WHITE);
        graphics.setStroke(new BasicStroke(cell >= 6 ? 1f : 0.5f));
        for (int row = 1; row < branch.rows(); row++) {
            double y = whole.getY() + row * cell;
            graphics.draw(new Line2D.Double(whole.getX(), y, whole.getMaxX(), y));
        }
        for (int column = 1; column < branch.columns(); column++) {
            double x = whole.getX() + column * cell;
            graphics.draw(new Line2D.Double(x, whole.getY(), x, whole.getMaxY()));
        }
    }

    private void legend(Graphics2D graphics, double baseline) {
        double x = MARGIN;
        for (int b = 0; b < Math.min(view.branches().size(), BRANCHES.length); b++) {
            square(graphics, BRANCHES[b], x, baseline);
            x += 15;
        }
        x = entry(graphics, "seen", x, baseline);
        square(graphics, UNSEEN, x, baseline);
        x = entry(graphics, "not seen", x + 15, baseline);
        square(graphics, ABSENT, x, baseline);
        x = entry(graphics, "frame not looked at", x + 15, baseline);
        square(graphics, QUERY, x, baseline);
        graphics.setColor(INK);
        graphics.setStroke(new BasicStroke(1.4f));
        graphics.draw(new Rectangle2D.Double(x, baseline - 9, 10, 10));
        entry(graphics, "the query, or the mean it is part of", x + 15, baseline);
    }

    private static void square(Graphics2D graphics, Color colour, double x, double baseline) {
        graphics.setColor(colour);
        graphics.fill(new RoundRectangle2D.Double(x, baseline - 9, 10, 10, 2, 2));
    }

    private static double entry(Graphics2D graphics, String text, double x, double baseline) {
        text(graphics, text, x, baseline, Font.PLAIN, 11, FAINT);
        return x + width(text, Font.PLAIN, 11) + 18;
    }

    private static void text(
            Graphics2D graphics, String text, double x, double baseline, int style, int size, Color colour) {
        graphics.setFont(new Font(Font.SANS_SERIF, style, size));
        graphics.setColor(colour);
        graphics.drawString(text, (float) x, (float) baseline);
    }

    private static double width(String text, int style, int size) {
        return new Font(Font.SANS_SERIF, style, size)
                .getStringBounds(text, METRICS)
                .getWidth();
    }
}
