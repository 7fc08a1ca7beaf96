// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.LevelsConfig.CleanFrames;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Some frames without noise: they get level 0, all others what they had.
 *
 * @param noisy draws the levels, before it is decided which frames are clean
 * @param probability of clean frames
 * @param which frames that is
 */
record CleanLevels(LevelSampler noisy, double probability, CleanFrames which) implements LevelSampler {
    @Override
    public Tensor sample(int batch, int frames, RandomStream random) {
        float[] levels = Tensors.floats(noisy.sample(batch, frames, random));
        switch (which) {
            case ANY -> any(levels, random);
            case FIRST -> first(levels, batch, frames, random);
        }
        return Tensors.of(levels, batch, frames);
    }

    private void any(float[] levels, RandomStream random) {
        float[] uniform = Tensors.floats(random.uniform(levels.length));
        for (int i = 0; i < levels.length; i++) {
            if (uniform[i] < probability) {
                levels[i] = 0;
            }
        }
    }

    /** Each number of frames from one to all but one is as likely as any other; a clip of one frame has none to spare. */
    private void first(float[] levels, int batch, int frames, RandomStream random) {
        double[] uniform = Tensors.doubles(random.uniform(2, batch));
        for (int b = 0; b < batch; b++) {
            int clean = frames == 1 || uniform[b] >= probability ? 0 : 1 + (int) (uniform[batch + b] * (frames - 1));
            for (int f = 0; f < clean; f++) {
                levels[b * frames + f] = 0;
            }
        }
    }
}
