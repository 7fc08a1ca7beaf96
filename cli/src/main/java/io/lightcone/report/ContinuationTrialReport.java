// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.Png;
import io.lightcone.experiment.ContinuedRun;
import io.lightcone.experiment.FrameQuality;
import io.lightcone.experiment.Mean;
import io.lightcone.run.ClipGrid;
import io.lightcone.video.Clip;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The continuations of the same clips by some runs: as a table, as JSON, as a picture and as a video.
 *
 * @param truth the clips as they went on
 * @param given frames of each that were given
 * @param repeated nearness of repeating the last given frame
 * @param runs the runs, in the order in which they were named
 */
public record ContinuationTrialReport(List<Clip> truth, int given, FrameQuality repeated, List<ContinuedRun> runs) {
    /** The number of clips that the video shows side by side. */
    private static final int SHOWN = 4;

    private record TrialJson(
            int clips, int given, int frames, int height, int width, QualityJson repeated, List<RunJson> runs) {}

    private record RunJson(
            String run,
            int height,
            int width,
            String codec,
            int updates,
            long steps,
            QualityJson continued,
            MeanJson gain,
            QualityJson decoded,
            double secondsPerFrame) {}

    private record QualityJson(MeanJson psnr, MeanJson ssim, double sharpness, List<Double> psnrByFrame) {
        static QualityJson of(FrameQuality quality) {
            return new QualityJson(
                    MeanJson.of(Mean.of(quality.psnr())),
                    MeanJson.of(Mean.of(quality.ssim())),
                    quality.sharpness(),
                    quality.psnrByFrame());
        }
    }

    public ContinuationTrialReport {
        truth = List.copyOf(truth);
        runs = List.copyOf(runs);
    }

    private int frames() {
        return truth.get(0).frames() - given;
    }

    /** Returns by how many dB a run comes nearer than repeating the last given frame does, clip by clip. */
    private Mean gain(ContinuedRun run) {
        return Mean.ofDifferences(run.continued().psnr(), repeated.psnr());
    }

    /** Returns all numbers as JSON. */
    public String json() {
        return JsonOutput.of(new TrialJson(
                truth.size(),
                given,
                frames(),
                truth.get(0).height(),
                truth.get(0).width(),
                QualityJson.of(repeated),
                runs.stream().map(this::json).toList()));
    }

    private RunJson json(ContinuedRun run) {
        return new RunJson(
                run.name(),
                run.height(),
                run.width(),
                run.codec(),
                run.updates(),
                run.steps(),
                QualityJson.of(run.continued()),
                MeanJson.of(gain(run)),
                QualityJson.of(run.decoded()),
                run.secondsPerFrame());
    }

    /** Prints a line for each run, and what the columns mean. */
    public void print(PrintWriter out) {
        int last = frames();
        TextTable table = new TextTable()
                .row("", "PSNR, dB", "gain", "at 1", "at " + last, "SSIM", "sharpness", "codec alone", "ms/frame");
        for (ContinuedRun run : runs) {
            List<String> cells = new ArrayList<>(List.of(label(run)));
            cells.addAll(cells(run.continued(), mean("%+.2f ± %.2f", gain(run))));
            cells.add(mean("%.2f", Mean.of(run.decoded().psnr())));
            cells.add(String.format(Locale.ROOT, "%.1f", 1e3 * run.secondsPerFrame()));
            table.row(cells.toArray(String[]::new));
        }
        List<String> still = new ArrayList<>(List.of("last given frame repeated"));
        still.addAll(cells(repeated, ""));
        table.row(still.toArray(String[]::new));
        table.print(out);
        out.printf(
                Locale.ROOT,
                """

                Of %s, the %s behind %s, seen at %dx%d pixels.
                PSNR and SSIM to the truth, the mean over frames, and PSNR of the first and the last one. gain: PSNR \
                above that of repeating the last given frame, clip by clip; ± is the standard error over clips, which \
                is too small where these overlap.
                sharpness: as a multiple of the truth's. codec alone: PSNR of the true frames in the size of the run, \
                encoded and decoded. ms/frame: of one video alone, from pixels to pixels.
                """,
                Units.counted(truth.size(), "held-out clip"),
                Units.counted(last, "frame"),
                Units.counted(given, "given one"),
                truth.get(0).width(),
                truth.get(0).height());
        out.flush();
    }

    private List<String> cells(FrameQuality quality, String gain) {
        List<Double> byFrame = quality.psnrByFrame();
        return List.of(
                mean("%.2f", Mean.of(quality.psnr())),
                gain,
                String.format(Locale.ROOT, "%.2f", byFrame.get(0)),
                String.format(Locale.ROOT, "%.2f", byFrame.get(byFrame.size() - 1)),
                mean("%.3f", Mean.of(quality.ssim())),
                String.format(Locale.ROOT, "%.2f", quality.sharpness()));
    }

    private static String mean(String format, Mean mean) {
        return String.format(Locale.ROOT, format, mean.value(), mean.error());
    }

    private static String label(ContinuedRun run) {
        return run.name() + ", " + run.codec() + " " + run.width() + "x" + run.height();
    }

    /**
     * Writes {@code continuation.json}, {@code continuation.png} and {@code continuation.mp4} into a folder that
     * exists.
     *
     * @return the picture
     * @throws io.lightcone.UserException if a file cannot be written
     */
    public Path write(Path folder, double framesPerSecond) {
        ReportFiles.write(folder.resolve("continuation.json"), json().getBytes(StandardCharsets.UTF_8));
        int shown = Math.min(SHOWN, truth.size());
        List<List<Clip>> rows = Stream.concat(Stream.of(truth), runs.stream().map(ContinuedRun::clips))
                .map(clips -> clips.subList(0, shown))
                .toList();
        new ClipGrid(rows, given).write(folder.resolve("continuation.mp4"), framesPerSecond);
        Path picture = folder.resolve("continuation.png");
        ReportFiles.write(picture, Png.of(figure()));
        return picture;
    }

    private BufferedImage figure() {
        List<ClipRowsFigure.Row> rows = new ArrayList<>(List.of(new ClipRowsFigure.Row("the truth", truth)));
        runs.forEach(run -> rows.add(new ClipRowsFigure.Row(run.name(), run.clips())));
        String below = "Columns: frames behind the last given one, which is number 0";
        return ClipRowsFigure.draw("Held-out clips, continued", below, rows, given - 1);
    }
}
