// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

/** Says how many frames there are so far: in place on a terminal, now and then in a pipe. */
final class FrameCounter {
    private static final int LINES = 10;
    private static final int SPARSE = 1_000;

    private final Console console;
    private final FrameCount frames;
    private long done;

    FrameCounter(Console console, FrameCount frames) {
        this.console = console;
        this.frames = frames;
    }

    void count() {
        done++;
        String text = "frame " + done + (frames.endless() ? "" : " of " + frames.count());
        if (console.isTerminal()) {
            console.progress(text);
        } else if (done == frames.count() || done % between() == 0) {
            console.line(text);
        }
    }

    private long between() {
        return frames.endless() ? SPARSE : Math.max(1, frames.count() / LINES);
    }
}
