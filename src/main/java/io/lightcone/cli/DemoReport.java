// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.evaluation.ClipGrid;
import io.lightcone.evaluation.Continuation;
import io.lightcone.evaluation.Continuation.Score;
import io.lightcone.evaluation.LossPlot;
import io.lightcone.evaluation.LossPlot.Point;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.training.MetricsLog;
import io.lightcone.training.RunConfig;
import io.lightcone.training.TrainedModel;
import io.lightcone.video.Clip;
import io.lightcone.video.ClipDataset;
import io.lightcone.video.Datasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What the demo shows: a grid of continuations, the loss, and how close the continuations come, as files and as one page
 * that opens from disk.
 *
 * @param model PSNR of the continuation in dB, averaged over clips and frames
 * @param repeatLast the same for repeating the last given frame
 * @param clips held-out clips it is measured on
 * @param frames generated frames it is measured on
 */
record DemoReport(double model, double repeatLast, int clips, int frames) {
    private static final int SCORED_CLIPS = 64;
    private static final int SCORED_FRAMES = 8;
    private static final int SHOWN_CLIPS = 6;
    private static final int SHOWN_FRAMES = 8;
    private static final int SEEDS = 3;

    /** Generates, measures and writes everything below {@code out}. */
    static DemoReport make(TrainedModel model, Path out, Path run) throws IOException {
        int given = model.config().sampling().given();
        Continuation continuation = model.continuation(given);

        List<Clip> scored = heldOut(model, given + SCORED_FRAMES, SCORED_CLIPS);
        Score score = Score.of(scored, continuation.of(scored, new RandomStreams(1)), given);
        DemoReport report = new DemoReport(
                score.model(SCORED_FRAMES), score.repeatLast(SCORED_FRAMES), SCORED_CLIPS, SCORED_FRAMES);

        List<Clip> truth = heldOut(model, given + SHOWN_FRAMES, SHOWN_CLIPS);
        List<List<Clip>> rows = new ArrayList<>();
        rows.add(truth);
        for (int seed = 1; seed <= SEEDS; seed++) {
            rows.add(continuation.of(truth, new RandomStreams(seed)));
        }
        ClipGrid grid = new ClipGrid(rows, given);
        double fps = model.framesPerSecond();
        grid.write(out.resolve("sample.mp4"), fps);
        grid.write(out.resolve("sample.gif"), fps);
        plotLoss(out.resolve("loss.png"), run);
        Files.writeString(out.resolve("report.html"), report.html(model.config(), score));
        return report;
    }

    private static List<Clip> heldOut(TrainedModel model, int frames, int count) {
        ClipDataset data = Datasets.open(model.config().data(), frames, Places.cache(), message -> {});
        return IntStream.range(0, count).mapToObj(data::heldOut).toList();
    }

    private static void plotLoss(Path file, Path run) throws IOException {
        List<Point> training = new ArrayList<>();
        List<Point> validation = new ArrayList<>();
        for (MetricsLog.Entry entry : MetricsLog.read(run.resolve("metrics.jsonl"))) {
            Double loss = entry.values().get("loss");
            if (loss != null) {
                training.add(new Point(entry.step(), loss));
            }
            Double heldOut = entry.values().get("validation/all");
            if (heldOut != null) {
                validation.add(new Point(entry.step(), heldOut));
            }
        }
        LossPlot.write(file, training, validation);
    }

    /** One line. */
    String summary() {
        return String.format(
                Locale.ROOT,
                "Continuations of %d held-out clips: %.2f dB PSNR over %d frames; repeating the last given frame: %.2f dB.",
                clips,
                model,
                frames,
                repeatLast);
    }

    private String html(RunConfig config, Score score) {
        StringBuilder rows = new StringBuilder();
        for (int f = 0; f < frames; f++) {
            rows.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%d</td><td>%.2f</td><td>%.2f</td></tr>%n",
                    f + 1,
                    score.model().get(f),
                    score.repeatLast().get(f)));
        }
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <title>Lightcone demo</title>
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
                orange) with three different seeds; the frames that it generated are framed in blue.
                Also as <a href="sample.mp4">video</a>.</p>
                <img src="sample.gif" alt="Grid of true clips and their continuations">
                <h2>How close it comes</h2>
                <table>
                <tr><th>generated frame</th><th>model, dB</th><th>repeat the last given frame, dB</th></tr>
                %s</table>
                <h2>How it learned</h2>
                <img src="loss.png" alt="Loss over training steps">
                <p>Preset %s, seed %d; the whole configuration is in <a href="run/config.yaml">run/config.yaml</a>.</p>
                </body>
                </html>
                """.formatted(
                        summary(),
                        config.sampling().given(),
                        rows,
                        config.preset(),
                        config.training().seed());
    }
}
