// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.diffusion.Prediction;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.ConsistencyConfig;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.jspecify.annotations.Nullable;

/**
 * The kind of training that distils the decoder of a trained run into one that needs few updates: see {@link
 * ConsistencyGradient}. The new run begins with the averaged weights of the trained one, and its checkpoints hold all
 * that it needs of that, so the trained run may be moved or deleted.
 */
final class Distillation implements ModelStep.Kind {
    /** The name of this kind in checkpoints. */
    static final String NAME = ConsistencyConfig.TRAINING;

    /** The kind that continues runs, whatever they have been distilled from. */
    static final Distillation CONTINUED = new Distillation(null);

    /** The settings that are other than those of the run that teaches, unless the user says otherwise. */
    private static final List<String> SETTINGS = List.of(
            "training.consistency.levels=48",
            "training.optimizer.ema=0.99",
            "training.steps=1000000",
            "training.minutes=10",
            "training.separable.resampling.after=0", // the teacher, who makes that past, has learned already
            "sampling.steps=2",
            "sampling.order=frame_by_frame",
            "sampling.solver=consistency",
            "sampling.eta=0");

    private final @Nullable TrainedRun trained;

    private Distillation(@Nullable TrainedRun trained) {
        this.trained = trained;
    }

    /** Returns the kind that distils {@code trained}. */
    static Distillation of(TrainedRun trained) {
        return new Distillation(trained);
    }

    /**
     * Returns the configuration of a run that is distilled from a trained one.
     *
     * @param settings over those of the trained run and the usual ones of distillation
     * @throws UserException if the trained run has no decoder to distil or has not begun, or {@code settings} are not
     *     right
     */
    static RunConfig config(RunFolder trained, List<String> settings) {
        RunConfig before = trained.config(List.of());
        String run = "run " + trained.path();
        if (!before.model().separable()) {
            throw new UserException(run + " has no encoder, but what is distilled is the decoder of a model with one;"
                    + " train one with model.encoder above 0, such as the preset scd-tiny, and distil that");
        }
        if (before.training().consistency().distils()) {
            throw new UserException(
                    run + " is distilled already, and says nothing of small updates; distil the run that it came from");
        }
        if (before.model().shortcut() > 0) {
            throw new UserException(run + " is a shortcut model, which needs few updates as it is; distil one of"
                    + " model.shortcut 0");
        }
        if (before.diffusion().prediction() == Prediction.EPSILON) {
            throw new UserException(run + " predicts epsilon, which says too little of a frame at level 1 to distil it;"
                    + " distil one that predicts x0, v or velocity");
        }
        trained.latestState(); // there is something to learn from
        List<String> all = new ArrayList<>(TrainedStart.MEASURED);
        all.addAll(SETTINGS);
        all.addAll(settings);
        RunConfig config = RunConfig.read(before, null, all);
        if (!config.model().equals(before.model())
                || !config.data().equalsButForPlaces(before.data())
                || !config.codec().equalsButForPlaces(before.codec())
                || !config.diffusion().equals(before.diffusion())) {
            throw new UserException(
                    "a distilled run has the model, data, codec and diffusion of the run that it learns from; what may"
                            + " change are settings of training and sampling, and the places of data and codec where"
                            + " these have moved");
        }
        if (!config.training().consistency().distils()) {
            throw new UserException("training.consistency.levels must lie between 2 and 1000 to distil a run, not 0");
        }
        return config;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String origin() {
        return trained == null ? "" : trained.origin();
    }

    @Override
    public ModelStep fresh(RunConfig config, Codec codec, Device device, Workers workers) {
        if (trained == null) {
            throw new IllegalStateException("there is no run to distil");
        }
        return TrainedStart.of(
                trained,
                config,
                codec,
                workers,
                weights -> Trainer.distilling(config, codec, device, workers, weights));
    }

    @Override
    public ModelStep resumed(RunConfig config, Codec codec, Device device, Workers workers, Checkpoint checkpoint) {
        return Trainer.distilling(config, codec, device, workers, checkpoint);
    }
}
