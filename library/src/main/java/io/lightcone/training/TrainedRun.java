// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.run.AveragedWeights;
import io.lightcone.run.RunFolder;
import java.nio.file.Path;

/**
 * A trained run that another one begins with, at a certain checkpoint: the newest when that is decided. Should the
 * trained run go on learning while the data of the other is prepared, that checkpoint is used all the same.
 *
 * @param folder of the trained run
 * @param step of the checkpoint
 */
record TrainedRun(RunFolder folder, long step) {
    /**
     * Returns the run in the folder {@code place} as it is now.
     *
     * @throws io.lightcone.UserException if there is no run, or it has no checkpoint
     */
    static TrainedRun of(Path place) {
        RunFolder folder = RunFolder.open(place);
        return new TrainedRun(folder, folder.latestState().step());
    }

    /** Returns the folder of the checkpoint. */
    Path checkpoint() {
        return folder.checkpoint(step);
    }

    /** Returns the whole path of the checkpoint, for provenance. */
    String origin() {
        return checkpoint().toAbsolutePath().normalize().toString();
    }

    /** Reads the averaged weights. */
    AveragedWeights weights() {
        return folder.averagedWeights(step);
    }
}
