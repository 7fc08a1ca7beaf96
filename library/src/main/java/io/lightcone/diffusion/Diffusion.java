// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * A diffusion process, on which training and generation must agree: what noise is, what the network says of noisy
 * frames, and how its errors count.
 *
 * <p>Shapes: B batch, T frames, C channels, H W rows and columns.
 *
 * @param schedule how a level mixes frame and noise
 * @param prediction what the network is asked for
 * @param weight how much the error of each frame counts
 */
public record Diffusion(NoiseSchedule schedule, Prediction prediction, LossWeight weight) {
    /**
     * An estimate of the two unknowns of a noisy frame: the clean frame and the noise in it.
     *
     * @param x0 the clean frames [B, T, C, H, W]
     * @param epsilon the noise in them [B, T, C, H, W]
     */
    public record Estimate(Tensor x0, Tensor epsilon) {}

    /**
     * Returns the tensors of a batch's levels, which the other methods of this class take; see {@link
     * NoiseSchedule#at}.
     */
    public Mixture at(Levels levels, Tensor like) {
        return schedule.at(levels, like);
    }

    /**
     * Returns the estimate that the prediction {@code p} of noisy frames {@code x} means at levels above 0, in the
     * caller's scope.
     */
    public Estimate estimate(Tensor p_BTCHW, Tensor x_BTCHW, Mixture at) {
        return new Estimate(
                prediction.x0(p_BTCHW, x_BTCHW, at.alpha(), at.sigma()),
                prediction.epsilon(p_BTCHW, x_BTCHW, at.alpha(), at.sigma()));
    }

    /** Returns the squared error of the prediction of each frame, without any weight: [B, T] in the caller's scope. */
    public Tensor error(Tensor p_BTCHW, Tensor x0_BTCHW, Tensor noise_BTCHW, Mixture at) {
        Tensor target = prediction.target(x0_BTCHW, noise_BTCHW, at.alpha(), at.sigma());
        return p_BTCHW.sub(target).square().mean(2, 3, 4);
    }

    /**
     * Returns the weight of each frame's error: [B, T] in the caller's scope, on the device of the frames. Frames at
     * level 0 are the model's clean past, which it does not learn, and have weight 0.
     */
    public Tensor weights(Mixture at) {
        Levels levels = at.levels();
        int frames = levels.frames();
        double[] weights = new double[levels.clips() * frames];
        for (int b = 0; b < levels.clips(); b++) {
            double[] clip = levels.ofClip(b);
            double[] ofClip = weight.of(clip, schedule, prediction);
            for (int t = 0; t < frames; t++) {
                weights[b * frames + t] = clip[t] == 0 ? 0 : ofClip[t];
            }
        }
        Tensor beside = at.level_BT();
        return Tensors.of(weights, levels.clips(), frames).to(beside.device(), Tensors.type(beside));
    }
}
