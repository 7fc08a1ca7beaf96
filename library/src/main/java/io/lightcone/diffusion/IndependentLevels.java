// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.LevelsConfig.Distribution;
import io.lightcone.tensor.RandomStream;
import org.bytedeco.pytorch.Scalar;

/**
 * Draws the level of every frame independently, as in Diffusion Forcing (arXiv 2407.01392) and MSC: the network learns
 * every mixture of clean and noisy frames, so generation may denoise them in any order.
 *
 * @param distribution distribution of the level of a frame
 * @param mean mean of the logit of a level, for LOGIT_NORMAL
 */
record IndependentLevels(Distribution distribution, double mean) implements LevelSampler {
    @Override
    public Levels sample(int batch, int frames, RandomStream random) {
        return Levels.of(
                switch (distribution) {
                    case UNIFORM -> random.uniform(batch, frames);
                    case LOGIT_NORMAL ->
                        random.normal(batch, frames).add(new Scalar(mean)).sigmoid();
                });
    }
}
