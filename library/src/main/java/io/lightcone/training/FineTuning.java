// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;

/**
 * The kind of training that learns to denoise as {@link Trainer#KIND} does, but begins with the averaged weights of a
 * trained run instead of drawn ones. The optimiser begins anew. Its checkpoints are those of any other run, which needs
 * the trained one no more.
 */
final class FineTuning implements ModelStep.Kind {
    private final TrainedRun trained;

    private FineTuning(TrainedRun trained) {
        this.trained = trained;
    }

    /** Returns the kind that begins with {@code trained}. */
    static FineTuning of(TrainedRun trained) {
        return new FineTuning(trained);
    }

    /**
     * Returns the configuration of a run that begins with a trained one.
     *
     * @param settings over those of the trained run
     * @throws UserException if the trained run has not begun or is distilled, or {@code settings} are not right, or
     *     would make its weights mean something else
     */
    static RunConfig config(RunFolder trained, List<String> settings) {
        RunConfig before = trained.config(List.of());
        if (before.training().consistency().distils()) {
            throw new UserException("run " + trained.path() + " is distilled, and a training on data would undo that;"
                    + " fine-tune the run that it came from, and distil the new one");
        }
        trained.latestState(); // there is something to begin with
        List<String> all = new ArrayList<>(TrainedStart.MEASURED);
        all.addAll(settings);
        RunConfig config = RunConfig.read(before, null, all);
        if (config.training().consistency().distils()) {
            throw new UserException("training.consistency.levels is "
                    + config.training().consistency().levels()
                    + ", but this run is to learn from data, as its trained one did; distil that instead, or set it to"
                    + " 0");
        }
        if (!config.model().equals(before.model())
                || !config.codec().equalsButForPlaces(before.codec())
                || !config.diffusion().equals(before.diffusion())) {
            throw new UserException(
                    "a run that begins with a trained one has its model, codec and diffusion; what may change are data,"
                            + " settings of training and sampling, and the place of the codec where it has moved");
        }
        return config;
    }

    @Override
    public String name() {
        return Trainer.KIND.name();
    }

    @Override
    public String origin() {
        return trained.origin();
    }

    @Override
    public ModelStep fresh(RunConfig config, Codec codec, Device device, Workers workers) {
        return TrainedStart.of(
                trained, config, codec, workers, weights -> Trainer.beginning(config, codec, device, workers, weights));
    }

    @Override
    public ModelStep resumed(RunConfig config, Codec codec, Device device, Workers workers, Checkpoint checkpoint) {
        return Trainer.KIND.resumed(config, codec, device, workers, checkpoint);
    }
}
