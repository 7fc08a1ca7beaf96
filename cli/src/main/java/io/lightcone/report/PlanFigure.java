// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import static io.lightcone.report.Drawing.FAINT;
import static io.lightcone.report.Drawing.MARGIN;
import static io.lightcone.report.Drawing.PIXELS;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.report.PlanView.State;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/**
 * Draws a denoising plan: a row for each call of the network, a column for each frame. The darker a cell is, the more
 * noise is left after the call; frames in work are blue, given ones green, all others grey.
 */
public final class PlanFigure {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 900;
    private static final int WIDEST = 26;
    private static final int HIGHEST = 16;
    private static final int TITLE = 66;
    private static final int AXIS = 20;
    private static final int LEGEND = 34;
    private static final int RAMP = 60;
    private static final int LINE = 16;
    private static final int NARROWEST = 520;
    /** The side in pixels below which cells have no lines between them. */
    private static final int LINED = 6;

    private static final Color CLEAN = new Color(0xF2F5F8);
    private static final Color NOISE = new Color(0x39424E);
    private static final Color WORKED_CLEAN = new Color(0xD3E2FB);
    private static final Color WORKED_NOISE = new Color(0x143F8C);
    private static final Color GIVEN = new Color(0x12957D);

    private final PlanView view;
    private final DenoisingPlan plan;
    private final double width;
    private final double height;
    private final double labels;

    /** Prepares the figure of a view. */
    public PlanFigure(PlanView view) {
        this.view = view;
        this.plan = view.plan();
        this.width = length(plan.frames(), WIDTH, WIDEST);
        this.height = length(plan.rows(), HEIGHT, HIGHEST);
        this.labels = Drawing.width("" + plan.rows(), Font.PLAIN, 10) + 16;
    }

    /** Returns the length of {@code count} equal cells, each of whole pixels if that is possible. */
    private static double length(long count, int most, int largest) {
        long pixels = Math.min(largest, most / count) * PIXELS;
        if (pixels == 0 && count <= (long) most * PIXELS) {
            pixels = 1;
        }
        return pixels > 0 ? (double) count * pixels / PIXELS : most;
    }

    /** Returns the figure as a picture. */
    public BufferedImage image() {
        double widest = Math.max(Drawing.width(view.title(), Font.PLAIN, 12), Drawing.width(cost(), Font.PLAIN, 12));
        double wide = 2 * MARGIN + Math.max(Math.max(NARROWEST, labels + width), widest);
        double high = 2 * MARGIN + TITLE + AXIS + height + LEGEND;
        Drawing drawing = new Drawing(wide, high);
        drawing.heading("In which order frames lose their noise", view.title());
        drawing.text(cost(), MARGIN, MARGIN + 53, Font.PLAIN, 12, FAINT);
        double left = MARGIN + labels;
        double top = MARGIN + TITLE + AXIS;
        places(drawing, left, top);
        axes(drawing, left, top);
        numbers(drawing, left, top);
        legend(drawing, high - MARGIN);
        return drawing.finish();
    }

    private String cost() {
        boolean all = plan.frames() <= width * PIXELS && plan.rows() <= height * PIXELS;
        return view.cost() + (all ? "" : "; too many to draw every one");
    }

    private void places(Drawing drawing, double left, double top) {
        int columns = (int) Math.round(width * PIXELS);
        int rows = (int) Math.round(height * PIXELS);
        boolean linedAcross = columns / plan.frames() >= LINED;
        boolean linedDown = rows / plan.rows() >= LINED;
        drawing.pixels(left, top, width, height, (x, y) -> {
            int frame = (int) ((long) x * plan.frames() / columns);
            long row = y * plan.rows() / rows;
            boolean newFrame = x > 0 && (x - 1L) * plan.frames() / columns < frame;
            boolean newRow = y > 0 && (y - 1) * plan.rows() / rows < row;
            boolean line = (linedAcross && newFrame) || (linedDown && newRow);
            return line ? Color.WHITE : colour(row + 1, frame);
        });
        drawing.stroke(new Rectangle2D.Double(left, top, width, height), 0.5, FAINT);
    }

    private Color colour(long row, int frame) {
        double level = plan.level(plan.done(row, frame));
        return switch (view.state(row, frame)) {
            case GIVEN -> GIVEN;
            case IN_WORK -> Drawing.mix(WORKED_CLEAN, WORKED_NOISE, level);
            case FINISHED, NOT_BEGUN -> Drawing.mix(CLEAN, NOISE, level);
        };
    }

    private void axes(Drawing drawing, double left, double top) {
        double across = width / plan.frames();
        double down = height / plan.rows();
        drawing.before("call", left - 6, top - 6, 10, FAINT);
        int frames = Drawing.labelStep(plan.frames(), width, Drawing.width(plan.frames() + "00", Font.PLAIN, 10));
        for (int f = 0; f < plan.frames(); f += frames) {
            drawing.centred("" + f, left + (f + 0.5) * across, top - 6, 10, FAINT);
        }
        int rows = Drawing.labelStep(plan.rows(), height, LINE);
        if (rows > 1 && (rows - 1) * down >= 11) {
            drawing.before("1", left - 6, top + 0.5 * down + 4, 10, FAINT);
        }
        for (long row = rows; row <= plan.rows(); row += rows) {
            drawing.before("" + row, left - 6, top + (row - 0.5) * down + 4, 10, FAINT);
        }
    }

    /** Writes the number of updates done into each cell, where there is room. */
    private void numbers(Drawing drawing, double left, double top) {
        double across = width / plan.frames();
        double down = height / plan.rows();
        if (down < 11 || across < Drawing.width("" + plan.steps(), Font.PLAIN, 9) + 4) {
            return;
        }
        for (DenoisingPlan.Row row : plan) {
            for (int f = row.first(); f < row.first() + row.count(); f++) {
                int done = plan.done(row.number(), f);
                Color colour = plan.level(done) > 0.5 ? Color.WHITE : Drawing.INK;
                double baseline = top + (row.number() - 0.5) * down + 3.5;
                drawing.centred("" + done, left + (f + 0.5) * across, baseline, 9, colour);
            }
        }
    }

    private void legend(Drawing drawing, double baseline) {
        double x = ramp(drawing, "noise 0 to 1", CLEAN, NOISE, MARGIN, baseline);
        x = ramp(drawing, "in work, noise left after the call", WORKED_CLEAN, WORKED_NOISE, x, baseline);
        if (view.state(1, 0) == State.GIVEN) {
            drawing.square(GIVEN, x, baseline);
            drawing.entry("given", x + 15, baseline);
        }
    }

    private static double ramp(Drawing drawing, String text, Color from, Color to, double left, double baseline) {
        int columns = RAMP * PIXELS;
        drawing.pixels(left, baseline - 9, RAMP, 10, (x, y) -> Drawing.mix(from, to, (x + 0.5) / columns));
        drawing.stroke(new Rectangle2D.Double(left, baseline - 9, RAMP, 10), 0.5, FAINT);
        return drawing.entry(text, left + RAMP + 5, baseline);
    }
}
