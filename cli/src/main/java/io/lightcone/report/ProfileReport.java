// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lightcone.UserException;
import io.lightcone.tensor.Profile;
import io.lightcone.tensor.Profile.Part;
import io.lightcone.tensor.Profile.Work;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Locale;

/** Shows where the time of steps or frames went: a table for each thread, whose own times add up to what passed. */
public final class ProfileReport {
    private static final String INDENT = "  ";

    private ProfileReport() {}

    /** Returns the table as text of several lines. */
    public static String text(Profile profile) {
        TextTable table = new TextTable();
        for (Work work : profile.work()) {
            table.row("");
            String mean = work.count() == 1 ? "" : ", mean of " + work.count();
            table.row(work.name() + mean, "calls", "ms", "own ms", "share");
            for (Part part : work.parts()) {
                table.row(
                        INDENT.repeat(part.depth() + 1) + part.name(),
                        calls(part.calls()),
                        milliseconds(part.milliseconds()),
                        milliseconds(part.own()),
                        share(part.own(), profile));
            }
            table.row(INDENT + Profile.OTHER, "", "", milliseconds(work.other()), share(work.other(), profile));
            table.row(INDENT + "in all", "", "", milliseconds(profile.milliseconds()), "100.0 %");
        }
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        out.println(title(profile));
        table.print(out);
        return text.toString();
    }

    private static String title(Profile profile) {
        return String.format(
                Locale.ROOT,
                "Where the time of %s went (%d to %d): %.2f ms each",
                Units.counted(profile.count(), profile.unit()),
                profile.first(),
                profile.last(),
                profile.milliseconds());
    }

    private static String calls(double calls) {
        return String.format(Locale.ROOT, calls == Math.rint(calls) ? "%.0f" : "%.1f", calls);
    }

    private static String milliseconds(double milliseconds) {
        return String.format(Locale.ROOT, "%.2f", milliseconds);
    }

    private static String share(double own, Profile profile) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * own / profile.milliseconds());
    }

    /**
     * Writes the table into a file, or replaces it.
     *
     * @throws UserException if it cannot be written
     */
    public static void write(Profile profile, Path file) {
        ReportFiles.write(file, text(profile).getBytes(UTF_8));
    }
}
