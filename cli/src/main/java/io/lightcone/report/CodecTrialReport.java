// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.Png;
import io.lightcone.experiment.JudgedCodec;
import io.lightcone.experiment.Mean;
import io.lightcone.video.Clip;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What some codecs keep of the same clips: as a table, as JSON and as a picture.
 *
 * @param truth the clips as they are
 * @param codecs the codecs, in the order in which they were named, and what they are compared with
 * @param device what computed
 * @param threads how many threads did
 */
public record CodecTrialReport(List<Clip> truth, List<JudgedCodec> codecs, String device, int threads) {
    private record TrialJson(
            int clips, int frames, int height, int width, String device, int threads, List<CodecJson> codecs) {}

    private record CodecJson(
            String codec,
            double numbers,
            @Nullable Double correlationInTime,
            @Nullable Double correlationInSpace,
            MeanJson psnr,
            MeanJson ssim,
            double sharpness,
            List<Double> psnrByFrame,
            double encodingSeconds,
            double decodingSeconds) {
        static CodecJson of(JudgedCodec codec) {
            return new CodecJson(
                    codec.name(),
                    codec.numbers(),
                    known(codec.correlation().time()),
                    known(codec.correlation().space()),
                    MeanJson.of(Mean.of(codec.decoded().psnr())),
                    MeanJson.of(Mean.of(codec.decoded().ssim())),
                    codec.decoded().sharpness(),
                    codec.decoded().psnrByFrame(),
                    codec.encodingSeconds(),
                    codec.decodingSeconds());
        }
    }

    public CodecTrialReport {
        truth = List.copyOf(truth);
        codecs = List.copyOf(codecs);
    }

    /** Returns all numbers as JSON. */
    public String json() {
        Clip first = truth.get(0);
        return JsonOutput.of(new TrialJson(
                truth.size(),
                first.frames(),
                first.height(),
                first.width(),
                device,
                threads,
                codecs.stream().map(CodecJson::of).toList()));
    }

    /** Returns a number, or null where there is none: JSON knows no NaN. */
    private static @Nullable Double known(double number) {
        return Double.isNaN(number) ? null : number;
    }

    /** Prints a line for each codec, and what the columns mean. */
    public void print(PrintWriter out) {
        Clip first = truth.get(0);
        TextTable table = new TextTable()
                .row(
                        "",
                        "numbers",
                        "correlation in time",
                        "in space",
                        "PSNR, dB",
                        "SSIM",
                        "sharpness",
                        "encoding, ms",
                        "decoding, ms");
        for (JudgedCodec codec : codecs) {
            table.row(
                    codec.name(),
                    format("%.0f", codec.numbers()),
                    correlation(codec.correlation().time()),
                    correlation(codec.correlation().space()),
                    format("%.2f", Mean.of(codec.decoded().psnr()).value()),
                    format("%.3f", Mean.of(codec.decoded().ssim()).value()),
                    format("%.2f", codec.decoded().sharpness()),
                    milliseconds(codec.encodingSeconds()),
                    milliseconds(codec.decodingSeconds()));
        }
        table.print(out);
        out.printf(
                Locale.ROOT,
                """

                Of %s of %s, seen at %dx%d pixels.
                numbers: that stand for a picture after the first, which has %d values. correlation: of these with the \
                ones of the latent frame before and with their neighbours; the less, the more a model has to foretell. \
                PSNR and SSIM: of the decoded pictures to the true ones, the mean over pictures. sharpness: as a \
                multiple of the truth's. encoding and decoding: of a picture of one clip alone, in float32, on %s by %s.
                """,
                Units.counted(truth.size(), "clip"),
                Units.counted(first.frames(), "frame"),
                first.width(),
                first.height(),
                first.frameBytes(),
                device,
                Units.counted(threads, "thread"));
        out.flush();
    }

    private static String format(String format, double number) {
        return String.format(Locale.ROOT, format, number);
    }

    private static String correlation(double number) {
        return Double.isNaN(number) ? "" : format("%.2f", number);
    }

    private static String milliseconds(double seconds) {
        return seconds == 0 ? "" : format("%.1f", 1e3 * seconds);
    }

    /**
     * Writes {@code codec.json} and {@code codec.png} into a folder that exists.
     *
     * @return the picture
     * @throws io.lightcone.UserException if a file cannot be written
     */
    public Path write(Path folder) {
        ReportFiles.write(folder.resolve("codec.json"), json().getBytes(StandardCharsets.UTF_8));
        List<ClipRowsFigure.Row> rows = new ArrayList<>(List.of(new ClipRowsFigure.Row("the truth", truth)));
        codecs.forEach(codec -> rows.add(new ClipRowsFigure.Row(codec.name(), codec.clips())));
        Path picture = folder.resolve("codec.png");
        ReportFiles.write(
                picture, Png.of(ClipRowsFigure.draw("Clips, encoded and decoded", "Columns: frames, from 0", rows, 0)));
        return picture;
    }
}
