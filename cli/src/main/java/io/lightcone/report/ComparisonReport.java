// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.lightcone.experiment.Comparison;
import io.lightcone.experiment.Comparison.Axis;
import io.lightcone.experiment.Comparison.MeasuredVariant;
import io.lightcone.experiment.ContinuationQuality;
import io.lightcone.experiment.Mean;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of trained models as a table or as JSON.
 *
 * @param minutes minutes that each model was trained
 */
public record ComparisonReport(Comparison comparison, double minutes) {
    private record ComparisonJson(double minutes, List<MeasuredVariantJson> rows) {}

    /** A row, which names its candidate under the axis of the comparison. */
    private record MeasuredVariantJson(
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String levels,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String model,

            String order,
            double context,
            List<String> settings,
            MeanJson psnr,
            MeanJson difference,
            MeanJson ssim,
            double repeatLast,
            DriftJson early,
            DriftJson late,
            double secondsPerFrame) {}

    private record DriftJson(MeanJson brightness, MeanJson sharpness) {
        static DriftJson of(ContinuationQuality.Drift drift) {
            return new DriftJson(MeanJson.of(drift.brightness()), MeanJson.of(drift.sharpness()));
        }
    }

    /** Returns the comparison as JSON. */
    public String json() {
        return JsonOutput.of(new ComparisonJson(
                minutes, comparison.measured().stream().map(this::row).toList()));
    }

    private MeasuredVariantJson row(MeasuredVariant row) {
        ContinuationQuality quality = row.quality();
        String name = row.candidate().name();
        return new MeasuredVariantJson(
                comparison.axis() == Axis.LEVELS ? name : null,
                comparison.axis() == Axis.MODEL ? name : null,
                row.variant().order(),
                row.variant().context(),
                row.variant().settings(),
                MeanJson.of(Mean.of(quality.psnr())),
                MeanJson.of(comparison.difference(row)),
                MeanJson.of(Mean.of(quality.ssim())),
                quality.repeatLast(),
                DriftJson.of(quality.early()),
                DriftJson.of(quality.late()),
                quality.secondsPerFrame());
    }

    /** Prints the table and what its columns mean. */
    public void print(PrintWriter out) {
        String axis = EnumNames.of(comparison.axis());
        TextTable table = new TextTable()
                .row(axis, "generated", "PSNR, dB", "difference", "SSIM", "brightness", "sharpness", "ms/frame");
        for (MeasuredVariant row : comparison.measured()) {
            ContinuationQuality quality = row.quality();
            boolean isBaseline = row.equals(comparison.baseline(row));
            table.row(
                    row.candidate().name(),
                    row.variant().name(),
                    format("%.2f", Mean.of(quality.psnr()).value()),
                    isBaseline ? "" : withError("%+.2f", comparison.difference(row)),
                    withError("%.3f", Mean.of(quality.ssim())),
                    drift(quality.early().brightness(), quality.late().brightness()),
                    drift(quality.early().sharpness(), quality.late().sharpness()),
                    format("%.1f", 1e3 * quality.secondsPerFrame()));
        }
        table.print(out);
        out.printf(
                Locale.ROOT,
                "%nPSNR and SSIM over the first %d generated frames of %d held-out clips; repeating the last given"
                        + " frame has %.2f dB.%nDifference in dB, clip by clip, to %s with the same"
                        + " context.%nBrightness and sharpness as multiples of the truth's, in the"
                        + " first and the last %d of %d generated frames of %d clips.%n± is the standard error over"
                        + " clips; each model was trained once, with one seed.%nms/frame: of one clip, all"
                        + " %d going together.%n",
                ContinuationQuality.NEAR,
                ContinuationQuality.SCORED,
                comparison.measured().get(0).quality().repeatLast(),
                comparison.baselineName() + ", " + comparison.baselineOrder(),
                ContinuationQuality.SPAN,
                ContinuationQuality.FAR,
                ContinuationQuality.FOLLOWED,
                ContinuationQuality.FOLLOWED);
        out.flush();
    }

    private static String drift(Mean early, Mean late) {
        return format("%.2f, then ", early.value()) + withError("%.2f", late);
    }

    private static String withError(String format, Mean mean) {
        return format(format, mean.value()) + " ± " + format(format.replace("+", ""), mean.error());
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
