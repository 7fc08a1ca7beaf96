// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.Diffusion.Estimate;
import io.lightcone.model.Conditions;
import io.lightcone.model.FrameStream;
import io.lightcone.model.Memory;
import io.lightcone.model.VideoModel;
import io.lightcone.run.ResamplingConfig;
import io.lightcone.tensor.RandomBatch;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Makes the past that a model is told in training as a roll-out makes it: frame after frame, each from what was made of those
 * before it, but from true frames under noise instead of from noise alone, so that what is made stays near the truth
 * (self-resampling, arXiv 2512.15702). The solver is Euler's, in even levels; the whole clip is remembered; there is no guidance.
 *
 * <p>Shapes: B clips, T frames, C channels, H W rows and columns.
 *
 * @param model what makes it, usually the moving average; no gradient comes back to it
 * @param range made frames are clipped to {@code [-range, range]}; infinite for not at all
 */
record Resampler(VideoModel model, Diffusion diffusion, ResamplingConfig config, double range) {
    /**
     * The frames of clips as the model makes them; the last, which is nobody's past, is the true one.
     *
     * @param clean_BTCHW true frames
     * @param noise_BTCHW in which frames are shown to later ones
     * @param level_BT at these levels
     * @param random of each clip, for the noise that its frames are made from
     * @return [B, T, C, H, W] in the caller's scope, finished frames without noise
     */
    Tensor resample(
            Tensor clean_BTCHW, Tensor noise_BTCHW, Tensor level_BT, Conditions conditions, RandomBatch random) {
        int clips = (int) clean_BTCHW.size(0);
        int frames = (int) clean_BTCHW.size(1);
        int height = (int) clean_BTCHW.size(3);
        int width = (int) clean_BTCHW.size(4);
        Device device = clean_BTCHW.device();
        ScalarType type = Tensors.type(clean_BTCHW);
        return Scopes.withoutGrad(() -> {
            Tensor from_B1 = random.uniform(1)
                    .mul(new Scalar(config.level() - ResamplingConfig.LEAST))
                    .add(new Scalar(ResamplingConfig.LEAST))
                    .to(device, type);
            Tensor fresh_BTCHW = random.normalLike(clean_BTCHW);
            Tensor begun_BTCHW = diffusion.noisy(clean_BTCHW, fresh_BTCHW, from_B1.expand(clips, frames));
            Tensor[] made = new Tensor[frames];
            try (FrameStream stream = model.stream(height, width, 1, Memory.ALL)) {
                for (int t = 0; t < frames - 1; t++) {
                    Conditions own = conditions.frames(t, 1);
                    Tensor made_B1CHW = finish(stream, begun_BTCHW.narrow(1, t, 1), from_B1, own);
                    Tensor level_B1 = level_BT.narrow(1, t, 1);
                    stream.commit(diffusion.noisy(made_B1CHW, noise_BTCHW.narrow(1, t, 1), level_B1), level_B1, own);
                    made[t] = made_B1CHW;
                }
            }
            made[frames - 1] = clean_BTCHW.narrow(1, frames - 1, 1);
            return Tensors.cat(1, made);
        });
    }

    /** Takes the noise away, in even steps down to level 0. */
    private Tensor finish(FrameStream stream, Tensor begun_B1CHW, Tensor from_B1, Conditions conditions) {
        Tensor x_B1CHW = begun_B1CHW;
        for (int step = 0; step < config.steps(); step++) {
            Tensor level_B1 = from_B1.mul(new Scalar(1 - (double) step / config.steps()));
            Tensor next_B1 = from_B1.mul(new Scalar(1 - (step + 1.0) / config.steps()));
            Tensor prediction_B1CHW = stream.predict(x_B1CHW, level_B1, conditions);
            Estimate estimate = diffusion.estimate(prediction_B1CHW, x_B1CHW, level_B1);
            x_B1CHW = diffusion.noisy(estimate.x0(), estimate.epsilon(), next_B1);
        }
        if (Double.isInfinite(range)) {
            return x_B1CHW;
        }
        return torch.clamp(x_B1CHW, new ScalarOptional(new Scalar(-range)), new ScalarOptional(new Scalar(range)));
    }
}
