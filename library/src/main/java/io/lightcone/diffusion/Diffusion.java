// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * What noise is, what the network says of noisy frames, and how its errors count: all that training and generation must agree
 * on.
 *
 * <p>Shapes: B batch, T frames, C channels, H W rows and columns.
 *
 * @param schedule how a level mixes frame and noise
 * @param prediction what the network is asked for
 * @param weight how much the error of each frame counts
 */
public record Diffusion(NoiseSchedule schedule, Prediction prediction, LossWeight weight) {
    /**
     * Both unknowns of a noisy frame.
     *
     * @param x0 the clean frames [B, T, C, H, W]
     * @param epsilon the noise in them [B, T, C, H, W]
     */
    public record Estimate(Tensor x0, Tensor epsilon) {}

    /** What the prediction {@code p} says of noisy frames {@code x} at levels above 0, in the caller's scope. */
    public Estimate estimate(Tensor p_BTCHW, Tensor x_BTCHW, Tensor level_BT) {
        Tensor alpha = schedule.alpha(level_BT);
        Tensor sigma = schedule.sigma(level_BT);
        return new Estimate(
                prediction.x0(p_BTCHW, x_BTCHW, alpha, sigma), prediction.epsilon(p_BTCHW, x_BTCHW, alpha, sigma));
    }

    /** Noisy frames at the given level of each. */
    public Tensor noisy(Tensor x0_BTCHW, Tensor noise_BTCHW, Tensor level_BT) {
        return schedule.noisy(x0_BTCHW, noise_BTCHW, level_BT);
    }

    /** The squared error of the prediction of each frame, as it is: [B, T]. */
    public Tensor error(Tensor p_BTCHW, Tensor x0_BTCHW, Tensor noise_BTCHW, Tensor level_BT) {
        Tensor target = prediction.target(x0_BTCHW, noise_BTCHW, schedule.alpha(level_BT), schedule.sigma(level_BT));
        return p_BTCHW.sub(target).square().mean(2, 3, 4);
    }

    /**
     * The weight of each frame's error: [B, T]. Frames at level 0 are the model's clean past, not its task, and have none.
     */
    public Tensor weights(Tensor level_BT) {
        int frames = (int) level_BT.size(1);
        double[] levels = Tensors.doubles(level_BT);
        double[] weights = new double[levels.length];
        for (int b = 0; b < levels.length / frames; b++) {
            double[] clip = Arrays.copyOfRange(levels, b * frames, (b + 1) * frames);
            double[] ofClip = weight.of(clip, schedule, prediction);
            for (int t = 0; t < frames; t++) {
                weights[b * frames + t] = clip[t] == 0 ? 0 : ofClip[t];
            }
        }
        return Tensors.of(weights, level_BT.size(0), frames).to(level_BT.device(), Tensors.type(level_BT));
    }
}
