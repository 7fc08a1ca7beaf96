// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.model.Compute;
import io.lightcone.model.VideoModel;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Device;

/**
 * A trained model that was read from a run: a {@link RunModel} that owns its weights and its codec, and is closed to
 * free them.
 */
public final class TrainedModel extends RunModel implements AutoCloseable {
    private static final String CODEC = "codec.";

    private final RunFolder folder;
    private final long step;

    private TrainedModel(
            RunConfig config, VideoModel model, Codec codec, Device device, RunFolder folder, TrainingState state) {
        super(config, model, codec, device, state.framesPerSecond());
        this.folder = folder;
        this.step = state.step();
    }

    /**
     * Opens the model of a run with the moving average of the weights in its newest checkpoint. The result owns its
     * weights and what it computes with until {@link #close}.
     *
     * @param settings such as {@code sampling.steps=10}, or where the codec lies now, over those of the run
     * @throws UserException if {@code run} is no run, has no checkpoint, or its newest one is damaged or has learned
     *     latents of another codec than the run has now, or a setting is none of the sections {@code sampling} and
     *     {@code codec}
     */
    public static TrainedModel open(Path run, Device device, List<String> settings) {
        requireOfSampling(
                settings.stream().filter(setting -> !setting.startsWith(CODEC)).toList());
        Libtorch.start(0);
        RunFolder folder = RunFolder.open(run);
        RunConfig config = folder.config(settings);
        TrainedModel[] model = new TrainedModel[1];
        Scopes.run(() -> {
            AveragedWeights average = folder.latestAveragedWeights();
            Parameters weights = Parameters.loaded(average.weights(), device);
            try (ResourceStack created = new ResourceStack()) {
                Compute compute = created.add(Models.generating(config, device));
                VideoModel own = created.add(Models.create(config, weights, compute));
                Codec codec = created.add(config.openCodec(device));
                TrainingState state = average.state();
                state.requireCodec(codec.identity(), folder.checkpoint(state.step()));
                model[0] = new TrainedModel(config, own, codec, device, folder, state);
                created.keep();
            }
        });
        return model[0];
    }

    /**
     * Requires that settings can be changed once a model is trained.
     *
     * @throws UserException if one cannot
     */
    public static void requireOfSampling(List<String> settings) {
        for (String setting : settings) {
            if (!setting.startsWith("sampling.")) {
                throw new UserException("the setting '" + setting
                        + "' cannot be changed once a model is trained; settings that begin with sampling. can");
            }
        }
    }

    /** Returns the training step that the weights are of. */
    public long step() {
        return step;
    }

    /**
     * Returns whether the run has a checkpoint of a later step by now, as while it is trained; this model stays as it
     * is.
     *
     * @throws UserException if the folder of the run cannot be read any more
     */
    public boolean isOutdated() {
        return folder.steps().stream().anyMatch(later -> later > step);
    }

    @Override
    public void close() {
        model().close();
        model().compute().close();
        codec().close();
    }
}
