// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.run.AveragedWeights;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Workers;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/** Makes the first step of a run from a trained one, whose averaged weights it begins with. */
final class TrainedStart {
    /**
     * The settings that were decided for the machine that the trained run was begun on, and are decided anew, unless
     * the user says otherwise.
     */
    static final List<String> MEASURED = List.of("training.linear=auto", "training.attentionType=auto");

    private TrainedStart() {}

    /**
     * Reads the weights of a trained run and makes a step from them. The step owns codec and workers; they are closed
     * if it cannot be made.
     *
     * @param config of the new run
     * @param step makes the step; the weights that it is given are freed afterwards
     * @throws UserException if the trained run cannot be read, or has learned another model than the new run is to
     *     have, or latents of another codec
     */
    static ModelStep of(
            TrainedRun trained,
            RunConfig config,
            Codec codec,
            Workers workers,
            Function<Map<String, Tensor>, ModelStep> step) {
        ModelStep[] made = new ModelStep[1];
        Scopes.run(() -> {
            try (ResourceStack opened = new ResourceStack()) {
                opened.add(workers);
                opened.add(codec);
                requireSameConditions(trained.folder(), config);
                AveragedWeights average = trained.weights();
                average.state().requireCodec(codec.identity(), trained.checkpoint());
                opened.keep(); // the step closes both, even if it cannot be made
                made[0] = step.apply(average.weights());
            }
        });
        return made[0];
    }

    /** Requires that the data has not brought classes or actions of which the trained model knows nothing. */
    private static void requireSameConditions(RunFolder trained, RunConfig config) {
        if (!config.model().equals(trained.config(List.of()).model())) {
            throw new UserException("the data has classes or actions, of which the model of run " + trained.path()
                    + " knows nothing; take data without them, or start a run that does not begin with a trained one");
        }
    }
}
