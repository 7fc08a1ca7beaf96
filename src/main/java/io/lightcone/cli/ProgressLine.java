// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.training.TrainingListener;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Progress of training: on a terminal one line that is drawn anew, with a bar; in a pipe a plain line now and then.
 */
final class ProgressLine implements TrainingListener {
    private static final int BAR = 10;
    private static final double SECONDS_BETWEEN_DRAWINGS = 0.2;
    private static final double SECONDS_BETWEEN_LINES = 15;

    private final Console console;
    private final boolean terminal;
    private long last;

    ProgressLine(Console console) {
        this.console = console;
        this.terminal = console.isTerminal();
    }

    @Override
    public void step(Progress progress) {
        double since = (System.nanoTime() - last) / 1e9;
        if (progress.done() < 1 && last != 0 && since < (terminal ? SECONDS_BETWEEN_DRAWINGS : SECONDS_BETWEEN_LINES)) {
            return;
        }
        last = System.nanoTime();
        String text = String.format(
                Locale.ROOT,
                "step %d  %3.0f%%  loss %.4f  %.1f clips/s  %s left",
                progress.step(),
                100 * progress.done(),
                progress.loss(),
                progress.clipsPerSecond(),
                duration(progress.secondsLeft()));
        if (terminal) {
            int full = (int) Math.round(BAR * progress.done());
            console.progress("[" + "#".repeat(full) + "-".repeat(BAR - full) + "] " + text);
        } else {
            console.line(text);
        }
    }

    @Override
    public void validated(long step, Map<String, Double> losses) {
        StringBuilder text = new StringBuilder();
        losses.forEach((bin, loss) -> text.append(String.format(Locale.ROOT, "  %s %.4f", bin, loss)));
        console.line("step " + step + "  validation loss by level:" + text);
    }

    @Override
    public void saved(long step) {
        console.line("step " + step + "  checkpoint saved");
    }

    @Override
    public void sampled(long step, Path file, double psnr, double repeatLast) {
        console.line(String.format(
                Locale.ROOT,
                "step %d  continuations of held-out clips: %.2f dB PSNR (repeating the last given frame: %.2f dB), see %s",
                step,
                psnr,
                repeatLast,
                file));
    }

    /** Hours, minutes and seconds, as far as needed. */
    static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole >= 3600) {
            return whole / 3600 + " h " + whole % 3600 / 60 + " min";
        }
        return whole >= 60 ? whole / 60 + " min " + whole % 60 + " s" : whole + " s";
    }
}
