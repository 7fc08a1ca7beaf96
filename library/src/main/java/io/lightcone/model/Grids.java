// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.UserException;
import io.lightcone.attention.Grid;

/** From pixels to the tokens of a model. */
final class Grids {
    private Grids() {}

    /**
     * The tokens of a clip.
     *
     * @throws UserException if the patch does not divide the frames, or there are more tokens than an int counts
     */
    static Grid of(ModelConfig config, int frames, int height, int width) {
        int patch = config.patch();
        if (height < 1 || width < 1 || height % patch != 0 || width % patch != 0) {
            throw new UserException(
                    "frames of " + width + "x" + height + " pixels cannot be cut into patches of " + patch
                            + "x" + patch + "; choose a width and a height that are multiples of " + patch
                            + ", or another model.patch");
        }
        Grid grid = new Grid(frames, height / patch, width / patch);
        if (tokens(grid) > Integer.MAX_VALUE) {
            throw new UserException(
                    "a clip of " + frames + " frames of " + width + "x" + height + " pixels has " + tokens(grid)
                            + " tokens, more than " + Integer.MAX_VALUE + "; choose fewer frames or smaller ones");
        }
        return grid;
    }

    static long tokens(Grid grid) {
        return (long) grid.frames() * grid.height() * grid.width();
    }
}
