// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.benchmark.PlayBenchmark.PlayResult;
import io.lightcone.benchmark.PlayBenchmark.PlayRound;
import io.lightcone.run.Machine;
import io.lightcone.tensor.Processor;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the server of {@code play} takes, as a table and as JSON. */
public final class PlayReport {
    private PlayReport() {}

    private record PlayBenchJson(
            String benchmark,
            String processor,
            String measured,
            String world,
            int width,
            int height,
            double fps,
            double listeningSeconds,
            double pageSeconds,
            double firstFrameSeconds,
            List<RoundJson> rounds) {}

    private record RoundJson(
            int viewers,
            double framesPerSecond,
            double frameMs,
            double keyToPictureMs,
            double keyToPictureMs95,
            int keys) {
        static RoundJson of(PlayRound round) {
            return new RoundJson(
                    round.viewers(),
                    round.framesPerSecond(),
                    round.frameMilliseconds(),
                    round.keyMilliseconds(),
                    round.slowKeyMilliseconds(),
                    round.keys());
        }
    }

    /**
     * Returns all that was measured, for programs.
     *
     * @param machine what the server computed on, or null for a GPU
     */
    public static String json(PlayResult result, @Nullable Machine machine) {
        return JsonOutput.of(new PlayBenchJson(
                "play",
                Processor.name(),
                machine == null ? "" : machine.summary(),
                result.world(),
                result.width(),
                result.height(),
                result.pace(),
                result.listeningSeconds(),
                result.pageSeconds(),
                result.firstFrameSeconds(),
                result.rounds().stream().map(RoundJson::of).toList()));
    }

    /**
     * Prints a table for people.
     *
     * @param machine what the server computed on, or null for a GPU
     */
    public static void print(PlayResult result, @Nullable Machine machine, PrintWriter out) {
        out.println(format("%s, %dx%d, on %s%n", result.world(), result.width(), result.height(), Processor.name()));
        if (machine != null) {
            out.println(String.join(format(";%n"), machine.findings()) + ".");
        }
        out.println(format(
                "After the start of the process the server listens after %.2f s, its page comes after %.2f s and the",
                result.listeningSeconds(), result.pageSeconds()));
        out.println(format(
                "first frame after %.2f s. Frames as fast as they come; keys at %.3g frames/s.%n",
                result.firstFrameSeconds(), result.pace()));
        TextTable table = new TextTable().row("viewers", "frames/s", "model ms", "key to picture ms", "95 %", "keys");
        for (PlayRound round : result.rounds()) {
            table.row(
                    String.valueOf(round.viewers()),
                    format("%.1f", round.framesPerSecond()),
                    format("%.1f", round.frameMilliseconds()),
                    format("%.0f", round.keyMilliseconds()),
                    format("%.0f", round.slowKeyMilliseconds()),
                    String.valueOf(round.keys()));
        }
        table.print(out);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
