// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.report.PlanView.State;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Prints a denoising plan in characters: a line for each call of the network, a column for each frame. On a terminal
 * with colours a cell is the darker the more noise is left, and frames in work are blue.
 */
public final class PlanText {
    /** The number of calls above which only the first and the last are shown. */
    private static final int MOST_ROWS = 40;

    private static final String LABEL = "call";
    private static final String LEFT_OUT = "...";

    /** Blues among the 256 colours of terminals, from little noise to much. */
    private static final int[] IN_WORK = {195, 153, 117, 75, 33, 27, 20, 18};

    private final PlanView view;
    private final String whole;
    private final DenoisingPlan plan;
    private final Screen screen;
    private final int cell;
    private final int label;
    private final List<Integer> frames;

    /**
     * Prepares the text of a view for a terminal of the given width.
     *
     * @param whole where there is more than fits here, the end of the sentence that says so
     */
    public PlanText(PlanView view, Screen screen, String whole) {
        this.whole = whole;
        this.view = view;
        this.plan = view.plan();
        this.screen = screen;
        this.cell = 1 + digits(Math.max(plan.steps(), plan.frames() - 1));
        this.label = Math.max(LABEL.length(), digits(plan.rows()));
        this.frames = frames();
    }

    private static int digits(long number) {
        return String.valueOf(number).length();
    }

    /** Returns the frames that there is room for; -1 stands for those left out. */
    private List<Integer> frames() {
        int all = plan.frames();
        int room = Math.max(2, (screen.width() - label) / cell);
        if (all <= room) {
            return IntStream.range(0, all).boxed().toList();
        }
        int shown = Math.max(2, (screen.width() - label - LEFT_OUT.length() - 1) / cell);
        int first = (shown + 1) / 2;
        return IntStream.concat(
                        IntStream.concat(IntStream.range(0, first), IntStream.of(-1)),
                        IntStream.range(all - (shown - first), all))
                .boxed()
                .toList();
    }

    /** Prints a heading, a legend and a line for each call. */
    public void print(PrintWriter out) {
        out.println(view.title());
        out.println(view.cost());
        out.println(legend());
        out.println();
        StringBuilder head = new StringBuilder(right(LABEL, label));
        frames.forEach(frame -> head.append(frame < 0 ? " " + LEFT_OUT : right("" + frame, cell)));
        out.println(head);
        long rows = plan.rows();
        boolean all = rows <= MOST_ROWS;
        for (long row = 1; row <= (all ? rows : MOST_ROWS / 2); row++) {
            out.println(line(row));
        }
        if (!all) {
            out.println(right(LEFT_OUT, label));
            for (long row = rows - MOST_ROWS / 2 + 1; row <= rows; row++) {
                out.println(line(row));
            }
        }
        note(out);
    }

    private String legend() {
        String done = "number: updates done, of a frame in work";
        String given = plan.prefix() == 0 ? "" : "   " + mark(State.GIVEN) + " given";
        return done + "   " + mark(State.NOT_BEGUN) + " not begun   " + mark(State.FINISHED) + " finished" + given;
    }

    private void note(PrintWriter out) {
        long rows = Math.max(0, plan.rows() - MOST_ROWS);
        long columns = frames.contains(-1) ? plan.frames() - (frames.size() - 1L) : 0;
        if (rows > 0 || columns > 0) {
            String calls = Units.counted(rows, "call");
            String middle = Units.counted(columns, "frame");
            String what = rows == 0 ? middle : columns == 0 ? calls : calls + " and " + middle;
            out.println();
            out.println(what + " in the middle left out; " + whole + ".");
        }
    }

    private String line(long row) {
        StringBuilder line = new StringBuilder(right("" + row, label));
        for (int frame : frames) {
            line.append(frame < 0 ? " " + LEFT_OUT : place(row, frame));
        }
        return line.toString();
    }

    private String place(long row, int frame) {
        State state = view.state(row, frame);
        int done = plan.done(row, frame);
        String text = right(state == State.IN_WORK ? "" + done : mark(state), cell);
        if (!screen.colour()) {
            return text;
        }
        int ground = switch (state) {
            case GIVEN -> 115;
            case FINISHED -> 254;
            case IN_WORK -> IN_WORK[(int) Math.round(plan.level(done) * (IN_WORK.length - 1))];
            case NOT_BEGUN -> 238;
        };
        boolean dark = state == State.NOT_BEGUN || (state == State.IN_WORK && plan.level(done) > 0.5);
        return "\u001b[48;5;" + ground + ";38;5;" + (dark ? 255 : 16) + "m" + text + "\u001b[0m";
    }

    private String mark(State state) {
        return switch (state) {
            case GIVEN -> "=";
            case FINISHED -> screen.unicode() ? "\u2713" : "#";
            case NOT_BEGUN -> screen.unicode() ? "\u00b7" : ".";
            case IN_WORK -> "+";
        };
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
