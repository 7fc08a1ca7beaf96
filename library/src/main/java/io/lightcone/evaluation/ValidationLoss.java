// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.codec.Codec;
import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.Mixture;
import io.lightcone.tensor.RandomBatch;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Measures the loss on held-out clips, in all and by the noise level of the frame. Levels are uniform and, like the
 * noise, the same at every validation whatever the seed of the run, so that curves compare along a run and between
 * runs.
 */
public final class ValidationLoss {
    private static final int BINS = 5;
    private static final int CLIPS_AT_ONCE = 8;
    private static final RandomStreams STREAMS = new RandomStreams(0);

    private ValidationLoss() {}

    /** Predicts the frames of some clips from their noisy selves and the past frames. */
    @FunctionalInterface
    public interface Denoiser {
        /**
         * Predicts all frames of the clips, each from its noisy self and the past frames.
         *
         * @param clean_BTCHW latents of the clips: what frames may know of earlier ones, if the model sees those apart
         * @param x_BTCHW latents of the clips with noise
         * @param level_BT noise level of each frame
         * @return [B, T, C, H, W] in the caller's scope
         */
        Tensor predict(Tensor clean_BTCHW, Tensor x_BTCHW, Tensor level_BT);
    }

    /**
     * Measures mean squared errors of the prediction.
     *
     * @param denoisers creates, for some of the clips, a denoiser that knows what it may know of them: class and
     *     actions
     * @param codec codec of the clips; the errors are those of its latents
     * @param check called before every few clips; what it throws ends the measuring
     * @return {@code "all"}, and for each fifth of the levels that occurred a name such as {@code "0.2-0.4"}
     */
    public static Map<String, Double> of(
            Function<List<Clip>, Denoiser> denoisers,
            Diffusion diffusion,
            Codec codec,
            List<Clip> clips,
            Runnable check) {
        double[] sums = new double[BINS];
        long[] counts = new long[BINS];
        for (int from = 0; from < clips.size(); from += CLIPS_AT_ONCE) {
            check.run();
            List<Clip> batch = clips.subList(from, Math.min(clips.size(), from + CLIPS_AT_ONCE));
            int number = from;
            Scopes.runWithoutGrad(() -> {
                int[] items = IntStream.range(number, number + batch.size()).toArray();
                RandomBatch random = STREAMS.batch("validation", 0, items);
                Tensor x0_BTCHW = codec.encode(batch);
                Tensor noise_BTCHW = random.normalLike(x0_BTCHW);
                Levels levels = Levels.of(random.uniform(x0_BTCHW.size(1)));
                Mixture at = diffusion.at(levels, x0_BTCHW);
                Denoiser denoiser = denoisers.apply(batch);
                Tensor prediction = denoiser.predict(x0_BTCHW, at.noisy(x0_BTCHW, noise_BTCHW), at.level_BT());
                double[] errors = Tensors.doubles(diffusion.error(prediction, x0_BTCHW, noise_BTCHW, at));
                for (int i = 0; i < errors.length; i++) {
                    double level = levels.at(i / levels.frames(), i % levels.frames());
                    int bin = Math.min(BINS - 1, (int) (level * BINS));
                    sums[bin] += errors[i];
                    counts[bin]++;
                }
            });
        }
        return summary(sums, counts);
    }

    private static Map<String, Double> summary(double[] sums, long[] counts) {
        Map<String, Double> losses = new LinkedHashMap<>();
        double sum = 0;
        long count = 0;
        for (int bin = 0; bin < BINS; bin++) {
            sum += sums[bin];
            count += counts[bin];
        }
        losses.put("all", sum / count);
        for (int bin = 0; bin < BINS; bin++) {
            if (counts[bin] > 0) {
                String name = String.format(Locale.ROOT, "%.1f-%.1f", (double) bin / BINS, (bin + 1.0) / BINS);
                losses.put(name, sums[bin] / counts[bin]);
            }
        }
        return losses;
    }
}
