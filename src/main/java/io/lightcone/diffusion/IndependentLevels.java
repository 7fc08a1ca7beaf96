// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.tensor.RandomStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Every frame draws its level for itself, as in Diffusion Forcing (arXiv 2407.01392) and MSC: the network learns every
 * mixture of clean and noisy frames, so generation may denoise them in any order.
 *
 * @param distribution of the level of a frame
 * @param mean of the logit of a level, for LOGIT_NORMAL: above 0 it favours noisy frames, whose content must come from the
 *     past; below 0 clean ones
 */
public record IndependentLevels(Distribution distribution, double mean) implements LevelSampler {
    /** Of one level. */
    public enum Distribution {
        /** All levels equally often. */
        UNIFORM,
        /** sigmoid(N(mean, 1)): more often in the middle, where most is to be learned (arXiv 2403.03206). */
        LOGIT_NORMAL
    }

    @Override
    public Tensor sample(int batch, int frames, RandomStream random) {
        return switch (distribution) {
            case UNIFORM -> random.uniform(batch, frames);
            case LOGIT_NORMAL ->
                random.normal(batch, frames).add(new Scalar(mean)).sigmoid();
        };
    }
}
