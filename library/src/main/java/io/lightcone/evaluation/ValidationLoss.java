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
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/**
 * Measures the loss on held-out clips: of all frames, of those that continue others, and by the noise level of the
 * frame. Levels are uniform and, like the
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
     * @param given latent frames at the start of a clip that are given where a clip is continued, 0 or more
     * @param check called before every few clips; what it throws ends the measuring
     * @return {@code "all"}; {@code "continued"}, of the frames after the given ones, where there are both; and for
     *     each fifth of the levels that occurred a name such as {@code "0.2-0.4"}
     */
    public static Map<String, Double> of(
            Function<List<Clip>, Denoiser> denoisers,
            Diffusion diffusion,
            Codec codec,
            List<Clip> clips,
            int given,
            Runnable check) {
        Sums all = new Sums();
        Sums continued = new Sums();
        Sums[] bins = Stream.generate(Sums::new).limit(BINS).toArray(Sums[]::new);
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
                    int frame = i % levels.frames();
                    double level = levels.at(i / levels.frames(), frame);
                    all.add(errors[i]);
                    bins[Math.min(BINS - 1, (int) (level * BINS))].add(errors[i]);
                    if (frame >= given) {
                        continued.add(errors[i]);
                    }
                }
            });
        }
        return summary(all, continued, bins);
    }

    private static Map<String, Double> summary(Sums all, Sums continued, Sums[] bins) {
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("all", all.mean());
        if (continued.count > 0 && continued.count < all.count) {
            losses.put("continued", continued.mean());
        }
        for (int bin = 0; bin < BINS; bin++) {
            if (bins[bin].count > 0) {
                String name = String.format(Locale.ROOT, "%.1f-%.1f", (double) bin / BINS, (bin + 1.0) / BINS);
                losses.put(name, bins[bin].mean());
            }
        }
        return losses;
    }

    /** A sum of errors and how many they are. */
    private static final class Sums {
        private double sum;
        private long count;

        void add(double error) {
            sum += error;
            count++;
        }

        double mean() {
            return sum / count;
        }
    }
}
