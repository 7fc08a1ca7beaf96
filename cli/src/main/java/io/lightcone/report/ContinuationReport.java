// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.UserException;
import io.lightcone.diffusion.Prediction;
import io.lightcone.experiment.SampledContinuations;
import io.lightcone.report.LossPlot.Point;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A report for people on how well a model continues clips that it has never seen: a grid to look at, the loss, and the
 * scores, as files and as one page that opens from disk.
 */
public record ContinuationReport(SampledContinuations continuations) {
    /**
     * The run that a report is about, as the report names it.
     *
     * @param preset preset that made the model
     * @param predicted what its loss is the error of
     * @param seed seed of its training
     * @param config the whole configuration, as a link on the page
     */
    public record Origin(String preset, Prediction predicted, long seed, String config) {}

    /** Returns the mean scores in one line. */
    public String summary() {
        int frames = continuations.score().model().size();
        return String.format(
                Locale.ROOT,
                "Continuations of %d held-out clips: %.2f dB PSNR over %d frames; repeating the last given frame:"
                        + " %.2f dB.",
                continuations.clips(),
                continuations.score().model(frames),
                frames,
                continuations.score().repeatLast(frames));
    }

    /**
     * Writes {@code sample.mp4}, {@code sample.gif}, {@code loss.png} and {@code report.html}, which shows them.
     *
     * @param training training loss over the steps
     * @param validation loss on held-out clips over the steps
     * @return the page
     * @throws UserException if a file cannot be written
     */
    public Path write(
            Path folder, double framesPerSecond, List<Point> training, List<Point> validation, Origin origin) {
        continuations.grid().write(folder.resolve("sample.mp4"), framesPerSecond);
        continuations.grid().write(folder.resolve("sample.gif"), framesPerSecond);
        LossPlot.write(folder.resolve("loss.png"), origin.predicted(), training, validation);
        Path page = folder.resolve("report.html");
        ReportFiles.write(page, html(origin).getBytes(StandardCharsets.UTF_8));
        return page;
    }

    private String rows() {
        StringBuilder rows = new StringBuilder();
        for (int f = 0; f < continuations.score().model().size(); f++) {
            rows.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%d</td><td>%.2f</td><td>%.2f</td></tr>%n",
                    f + 1,
                    continuations.score().model().get(f),
                    continuations.score().repeatLast().get(f)));
        }
        return rows.toString();
    }

    /** Returns the page; whatever comes from outside is escaped, for a preset may have any name. */
    String html(Origin origin) {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <title>Lightcone: continuations</title>
                <style>
                body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; \
                color: #222 }
                img { max-width: 100%% }
                table { border-collapse: collapse } td, th { padding: .2rem .8rem; text-align: right; \
                border-bottom: 1px solid #ddd }
                </style>
                </head>
                <body>
                <h1>A causal video model, trained just now</h1>
                <p>%s</p>
                <h2>Continuations</h2>
                <p>Top row: clips that the model has never seen. Below: what it made of their first %d frames (framed in
                orange) with %d different seeds; the frames that it generated are framed in blue.
                Also as <a href="sample.mp4">video</a>.</p>
                <img src="sample.gif" alt="Grid of true clips and their continuations">
                <h2>How close it comes</h2>
                <table>
                <tr><th>generated frame</th><th>model, dB</th><th>repeat the last given frame, dB</th></tr>
                %s</table>
                <h2>How it learned</h2>
                <img src="loss.png" alt="Loss over training steps">
                <p>Preset %s, seed %d; the whole configuration is in <a href="%s">%s</a>.</p>
                </body>
                </html>
                """.formatted(
                        escaped(summary()),
                        continuations.grid().given(),
                        continuations.grid().rows().size() - 1,
                        rows(),
                        escaped(origin.preset()),
                        origin.seed(),
                        escaped(origin.config()),
                        escaped(origin.config()));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
