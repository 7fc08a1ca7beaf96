// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.RecordCopy;
import io.lightcone.diffusion.Mixture;
import io.lightcone.diffusion.NoiseSchedule;
import io.lightcone.tensor.Scopes;
import org.bytedeco.pytorch.Tensor;

/**
 * The context of a prediction: at which level, and with which noise, a model is shown finished frames.
 *
 * @param given level of given frames
 * @param generated level of frames that the model has generated
 * @param noisy whether frames are really noisy, the same each time they are shown, or only scaled as if they were
 * @param purpose name of the random stream of the noise
 * @param schedule what levels mean
 * @param noise where the noise comes from
 */
record Context(double given, double generated, boolean noisy, String purpose, NoiseSchedule schedule, Noise noise) {
    /** Returns the context that a configuration describes. */
    static Context of(ContextConfig config, NoiseSchedule schedule, Noise noise) {
        return new Context(config.given(), config.generated(), config.noise(), "context noise", schedule, noise);
    }

    /** Returns a context that shows frames really noisy, all at one level, by noise of their own. */
    Context at(double level) {
        return RecordCopy.of(this)
                .with(Context::given, level)
                .with(Context::generated, level)
                .with(Context::noisy, true)
                .with(Context::purpose, "history noise")
                .build();
    }

    /**
     * Returns the finished frame {@code x}, of number {@code frame}, as it is shown at {@code level}: [B, 1, C, H, W]
     * in the caller's scope.
     */
    Tensor show(int frame, double level, Tensor x_B1CHW) {
        return Scopes.scoped(() -> {
            Mixture at = schedule.at(noise.levels(level), x_B1CHW);
            return noisy
                    ? at.noisy(x_B1CHW, noise.draw(purpose, frame))
                    : at.alpha().mul(x_B1CHW);
        });
    }
}
