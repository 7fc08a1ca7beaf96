// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.diffusion.Euler;
import io.lightcone.diffusion.FlowMatching;
import io.lightcone.evaluation.Continuation;
import io.lightcone.generation.FrameShape;
import io.lightcone.generation.VideoSampler;
import io.lightcone.model.VideoTransformer;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Scopes;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Device;

/**
 * A model with the configuration it was trained by: what generation starts from.
 *
 * @param config of the run
 * @param model usually the moving average of its weights
 * @param device where the model lives
 * @param framesPerSecond of the clips it was trained on
 */
public record TrainedModel(RunConfig config, VideoTransformer model, Device device, double framesPerSecond)
        implements AutoCloseable {
    /**
     * The moving average in the newest checkpoint of a run. The result owns its weights and
     * what it computes with until {@link #close}.
     *
     * @throws UserException if {@code run} is no run, has no checkpoint, or its newest one is damaged
     */
    public static TrainedModel open(Path run, Device device) {
        RunFolder folder = RunFolder.open(run);
        RunConfig config = folder.config(List.of());
        TrainedModel[] model = new TrainedModel[1];
        Scopes.run(() -> {
            Average average = folder.latestAverage();
            Parameters weights = Parameters.loaded(average.weights(), device);
            model[0] = new TrainedModel(
                    config,
                    Models.create(config, weights, Models.compute(config)),
                    device,
                    average.state().framesPerSecond());
        });
        return model[0];
    }

    /** Generates with this model over the window that it was trained on. */
    public VideoSampler sampler() {
        return new VideoSampler(
                model::predict,
                new FlowMatching(),
                new Euler(),
                config.sampling().contextLevel(),
                config.training().frames(),
                device);
    }

    /** Continues clips from their first {@code given} frames. */
    public Continuation continuation(int given) {
        return new Continuation(sampler(), config.sampling().steps(), given, device);
    }

    /** Of a frame of this model. */
    public FrameShape frameShape() {
        return new FrameShape(
                config.data().channels(), config.data().height(), config.data().width());
    }

    @Override
    public void close() {
        model.close();
        model.compute().close();
    }
}
