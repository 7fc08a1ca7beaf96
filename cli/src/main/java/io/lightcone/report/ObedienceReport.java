// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.experiment.Obedience;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The obedience of a steered model as a table or as JSON.
 *
 * @param minutes minutes that the model was trained
 */
public record ObedienceReport(Obedience obedience, double minutes) {
    private record ObedienceJson(
            double minutes,
            Map<String, Integer> obeyed,
            Map<String, Integer> counted,
            double movingShare,
            double share,
            double psnr,
            double repeatLast) {}

    /** Returns all numbers as JSON, with actions in alphabetical order. */
    public String json() {
        return JsonOutput.of(new ObedienceJson(
                minutes,
                new TreeMap<>(obedience.obeyed()),
                new TreeMap<>(obedience.counted()),
                obedience.movingShare(),
                obedience.share(),
                obedience.psnr(),
                obedience.repeatLast()));
    }

    /** Prints the share of frames that obey each action, and a summary. */
    public void print(PrintWriter out) {
        TextTable table = new TextTable().row("action", "obeyed", "of", "share");
        new TreeMap<>(obedience.counted()).forEach((action, counted) -> {
            int obeyed = obedience.obeyed().getOrDefault(action, 0);
            table.row(action, "" + obeyed, "" + counted, percent((double) obeyed / counted));
        });
        table.print(out);
        out.printf(
                Locale.ROOT,
                "%nThe centre of mass moves the way that is asked in %s of the frames with an action that moves, and"
                        + " obeys in %s of all (%d clips, %d frames each). PSNR %.2f dB; repeating the last given"
                        + " frame: %.2f dB.%n",
                percent(obedience.movingShare()),
                percent(obedience.share()),
                Obedience.CLIPS,
                Obedience.FRAMES,
                obedience.psnr(),
                obedience.repeatLast());
        out.flush();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
