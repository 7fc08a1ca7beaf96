// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.diffusion.LevelDistribution;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Prints the noise levels of training in characters: a line for each frame, with what is exact beside what was sampled.
 */
public final class LevelsText {
    private static final String BLOCKS = " \u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
    private static final String ASCII = " .:-=+*#%@";
    /** The number of frames above which only the first and the last are shown. */
    private static final int MOST_LINES = 40;

    private static final int NUMBERS = 48;
    private static final int CLEAN = 16;
    private static final int NARROWEST = 8;
    private static final int WIDEST = 40;

    private final LevelsView view;
    private final String whole;
    private final String ramp;
    private final int bins;

    /**
     * Prepares the text of a view for a terminal of the given width.
     *
     * @param whole where there is more than fits here, the end of the sentence that says so
     */
    public LevelsText(LevelsView view, Screen screen, String whole) {
        this.whole = whole;
        this.view = view;
        this.ramp = screen.unicode() ? BLOCKS : ASCII;
        int room = (screen.width() - NUMBERS - (view.hasClean() ? CLEAN : 0)) / 2;
        this.bins = Math.min(view.exact().timesteps(), Math.max(NARROWEST, Math.min(WIDEST, room)));
    }

    /** Prints a heading and a line for each frame. */
    public void print(PrintWriter out) {
        int frames = view.exact().frames();
        out.println(view.title());
        out.println("Exact, and counted in " + view.sampling() + "; mean and deviation in time steps, 0 to "
                + (view.exact().timesteps() - 1));
        out.println();
        TextTable table = new TextTable();
        table.row(cells("frame", "mean", "sampled", "dev.", "sampled", "clean", "sampled", "exact", "sampled"));
        for (int f = 0; f < frames; f++) {
            if (frames <= MOST_LINES || f < MOST_LINES / 2 || f >= frames - MOST_LINES / 2) {
                table.row(line(f));
            } else if (f == MOST_LINES / 2) {
                table.row("...");
            }
        }
        table.print(out);
        out.println();
        out.println("Histograms run from little noise to much; each is as high as its highest place.");
        if (frames > MOST_LINES) {
            out.println(Units.counted(frames - MOST_LINES, "frame") + " in the middle left out; " + whole + ".");
        }
    }

    private String[] line(int frame) {
        LevelDistribution exact = view.exact();
        LevelDistribution sampled = view.sampled();
        return cells(
                String.valueOf(frame),
                number(exact.means()[frame]),
                number(sampled.means()[frame]),
                number(exact.deviations()[frame]),
                number(sampled.deviations()[frame]),
                String.format(Locale.ROOT, "%.3f", exact.clean()[frame]),
                String.format(Locale.ROOT, "%.3f", sampled.clean()[frame]),
                histogram(exact.marginals()[frame]),
                histogram(sampled.marginals()[frame]));
    }

    /** Returns the cells of a line, without those of clean frames where there are none. */
    private String[] cells(String... all) {
        List<String> cells = new ArrayList<>(Arrays.asList(all));
        if (!view.hasClean()) {
            cells.subList(5, 7).clear();
        }
        return cells.toArray(String[]::new);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
    }

    /**
     * Returns a histogram of the time steps, whose bins share them as evenly as these allow; what is drawn is how
     * likely one time step of a bin is.
     */
    private String histogram(double[] probability) {
        double[] density = new double[bins];
        for (int bin = 0; bin < bins; bin++) {
            int from = (int) ((long) bin * probability.length / bins);
            int to = (int) ((bin + 1L) * probability.length / bins);
            density[bin] = Arrays.stream(probability, from, to).sum() / (to - from);
        }
        double highest = Arrays.stream(density).max().orElse(0);
        StringBuilder text = new StringBuilder("|");
        for (double value : density) {
            // Just below a whole number is that number: what is even should look so.
            int height = highest == 0 ? 0 : (int) Math.ceil(value / highest * (ramp.length() - 1) - 1e-9);
            text.append(ramp.charAt(height));
        }
        return text.append('|').toString();
    }
}
