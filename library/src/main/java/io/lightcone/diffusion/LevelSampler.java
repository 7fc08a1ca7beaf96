// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.tensor.RandomBatch;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.Scopes;

/** A level sampler draws the noise level of each frame of each clip of a training batch. */
@FunctionalInterface
public interface LevelSampler {
    /**
     * Draws the levels of a batch from one stream.
     *
     * @return levels in [0, 1], rounded to float32; 0 means a clean frame, which is not learned
     */
    Levels sample(int batch, int frames, RandomStream random);

    /**
     * Draws the levels of each clip from its own stream, so that they do not depend on the clips beside it.
     *
     * @return one clip for each stream, with levels as those of the other method
     */
    default Levels sample(int frames, RandomBatch random) {
        return Scopes.within(() -> Levels.together(random.streams().stream()
                .map(stream -> sample(1, frames, stream))
                .toList()));
    }
}
