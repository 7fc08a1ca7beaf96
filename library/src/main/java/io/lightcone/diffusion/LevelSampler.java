// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.tensor.RandomBatch;
import io.lightcone.tensor.RandomStream;
import org.bytedeco.pytorch.Tensor;

/** Draws the noise level of each frame of each clip of a training batch. */
@FunctionalInterface
public interface LevelSampler {
    /**
     * Draws the levels of a batch from one stream.
     *
     * @return [batch, frames] in [0, 1], float32 on the CPU, in the caller's scope; 0 means a frame that is not to be learned
     */
    Tensor sample(int batch, int frames, RandomStream random);

    /**
     * Draws the levels of each clip from its own stream, so that they do not depend on the clips beside it.
     *
     * @return [B, frames] as above
     */
    default Tensor sample(int frames, RandomBatch random) {
        return random.each(stream -> sample(1, frames, stream));
    }
}
