// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.LevelsConfig.CleanFrames;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.Tensors;
import java.util.Arrays;

/**
 * Gives some frames level 0, so that they are clean, and all others the level that another sampler has drawn.
 *
 * @param noisy draws the levels, before it is decided which frames are clean
 * @param probability probability of clean frames
 * @param which which frames may be clean
 */
record CleanLevels(LevelSampler noisy, double probability, CleanFrames which) implements LevelSampler {
    @Override
    public Levels sample(int batch, int frames, RandomStream random) {
        Levels drawn = noisy.sample(batch, frames, random);
        double[][] levels = new double[batch][];
        Arrays.setAll(levels, drawn::ofClip);
        switch (which) {
            case ANY -> any(levels, frames, random);
            case FIRST -> first(levels, frames, random);
        }
        return Levels.of(levels);
    }

    private void any(double[][] levels, int frames, RandomStream random) {
        float[] uniform = Tensors.floats(random.uniform((long) levels.length * frames));
        for (int i = 0; i < uniform.length; i++) {
            if (uniform[i] < probability) {
                levels[i / frames][i % frames] = 0;
            }
        }
    }

    /**
     * Makes the first few frames of some clips clean. Each number of frames from one to all but one is equally likely;
     * a clip of one frame keeps its level.
     */
    private void first(double[][] levels, int frames, RandomStream random) {
        int batch = levels.length;
        double[] uniform = Tensors.doubles(random.uniform(2, batch));
        for (int b = 0; b < batch; b++) {
            int clean = frames == 1 || uniform[b] >= probability ? 0 : 1 + (int) (uniform[batch + b] * (frames - 1));
            for (int f = 0; f < clean; f++) {
                levels[b][f] = 0;
            }
        }
    }
}
