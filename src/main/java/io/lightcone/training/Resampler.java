// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.codec.PixelCodec;
import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.Diffusion.Estimate;
import io.lightcone.model.Conditions;
import io.lightcone.model.FrameStream;
import io.lightcone.model.Memory;
import io.lightcone.model.VideoModel;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Makes the past that a model is told in training by that model, as it would make it in generation: frame after frame, each
 * from what was made of those before it, but starting from true frames under noise instead of from noise alone, so that what is
 * made stays near the truth (self-resampling, arXiv 2512.15702).
 *
 * @param model what makes it; no gradient comes back to it
 */
record Resampler(VideoModel model, Diffusion diffusion, ResamplingConfig config) {
    /** The lowest level from which a clip is made, since nothing can be estimated at 0. */
    private static final double LEAST = 0.01;

    /**
     * The frames of clips as the model makes them, but for the last, which is nobody's past.
     *
     * @param clean_BTCHW true frames
     * @param noise_BTCHW in which frames are shown to later ones
     * @param level_BT at these levels
     * @param random for the noise that frames are made from
     * @return [B, T, C, H, W] in the caller's scope, finished frames without noise
     */
    Tensor resample(
            Tensor clean_BTCHW, Tensor noise_BTCHW, Tensor level_BT, Conditions conditions, RandomStream random) {
        int clips = (int) clean_BTCHW.size(0);
        int frames = (int) clean_BTCHW.size(1);
        return Scopes.withoutGrad(() -> {
            Tensor from_B1 = random.uniform(clips, 1)
                    .mul(new Scalar(config.level() - LEAST))
                    .add(new Scalar(LEAST))
                    .to(clean_BTCHW.device(), Tensors.type(clean_BTCHW));
            Tensor fresh_BTCHW = random.normal(clean_BTCHW.shape()).to(clean_BTCHW.device(), Tensors.type(clean_BTCHW));
            Tensor[] made = new Tensor[frames];
            try (FrameStream stream =
                    model.stream((int) clean_BTCHW.size(3), (int) clean_BTCHW.size(4), 1, Memory.ALL)) {
                for (int t = 0; t < frames - 1; t++) {
                    Conditions own = conditions.frames(t, 1);
                    Tensor x = diffusion.noisy(clean_BTCHW.narrow(1, t, 1), fresh_BTCHW.narrow(1, t, 1), from_B1);
                    made[t] = finish(stream, x, from_B1, own);
                    Tensor level_B1 = level_BT.narrow(1, t, 1);
                    stream.commit(diffusion.noisy(made[t], noise_BTCHW.narrow(1, t, 1), level_B1), level_B1, own);
                }
            }
            made[frames - 1] = clean_BTCHW.narrow(1, frames - 1, 1);
            return Tensors.cat(1, made);
        });
    }

    /** Takes the noise away, in even steps down to level 0. */
    private Tensor finish(FrameStream stream, Tensor x_B1CHW, Tensor from_B1, Conditions conditions) {
        Tensor x = x_B1CHW;
        for (int step = 0; step < config.steps(); step++) {
            Tensor level = from_B1.mul(new Scalar(1 - (double) step / config.steps()));
            Tensor next = from_B1.mul(new Scalar(1 - (step + 1.0) / config.steps()));
            Estimate estimate = diffusion.estimate(stream.predict(x, level, conditions), x, level);
            x = diffusion.noisy(estimate.x0(), estimate.epsilon(), next);
        }
        double range = PixelCodec.RANGE;
        return torch.clamp(x, new ScalarOptional(new Scalar(-range)), new ScalarOptional(new Scalar(range)));
    }
}
