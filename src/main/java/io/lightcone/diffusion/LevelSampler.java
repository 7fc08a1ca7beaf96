// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.tensor.RandomStream;
import org.bytedeco.pytorch.Tensor;

/** Draws the noise level of each frame of each clip of a training batch. */
@FunctionalInterface
public interface LevelSampler {
    /** [batch, frames] levels in [0, 1], float32 on the CPU, in the caller's scope; 0 means a frame that is not to be learned. */
    Tensor sample(int batch, int frames, RandomStream random);
}
