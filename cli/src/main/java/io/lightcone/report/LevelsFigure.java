// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import static io.lightcone.report.Drawing.FAINT;
import static io.lightcone.report.Drawing.INK;
import static io.lightcone.report.Drawing.MARGIN;
import static io.lightcone.report.Drawing.PIXELS;

import io.lightcone.diffusion.LevelDistribution;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * Draws the noise levels of training: a map of frames and levels, exact and below it as sampled, each with lines of
 * means and deviations. Colours say how many times as often a level comes as it would if all came equally often, on a
 * logarithmic scale that is the same in all figures.
 */
public final class LevelsFigure {
    private static final int HEIGHT = 220;
    private static final int WIDTH = 960;
    private static final int WIDEST_FRAME = 40;
    private static final int NARROWEST_MAP = 320;
    private static final int NARROWEST = 520;
    private static final int TITLE = 56;
    private static final int CAPTION = 24;
    private static final int AXIS = 34;
    private static final int SCALE = 90;
    private static final int STRIP = 12;
    private static final int ABOVE_STRIP = 8;
    private static final int BELOW = 22;
    private static final int BETWEEN = 14;
    private static final int LEGEND = 24;

    private static final double MOST = 30;
    private static final Color EVEN = new Color(0x8FB4F0);
    private static final Color OFTEN = new Color(0x0B2A66);
    private static final Color MEAN = new Color(0xD9722E);
    private static final Color CLEAN = new Color(0x12957D);

    private final LevelsView view;
    private final double width;

    /** Prepares the figure of a view. */
    public LevelsFigure(LevelsView view) {
        this.view = view;
        int frames = view.exact().frames();
        int pixels = Math.min(Math.max(WIDEST_FRAME, NARROWEST_MAP / frames), WIDTH / frames) * PIXELS;
        // Whole pixels, so that frames are equally wide, unless they are narrower than one.
        this.width = pixels >= 1 ? (double) frames * pixels / PIXELS : WIDTH;
    }

    private double panel() {
        return CAPTION + HEIGHT + (view.hasClean() ? STRIP + ABOVE_STRIP : 0) + BELOW + BETWEEN;
    }

    /** Returns the figure as a picture. */
    public BufferedImage image() {
        double most = Math.max(NARROWEST, AXIS + width + SCALE);
        double wide = 2 * MARGIN + Math.max(most, Drawing.width(view.title(), Font.PLAIN, 12));
        double high = 2 * MARGIN + TITLE + 2 * panel() - BETWEEN + LEGEND;
        Drawing drawing = new Drawing(wide, high);
        drawing.heading("Noise levels in training", view.title());
        panel(drawing, "Exact", "", view.exact(), MARGIN + TITLE);
        panel(drawing, "Sampled", view.sampling(), view.sampled(), MARGIN + TITLE + panel());
        legend(drawing, high - MARGIN);
        return drawing.finish();
    }

    private void panel(Drawing drawing, String name, String what, LevelDistribution levels, double top) {
        double left = MARGIN + AXIS;
        double mapTop = top + CAPTION;
        drawing.text(name, left, top + 14, Font.BOLD, 13, INK);
        drawing.text(what, left + Drawing.width(name, Font.BOLD, 13) + 10, top + 14, Font.PLAIN, 12, FAINT);
        drawing.before("level", left - 6, top + 14, 10, FAINT);
        for (int part = 0; part <= 4; part++) {
            double y = mapTop + HEIGHT * (1 - part / 4.0);
            drawing.before(part % 4 == 0 ? "" + part / 4 : "" + part / 4.0, left - 6, y + 4, 10, FAINT);
        }
        map(drawing, levels, left, mapTop);
        lines(drawing, levels, left, mapTop);
        double bottom = mapTop + HEIGHT;
        if (view.hasClean()) {
            strip(drawing, levels, left, bottom + ABOVE_STRIP);
            bottom += STRIP + ABOVE_STRIP;
        }
        int step = Drawing.labelStep(levels.frames(), width, Drawing.width(levels.frames() + "00", Font.PLAIN, 10));
        for (int f = 0; f < levels.frames(); f += step) {
            drawing.centred("" + f, left + (f + 0.5) * width / levels.frames(), bottom + 13, 10, FAINT);
        }
        drawing.text("frame", left + width + 12, bottom + 13, Font.PLAIN, 10, FAINT);
        scale(drawing, left + width + 24, mapTop);
    }

    /** Draws the map of frames and levels, where a pixel has the mean density over the levels that it covers. */
    private void map(Drawing drawing, LevelDistribution levels, double left, double top) {
        int rows = HEIGHT * PIXELS;
        int columns = (int) Math.round(width * PIXELS);
        double[][] density = new double[levels.frames()][];
        for (int f = 0; f < density.length; f++) {
            density[f] = density(levels.marginals()[f], rows);
        }
        drawing.pixels(left, top, width, HEIGHT, (x, y) -> {
            int frame = (int) ((long) x * density.length / columns);
            return colour(density[frame][rows - 1 - y]);
        });
        drawing.stroke(new Rectangle2D.Double(left, top, width, HEIGHT), 0.5, FAINT);
    }

    /** Returns how often each of {@code parts} equal parts of the levels comes, as a multiple of evenly. */
    private static double[] density(double[] probability, int parts) {
        double[] cumulative = new double[probability.length + 1];
        for (int t = 0; t < probability.length; t++) {
            cumulative[t + 1] = cumulative[t] + probability[t];
        }
        double[] density = new double[parts];
        for (int part = 0; part < parts; part++) {
            double mass = upTo(cumulative, (part + 1.0) / parts) - upTo(cumulative, (double) part / parts);
            density[part] = mass * parts;
        }
        return density;
    }

    private static double upTo(double[] cumulative, double level) {
        double place = level * (cumulative.length - 1);
        int below = (int) Math.min(cumulative.length - 2, Math.floor(place));
        return cumulative[below] + (place - below) * (cumulative[below + 1] - cumulative[below]);
    }

    private static Color colour(double density) {
        double share = Math.log(density) / Math.log(MOST); // -1 where it is 1/30, 0 where even, 1 where 30
        if (!(share > -1)) {
            return Color.WHITE;
        }
        return share < 0 ? Drawing.mix(EVEN, Color.WHITE, -share) : Drawing.mix(EVEN, OFTEN, Math.min(1, share));
    }

    private void lines(Drawing drawing, LevelDistribution levels, double left, double top) {
        double[] means = levels.means();
        double[] deviations = levels.deviations();
        drawing.stroke(line(f -> means[f], left, top), 2, MEAN);
        drawing.dashes(line(f -> means[f] - deviations[f], left, top), 1.2, MEAN);
        drawing.dashes(line(f -> means[f] + deviations[f], left, top), 1.2, MEAN);
    }

    /**
     * Returns a line through the middle of each frame's column, at the middle of a time step, and on to both borders;
     * it is broken where there is no number.
     */
    private Path2D line(IntToDoubleFunction timestep, double left, double top) {
        int frames = view.exact().frames();
        Path2D line = new Path2D.Double();
        boolean begun = false;
        for (int f = -1; f <= frames; f++) {
            double place = Math.max(0, Math.min(frames, f + 0.5));
            double value = timestep.applyAsDouble(Math.max(0, Math.min(frames - 1, f)));
            double level = Math.max(0, Math.min(1, (value + 0.5) / view.exact().timesteps()));
            double x = left + place * width / frames;
            double y = top + HEIGHT * (1 - level);
            if (Double.isNaN(value)) {
                begun = false;
            } else if (begun) {
                line.lineTo(x, y);
            } else {
                line.moveTo(x, y);
                begun = true;
            }
        }
        return line;
    }

    /** Draws how often each frame is clean. */
    private void strip(Drawing drawing, LevelDistribution levels, double left, double top) {
        double frame = width / levels.frames();
        drawing.before("clean", left - 6, top + 9, 10, FAINT);
        for (int f = 0; f < levels.frames(); f++) {
            drawing.rectangle(left + f * frame, top, frame, STRIP, Drawing.mix(Color.WHITE, CLEAN, levels.clean()[f]));
            String text = String.format(Locale.ROOT, "%.2f", levels.clean()[f]);
            if (Drawing.width(text, Font.PLAIN, 9) + 4 < frame) {
                drawing.centred(text, left + (f + 0.5) * frame, top + 9, 9, INK);
            }
        }
        drawing.stroke(new Rectangle2D.Double(left, top, width, STRIP), 0.5, FAINT);
    }

    private static void scale(Drawing drawing, double left, double top) {
        int rows = HEIGHT * PIXELS;
        drawing.pixels(left, top, 12, HEIGHT, (x, y) -> colour(Math.pow(MOST, 1 - 2 * (y + 0.5) / rows)));
        drawing.stroke(new Rectangle2D.Double(left, top, 12, HEIGHT), 0.5, FAINT);
        for (double density : new double[] {0.1, 1, 10}) {
            double y = top + HEIGHT * (1 - Math.log(density) / Math.log(MOST)) / 2;
            String text = density < 1 ? "0.1" : "" + (int) density;
            drawing.text(density == 1 ? "1 \u00d7 even" : text, left + 17, y + 4, Font.PLAIN, 10, FAINT);
        }
    }

    private void legend(Drawing drawing, double baseline) {
        Path2D sample = new Path2D.Double();
        double left = MARGIN + AXIS;
        sample.moveTo(left, baseline - 4);
        sample.lineTo(left + 18, baseline - 4);
        drawing.stroke(sample, 2, MEAN);
        double x = drawing.entry(view.hasClean() ? "mean of noisy frames" : "mean", left + 23, baseline);
        sample.reset();
        sample.moveTo(x, baseline - 4);
        sample.lineTo(x + 18, baseline - 4);
        drawing.dashes(sample, 1.2, MEAN);
        x = drawing.entry("one standard deviation around it", x + 23, baseline);
        if (view.hasClean()) {
            drawing.square(CLEAN, x, baseline);
            drawing.entry("probability of no noise", x + 15, baseline);
        }
    }
}
