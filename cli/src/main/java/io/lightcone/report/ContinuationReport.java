// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.UserException;
import io.lightcone.data.ClipDataset;
import io.lightcone.diffusion.Prediction;
import io.lightcone.evaluation.Continuation;
import io.lightcone.evaluation.Continuation.Score;
import io.lightcone.report.LossPlot.Point;
import io.lightcone.run.ClipGrid;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How well a model continues clips that it has never seen, for people: a grid to look at, the loss, and the numbers, as
 * files and as one page that opens from disk.
 *
 * @param score of each generated frame
 * @param clips how many it is measured on
 * @param grid the first few clips with continuations of different seeds
 */
public record ContinuationReport(Score score, int clips, ClipGrid grid) {
    /** Frames that are generated after the given ones. */
    public static final int FRAMES = 8;

    private static final int SCORED_CLIPS = 64;
    private static final int SHOWN_CLIPS = 6;
    private static final int SEEDS = 3;

    /**
     * Where a report comes from, as it says itself.
     *
     * @param preset that the model was made by
     * @param predicted what its loss is the error of
     * @param seed of its training
     * @param config the whole configuration, as a link on the page
     */
    public record Origin(String preset, Prediction predicted, long seed, String config) {}

    /**
     * Generates and measures.
     *
     * @param data whose held-out clips are as long as what is given and {@link #FRAMES} more
     * @param check called between any two calls of the model; what it throws ends the work
     */
    public static ContinuationReport of(Continuation continuation, ClipDataset data, Runnable check) {
        List<Clip> truth =
                IntStream.range(0, SCORED_CLIPS).mapToObj(data::heldOut).toList();
        List<Clip> continued = continuation.of(truth, new RandomStreams(1), check);
        List<Clip> shown = truth.subList(0, SHOWN_CLIPS);
        List<List<Clip>> rows = new ArrayList<>(List.of(shown, continued.subList(0, SHOWN_CLIPS)));
        for (int seed = 2; seed <= SEEDS; seed++) {
            rows.add(continuation.of(shown, new RandomStreams(seed), check));
        }
        return new ContinuationReport(
                Score.of(truth, continued, continuation.given()),
                SCORED_CLIPS,
                new ClipGrid(rows, continuation.given()));
    }

    /** One line. */
    public String summary() {
        int frames = score.model().size();
        return String.format(
                Locale.ROOT,
                "Continuations of %d held-out clips: %.2f dB PSNR over %d frames; repeating the last given frame: %.2f dB.",
                clips,
                score.model(frames),
                frames,
                score.repeatLast(frames));
    }

    /**
     * Writes {@code sample.mp4}, {@code sample.gif}, {@code loss.png} and {@code report.html}, which shows them.
     *
     * @param training loss over the steps
     * @param validation the same on held-out clips
     * @return the page
     * @throws UserException if a file cannot be written
     */
    public Path write(
            Path folder, double framesPerSecond, List<Point> training, List<Point> validation, Origin origin) {
        grid.write(folder.resolve("sample.mp4"), framesPerSecond);
        grid.write(folder.resolve("sample.gif"), framesPerSecond);
        LossPlot.write(folder.resolve("loss.png"), origin.predicted(), training, validation);
        Path page = folder.resolve("report.html");
        ReportFiles.write(page, html(origin).getBytes(StandardCharsets.UTF_8));
        return page;
    }

    private String rows() {
        StringBuilder rows = new StringBuilder();
        for (int f = 0; f < score.model().size(); f++) {
            rows.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%d</td><td>%.2f</td><td>%.2f</td></tr>%n",
                    f + 1,
                    score.model().get(f),
                    score.repeatLast().get(f)));
        }
        return rows.toString();
    }

    /** The page; whatever comes from outside is escaped, for a preset may have any name. */
    String html(Origin origin) {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <title>Lightcone: continuations</title>
                <style>
                body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
                img { max-width: 100%% }
                table { border-collapse: collapse } td, th { padding: .2rem .8rem; text-align: right; border-bottom: 1px solid #ddd }
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
                        grid.given(),
                        grid.rows().size() - 1,
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
