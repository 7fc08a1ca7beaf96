// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.run.CodecRunConfig;
import io.lightcone.run.RunFolder;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts and resumes the training of codecs, as {@link Runs} does of models; {@link RunOptions#kind} does not matter
 * here. A returned run is ready for its first step, and is the caller's to run and to close.
 */
public final class CodecRuns {
    private CodecRuns() {}

    /**
     * Starts the training of a new codec.
     *
     * @param folder of the run, which is created; nothing may be there
     * @throws UserException as {@link Runs#start}
     */
    public static TrainingRun start(CodecRunConfig config, Path folder, RunOptions options) {
        return RunStart.start(new CodecTask(config), folder, options);
    }

    /**
     * Resumes the training of a codec from its newest checkpoint.
     *
     * @param folder of the run
     * @param settings over those of the run, such as {@code training.steps=2000}; the run keeps them
     * @throws UserException if there is no such run, it trains a model, it is finished, or somebody else is training
     *     it, or {@code settings} would make it another one, or the data cannot be used
     */
    public static TrainingRun resume(Path folder, List<String> settings, RunOptions options) {
        RunFolder place = RunFolder.open(folder);
        CodecRunConfig before = place.codecConfig(List.of());
        CodecRunConfig changed = place.codecConfig(settings);
        requireSameRun(before, changed);
        return RunStart.resume(new CodecTask(changed), place, options);
    }

    private static void requireSameRun(CodecRunConfig before, CodecRunConfig changed) {
        if (!changed.autoencoder().equals(before.autoencoder())
                || !changed.data().equalsButForPlaces(before.data())
                || changed.training().seed() != before.training().seed()) {
            throw new UserException("a codec's run keeps the autoencoder, data and seed that it has; what may change"
                    + " are settings of training, and the places of data where it has moved");
        }
    }
}
