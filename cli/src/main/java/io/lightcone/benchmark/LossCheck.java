// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.data.ClipDataset;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.training.Trainer;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A check that the fast implementations learn the same as the plain ones: moving digits, the same seed, step by step
 * side by side. Products in bfloat16 are compared with float32 by their smoothed losses; attention by tiles with the
 * masked reference by the losses of the first steps. The smoothed losses of those two, both in float32, show what
 * rounding alone does to a run of that length, which is the measure for the first comparison.
 *
 * @param float32 the loss of each step, by tiles
 * @param bfloat16 the loss of each step by tiles, with large products in bfloat16
 * @param reference the loss of each step in float32, with attention by one mask
 * @param window steps that a smoothed loss is the mean of
 * @param largestRelative largest difference of smoothed losses between bfloat16 and float32, as a share of the latter
 * @param rounding largest relative difference of smoothed losses between the two runs in float32, which differ in
 *     nothing but rounding
 * @param largestAbsolute largest difference of the first losses between tiles and mask
 */
public record LossCheck(
        List<Double> float32,
        List<Double> bfloat16,
        List<Double> reference,
        int window,
        double largestRelative,
        double rounding,
        double largestAbsolute) {
    /** The number of steps in which tiles and mask are compared loss by loss. */
    public static final int FIRST = 50;

    private static final int WINDOW = 50;

    public LossCheck {
        float32 = List.copyOf(float32);
        bfloat16 = List.copyOf(bfloat16);
        reference = List.copyOf(reference);
    }

    /** Trains {@code steps} steps of each of the three variants on the workload's model and compares their losses. */
    public static LossCheck run(Workload workload, int steps, BenchmarkListener listener) {
        RunConfig config = Workload.changed(
                workload.config(),
                "data.kind=moving-digits",
                "data.labels=false",
                "data.steering=false",
                "data.width=" + workload.width(),
                "data.height=" + workload.height(),
                "training.linear=float32",
                "training.attentionType=float32",
                "training.attention=tiled");
        ClipDataset data = config.data().open(workload.frames(), Path.of(""), message -> {}, () -> {});
        RandomStreams streams = new RandomStreams(config.training().seed());
        int batch = config.training().batch();
        List<Double> float32 = new ArrayList<>();
        List<Double> bfloat16 = new ArrayList<>();
        List<Double> reference = new ArrayList<>();
        RunConfig low =
                Workload.changed(config, "training.linear=bfloat16", workload.attentionType(MatmulPrecision.BFLOAT16));
        RunConfig masked = Workload.changed(config, "training.attention=reference");
        try (Trainer plain = Trainer.fresh(config, workload.device());
                Trainer fast = Trainer.fresh(low, workload.device());
                Trainer slow = Trainer.fresh(masked, workload.device())) {
            for (int step = 0; step < steps; step++) {
                listener.next("losses, step " + (step + 1) + " of " + steps, (double) step / steps);
                int number = step;
                List<Clip> clips = IntStream.range(0, batch)
                        .mapToObj(item -> data.training(streams.numbers("training clip", number, item)))
                        .toList();
                double rate = config.training().optimizer().learningRate(step, 0);
                float32.add(plain.step(step, clips, rate).loss());
                bfloat16.add(fast.step(step, clips, rate).loss());
                reference.add(slow.step(step, clips, rate).loss());
            }
        }
        int window = Math.min(WINDOW, steps);
        return new LossCheck(
                float32,
                bfloat16,
                reference,
                window,
                relative(float32, bfloat16, window),
                relative(float32, reference, window),
                absolute(float32, reference));
    }

    /** Returns the largest relative difference of means over {@code window} consecutive steps, from any step on. */
    static double relative(List<Double> one, List<Double> other, int window) {
        return IntStream.rangeClosed(0, one.size() - window)
                .mapToDouble(from -> Math.abs(mean(other, from, window) / mean(one, from, window) - 1))
                .max()
                .orElse(0);
    }

    /** Returns the first smoothed loss in float32. */
    public double start() {
        return mean(float32, 0, window);
    }

    /** Returns the last smoothed loss in float32. */
    public double end() {
        return mean(float32, float32.size() - window, window);
    }

    private static double mean(List<Double> values, int from, int count) {
        return values.subList(from, from + count).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }

    private static double absolute(List<Double> one, List<Double> other) {
        return IntStream.range(0, Math.min(FIRST, other.size()))
                .mapToDouble(i -> Math.abs(one.get(i) - other.get(i)))
                .max()
                .orElse(0);
    }
}
