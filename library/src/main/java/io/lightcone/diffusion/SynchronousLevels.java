// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.tensor.RandomStream;
import java.util.Arrays;

/**
 * Draws one level for all frames of a clip, as in ordinary video diffusion.
 *
 * @param single draws that level, as for clips of one frame
 */
record SynchronousLevels(LevelSampler single) implements LevelSampler {
    @Override
    public Levels sample(int batch, int frames, RandomStream random) {
        Levels ofClips = single.sample(batch, 1, random);
        double[][] levels = new double[batch][frames];
        for (int b = 0; b < batch; b++) {
            Arrays.fill(levels[b], ofClips.at(b, 0));
        }
        return Levels.of(levels);
    }
}
