// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.experiment.LongRollOut;
import io.lightcone.experiment.LongRollOut.Milestone;
import io.lightcone.experiment.Mean;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The measurements of a very long roll-out as a table or as JSON.
 *
 * @param model name of the model
 * @param minutes minutes that it was trained
 * @param sampling settings of the roll-out alone
 */
public record LongRollOutReport(String model, double minutes, List<String> sampling, LongRollOut rollOut) {
    private record RollOutJson(
            String model,
            double minutes,
            List<String> sampling,
            List<MilestoneJson> stations,
            double truth,
            Map<String, Double> spoiled,
            long settledBytes,
            double growth,
            double slowdown) {}

    private record MilestoneJson(
            int frame,
            double recognisable,
            double recognisableError,
            double brightness,
            double secondsPerFrame,
            long residentBytes) {
        static MilestoneJson of(Milestone milestone) {
            return new MilestoneJson(
                    milestone.frame(),
                    milestone.recognisable().value(),
                    milestone.recognisable().error(),
                    milestone.brightness().value(),
                    milestone.secondsPerFrame(),
                    milestone.residentBytes());
        }
    }

    public LongRollOutReport {
        sampling = List.copyOf(sampling);
    }

    /** Returns one sentence about {@code milestone}, to be shown when it is reached. */
    public static String sentence(Milestone milestone) {
        return String.format(
                Locale.ROOT,
                "After %,d frames %s are recognisable",
                milestone.frame(),
                percent(milestone.recognisable()));
    }

    /** Returns all numbers as JSON. */
    public String json() {
        return JsonOutput.of(new RollOutJson(
                model,
                minutes,
                sampling,
                rollOut.milestones().stream().map(MilestoneJson::of).toList(),
                rollOut.truth().value(),
                rollOut.spoiled(),
                rollOut.settledBytes(),
                rollOut.growth(),
                rollOut.slowdown()));
    }

    /** Prints a line for each milestone, and what the columns mean. */
    public void print(PrintWriter out) {
        TextTable table = new TextTable().row("frame", "recognisable", "brightness", "ms/frame", "memory");
        for (Milestone milestone : rollOut.milestones()) {
            table.row(
                    String.format(Locale.ROOT, "%,d", milestone.frame()),
                    percent(milestone.recognisable()),
                    String.format(
                            Locale.ROOT,
                            "%.2f ± %.2f",
                            milestone.brightness().value(),
                            milestone.brightness().error()),
                    String.format(Locale.ROOT, "%.1f", 1e3 * milestone.secondsPerFrame()),
                    Units.bytes(milestone.residentBytes()));
        }
        table.print(out);
        out.printf(
                Locale.ROOT,
                """

                Recognisable: the share of the %d frames before, in %d videos, in which all digits are; of frames of \
                true clips %s are, of spoiled digits fewer: %s.
                Brightness: of the same frames, as a multiple of the truth's. ± is the standard error over videos.
                ms/frame: of one video, all going together, median of the same frames. In turns with videos that have \
                %d to %d frames, a frame after the last takes %.2f times as long as one of theirs (median of %d rounds).
                memory: resident, of the process; it had %s after %d frames, and %+.1f %% at the end. Where the same \
                process has trained, what that left free is used up first: the same command once more rolls out alone.
                """,
                LongRollOut.SPAN,
                LongRollOut.CLIPS,
                percent(rollOut.truth()),
                rollOut.spoiled().entrySet().stream()
                        .map(share -> String.format(Locale.ROOT, "%s %.0f %%", share.getKey(), 100 * share.getValue()))
                        .collect(Collectors.joining(", ")),
                LongRollOut.SETTLED,
                LongRollOut.SETTLED + LongRollOut.ROUNDS * LongRollOut.TURN,
                rollOut.slowdown(),
                LongRollOut.ROUNDS,
                Units.bytes(rollOut.settledBytes()),
                LongRollOut.SETTLED,
                100 * rollOut.growth());
        out.flush();
    }

    private static String percent(Mean share) {
        return String.format(Locale.ROOT, "%.1f ± %.1f %%", 100 * share.value(), 100 * share.error());
    }
}
