// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.model.ReceptiveField;
import io.lightcone.model.ReceptiveField.BranchField;
import io.lightcone.model.ReceptiveField.KeyCells;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints what a token sees in characters: for each branch its key frames side by side. All branches share one geometry,
 * that of single tokens, so a cell of a branch that averages is drawn as large as what it stands for. In Unicode one
 * character shows two tokens, one above the other.
 */
public final class AttentionText {
    /** The number of tokens a side above which a frame is scaled down. */
    private static final int LARGEST = 32;

    private static final int GAP = 2;
    private static final int UNSEEN = 0;
    private static final int SEEN = 1;
    private static final int QUERY = 2;

    private final ReceptiveField view;
    private final int depth;
    private final Screen screen;
    private final int scale;
    private final int stretch;

    /** Prepares the text of a view of a model with {@code depth} layers. */
    public AttentionText(ReceptiveField view, int depth, Screen screen) {
        this.view = view;
        this.depth = depth;
        this.screen = screen;
        int across = Math.min(LARGEST, screen.width());
        this.scale = Math.max(
                (view.clip().width() + across - 1) / across, (view.clip().height() + LARGEST - 1) / LARGEST);
        this.stretch = stretch();
    }

    /**
     * Returns how many characters stand for a token: they are about twice as high as wide, so two in ASCII where there
     * is room.
     */
    private int stretch() {
        long frames = view.branches().stream()
                .mapToLong(branch -> branch.frames().size())
                .max()
                .orElse(1);
        return !screen.unicode() && fits(frames, 2 * columns()) ? 2 : 1;
    }

    private boolean fits(long frames, int width) {
        return frames * (width + GAP) - GAP <= screen.width();
    }

    private int columns() {
        return (view.clip().width() + scale - 1) / scale;
    }

    private int rows() {
        return (view.clip().height() + scale - 1) / scale;
    }

    /** Prints a heading, a legend and all branches. */
    public void print(PrintWriter out) {
        out.println(String.format(
                Locale.ROOT,
                "Layer %d of 0 to %d: what the token in frame %d, row %d, column %d sees (clip of %dx%dx%d tokens)",
                view.layer(),
                depth - 1,
                view.query().frame(),
                view.query().row(),
                view.query().column(),
                view.clip().frames(),
                view.clip().height(),
                view.clip().width()));
        out.println(
                screen.unicode()
                        ? "\u25c6 the query   \u2588 seen   \u00b7 not seen"
                        : "@ the query   # seen   . not seen");
        if (scale > 1) {
            out.println("Scaled down: each place stands for " + scale + "x" + scale
                    + " tokens and counts as seen if any of them is.");
        }
        for (int b = 0; b < view.branches().size(); b++) {
            out.println();
            print(b, view.branches().get(b), out);
        }
    }

    private void print(int number, BranchField branch, PrintWriter out) {
        int frames = branch.frames().size();
        out.println("Branch " + number + ": " + branch.summary());
        out.println(String.format(
                Locale.ROOT, "%,d keys in %d %s", branch.keys(), frames, frames == 1 ? "frame" : "frames"));
        List<List<String>> blocks =
                branch.frames().stream().map(frame -> block(branch, frame)).toList();
        int width = blocks.stream()
                .flatMap(List::stream)
                .mapToInt(String::length)
                .max()
                .orElse(1);
        int perLine = Math.max(1, (screen.width() + GAP) / (width + GAP));
        for (int first = 0; first < blocks.size(); first += perLine) {
            sideBySide(blocks.subList(first, Math.min(first + perLine, blocks.size())), width, out);
        }
    }

    private static void sideBySide(List<List<String>> blocks, int width, PrintWriter out) {
        for (int line = 0; line < blocks.get(0).size(); line++) {
            StringBuilder text = new StringBuilder();
            for (List<String> block : blocks) {
                String part = block.get(line);
                text.append(part).append(" ".repeat(width + GAP - part.length()));
            }
            out.println(text.toString().stripTrailing());
        }
    }

    /** Returns the lines of one frame: its title, then its rows. */
    private List<String> block(BranchField branch, KeyCells frame) {
        int[][] states = states(branch, frame);
        List<String> lines = new ArrayList<>();
        int distance = view.query().frame() - frame.frame();
        lines.add(distance == 0 ? frame.frame() + " (t)" : frame.frame() + " (t-" + distance + ")");
        int step = screen.unicode() ? 2 : 1;
        for (int row = 0; row < states.length; row += step) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < states[row].length; column++) {
                line.append(
                        screen.unicode()
                                ? half(states[row][column], row + 1 < states.length ? states[row + 1][column] : UNSEEN)
                                : plain(states[row][column]).repeat(stretch));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static String plain(int state) {
        return state == QUERY ? "@" : state == SEEN ? "#" : ".";
    }

    private static String half(int upper, int lower) {
        if (upper == QUERY || lower == QUERY) {
            return "\u25c6";
        }
        if (upper == SEEN) {
            return lower == SEEN ? "\u2588" : "\u2580";
        }
        return lower == SEEN ? "\u2584" : "\u00b7";
    }

    /**
     * Returns what each cell of the picture holds: seen if any of its tokens is, the query if the query is among them.
     */
    private int[][] states(BranchField branch, KeyCells frame) {
        int down = branch.down();
        boolean own = frame.frame() == view.query().frame();
        boolean[] seenRows = places(frame.rows(), down, view.clip().height(), rows());
        boolean[] seenColumns = places(frame.columns(), down, view.clip().width(), columns());
        boolean[] queryRows =
                places(List.of(branch.query().row()), down, view.clip().height(), rows());
        boolean[] queryColumns =
                places(List.of(branch.query().column()), down, view.clip().width(), columns());
        int[][] states = new int[rows()][columns()];
        for (int row = 0; row < rows(); row++) {
            for (int column = 0; column < columns(); column++) {
                boolean query = own && queryRows[row] && queryColumns[column];
                states[row][column] = query ? QUERY : seenRows[row] && seenColumns[column] ? SEEN : UNSEEN;
            }
        }
        return states;
    }

    /**
     * Returns, along one axis of {@code length} tokens, which of {@code count} cells of the picture hold a token of one
     * of {@code cells}.
     */
    private boolean[] places(List<Integer> cells, int down, int length, int count) {
        boolean[] held = new boolean[count];
        for (int cell : cells) {
            for (int token = cell * down; token < Math.min((cell + 1) * down, length); token++) {
                held[token / scale] = true;
            }
        }
        return held;
    }
}
