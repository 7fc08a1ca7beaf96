// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import java.util.Locale;

/** Shows how many frames there are so far, how fast they come, and how long the rest will take. */
final class FrameProgress {
    private final ProgressBar bar;
    private final FrameCount frames;
    private long began;
    private long done;

    FrameProgress(Console console, FrameCount frames) {
        this.bar = new ProgressBar(console);
        this.frames = frames;
    }

    /** Counts one more frame; the first, which also warms up, is not in the rate. */
    void count() {
        done++;
        if (done == 1) {
            began = System.nanoTime();
        }
        bar.show(frames.endless() ? ProgressBar.ENDLESS : (double) done / frames.count(), this::text);
    }

    private String text() {
        String text = "frame " + done + (frames.endless() ? "" : " of " + frames.count());
        if (done == 1) {
            return text;
        }
        double seconds = (System.nanoTime() - began) / 1e9 / (done - 1);
        String rate = String.format(Locale.ROOT, "  %.3g frames/s", 1 / seconds);
        return text
                + rate
                + (frames.endless() ? "" : "  " + ProgressBar.duration(seconds * (frames.count() - done)) + " left");
    }
}
