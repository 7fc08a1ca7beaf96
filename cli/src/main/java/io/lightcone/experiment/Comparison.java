// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainedModel;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Device;

/**
 * A comparison of trained models by how well they continue clips, each in all its variants of sampling. The baseline is
 * the first candidate in the last of its orders, which is frame by frame, shown the same context.
 *
 * @param axis what the candidates differ in
 * @param measured all variants of all candidates, those of the first candidate first
 */
public record Comparison(Axis axis, List<MeasuredVariant> measured) {
    /** The axis along which the candidates of a comparison differ. */
    public enum Axis {
        /** The candidates are trained with different noise levels. */
        LEVELS,
        /** The candidates are different models. */
        MODEL
    }

    /** The quality of the continuations that a candidate generates in one variant of sampling. */
    public record MeasuredVariant(CandidateModel candidate, SamplingVariant variant, ContinuationQuality quality) {}

    public Comparison {
        measured = List.copyOf(measured);
    }

    /**
     * Measures a candidate that has been trained, in one variant of sampling.
     *
     * @param run folder of its run
     * @param cache folder for decoded videos
     * @param check called between any two calls of the model; what it throws ends the work
     */
    public static MeasuredVariant measure(
            CandidateModel candidate, SamplingVariant variant, Path run, Device device, Path cache, Runnable check) {
        try (TrainedModel model = TrainedModel.open(run, device, variant.settings())) {
            RunConfig config = model.config();
            ContinuationQuality quality = ContinuationQuality.of(
                    model, frames -> config.data().open(frames, cache, message -> {}, check), check);
            return new MeasuredVariant(candidate, variant, quality);
        }
    }

    /** Returns the name of the candidate that others are compared with. */
    public String baselineName() {
        return measured.get(0).candidate().name();
    }

    /** Returns the order of sampling that others are compared with. */
    public String baselineOrder() {
        List<SamplingVariant> variants = measured.get(0).candidate().variants();
        return variants.get(variants.size() - 1).order();
    }

    /** Returns the baseline that has the same context level as {@code row}. */
    public MeasuredVariant baseline(MeasuredVariant row) {
        return measured.stream()
                .filter(other -> other.candidate().equals(measured.get(0).candidate()))
                .filter(other -> other.variant().order().equals(baselineOrder()))
                .filter(other -> other.variant().context() == row.variant().context())
                .findFirst()
                .orElseThrow();
    }

    /** Returns by how much the PSNR of {@code row} exceeds that of its baseline, clip by clip, in dB. */
    public Mean difference(MeasuredVariant row) {
        return Mean.ofDifferences(row.quality().psnr(), baseline(row).quality().psnr());
    }
}
