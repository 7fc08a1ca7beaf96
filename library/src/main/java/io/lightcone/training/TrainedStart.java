// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.codec.CodecConfig;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Workers;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Device;

/** Makes the first step of a run from a trained one, whose averaged weights it begins with. */
final class TrainedStart {
    private TrainedStart() {}

    /**
     * Opens a trained run and makes a step from it. The step owns codec and workers; they are closed if it cannot be
     * made.
     *
     * @param config of the new run, which says where the codec is now
     * @param step makes the step; the model it is given is closed afterwards
     * @throws UserException if the model would be another one, or the trained run cannot be opened
     */
    static ModelStep of(
            Path trained,
            RunConfig config,
            Codec codec,
            Device device,
            Workers workers,
            Function<TrainedModel, ModelStep> step) {
        try (ResourceStack opened = new ResourceStack()) {
            opened.add(workers);
            opened.add(codec);
            try (TrainedModel model = TrainedModel.open(trained, device, placesOf(config.codec()))) {
                if (!config.model().equals(model.config().model())) {
                    throw new UserException("the model of run " + trained
                            + " has not learned the classes or actions that the data has; take data without them, or"
                            + " start a run that does not begin with a trained one");
                }
                opened.keep(); // the step closes both, even if it cannot be made
                return step.apply(model);
            }
        }
    }

    /** Returns the settings that say where a codec is, which may have moved since the trained run was. */
    private static List<String> placesOf(CodecConfig codec) {
        return codec.places().entrySet().stream()
                .map(place ->
                        place.getKey() + "='" + place.getValue().toString().replace("'", "''") + "'")
                .toList();
    }
}
