// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.tensor.RandomStream;
import org.bytedeco.pytorch.Tensor;

/**
 * All frames of a clip have one level, as in ordinary video diffusion.
 *
 * @param single draws it, as for clips of one frame
 */
record SynchronousLevels(LevelSampler single) implements LevelSampler {
    @Override
    public Tensor sample(int batch, int frames, RandomStream random) {
        return single.sample(batch, 1, random).expand(batch, frames).contiguous();
    }
}
