// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.Diffusion.Estimate;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.Mixture;
import io.lightcone.model.Conditions;
import io.lightcone.model.ContextWindow;
import io.lightcone.model.FrameStream;
import io.lightcone.model.VideoModel;
import io.lightcone.run.ResamplingConfig;
import io.lightcone.tensor.RandomBatch;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Generates the past frames that an encoder is given in training as a roll-out generates them: frame after frame, each
 * from the generated frames before it, but starting from true frames under noise instead of from noise alone, so that
 * the result stays near the truth (self-resampling, arXiv 2512.15702). The solver is Euler's, in even levels; there is
 * no guidance.
 *
 * <p>Shapes: B clips, T frames, C channels, H W rows and columns.
 *
 * @param model that generates the frames, usually the moving average; no gradient flows back to it
 * @param window how far frames look back
 * @param range generated frames are clipped to {@code [-range, range]}; infinite for no clipping
 */
record Resampler(VideoModel model, Diffusion diffusion, ResamplingConfig config, ContextWindow window, double range) {
    /**
     * Generates the frames of clips with the model; the last frame, which is the past of no other, is the true one.
     *
     * @param clean_BTCHW true frames
     * @param noise_BTCHW the noise under which frames are shown to later ones
     * @param shown the levels of that noise
     * @param random the random numbers of each clip, for the noise that its frames start from
     * @return [B, T, C, H, W] in the caller's scope, finished frames without noise
     */
    Tensor resample(Tensor clean_BTCHW, Tensor noise_BTCHW, Levels shown, Conditions conditions, RandomBatch random) {
        int frames = (int) clean_BTCHW.size(1);
        int height = (int) clean_BTCHW.size(3);
        int width = (int) clean_BTCHW.size(4);
        return Scopes.withoutGrad(() -> {
            Levels from = Levels.of(random.uniform(1)
                    .mul(new Scalar(config.level() - ResamplingConfig.LEAST))
                    .add(new Scalar(ResamplingConfig.LEAST)));
            List<Mixture> steps = steps(from, clean_BTCHW);
            Tensor fresh_BTCHW = random.normalLike(clean_BTCHW);
            Tensor start_BTCHW = steps.get(0).noisy(clean_BTCHW, fresh_BTCHW); // one level for all frames of a clip
            Mixture past = diffusion.at(shown, clean_BTCHW);
            Tensor[] generated = new Tensor[frames];
            try (FrameStream stream = model.stream(height, width, 1, window)) {
                for (int t = 0; t < frames - 1; t++) {
                    Conditions own = conditions.frames(t, 1);
                    Tensor generated_B1CHW = denoise(stream, start_BTCHW.narrow(1, t, 1), steps, own);
                    Mixture at = past.frames(t, 1);
                    stream.commit(at.noisy(generated_B1CHW, noise_BTCHW.narrow(1, t, 1)), at.level_BT(), own);
                    generated[t] = generated_B1CHW;
                }
            }
            generated[frames - 1] = clean_BTCHW.narrow(1, frames - 1, 1);
            return Tensors.cat(1, generated);
        });
    }

    /** Returns the mixtures from level {@code from} down to 0 in even steps, computed once for all frames. */
    private List<Mixture> steps(Levels from, Tensor like) {
        return IntStream.rangeClosed(0, config.steps())
                .mapToObj(step -> diffusion.at(from.scaled(1 - (double) step / config.steps()), like))
                .toList();
    }

    /** Denoises one frame, in even steps down to level 0. */
    private Tensor denoise(FrameStream stream, Tensor start_B1CHW, List<Mixture> steps, Conditions conditions) {
        Tensor x_B1CHW = start_B1CHW;
        for (int step = 0; step < config.steps(); step++) {
            Mixture at = steps.get(step);
            Tensor prediction_B1CHW = stream.predict(x_B1CHW, at.level_BT(), conditions);
            Estimate estimate = diffusion.estimate(prediction_B1CHW, x_B1CHW, at);
            x_B1CHW = steps.get(step + 1).noisy(estimate.x0(), estimate.epsilon());
        }
        if (Double.isInfinite(range)) {
            return x_B1CHW;
        }
        return torch.clamp(x_B1CHW, new ScalarOptional(new Scalar(-range)), new ScalarOptional(new Scalar(range)));
    }
}
