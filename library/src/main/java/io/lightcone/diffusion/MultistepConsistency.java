// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * Multistep consistency sampling (arXiv 2303.01469, algorithm 1) takes the predicted clean frame and mixes it with
 * fresh noise at the next level:
 *
 * <pre>
 * x(to) = alpha(to) x0 + sigma(to) z,    z ~ N(0, 1)
 * </pre>
 *
 * The noise that was in the frame is forgotten, so each update may correct the frame of the one before; the last ends
 * at x0. It is for networks that learned where a path ends ({@link Consistency}).
 */
record MultistepConsistency() implements Stepper {
    @Override
    public Tensor step(Update update) {
        NoiseSchedule schedule = update.schedule();
        double[] to = update.to();
        Tensor clean = update.perFrame(t -> schedule.alpha(to[t]))
                .mul(update.estimate().x0());
        return Arrays.stream(to).allMatch(level -> level == 0)
                ? clean
                : clean.add(update.perFrame(t -> schedule.sigma(to[t]))
                        .mul(update.noise().get()));
    }
}
