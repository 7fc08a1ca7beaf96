// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.diffusion.NoiseSchedule;
import io.lightcone.tensor.Scopes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A weighted sum of what a model says when it is told more and less; see {@link GuidanceConfig}. Each of its parts keeps its own
 * memory of finished frames, in which they may be noisier than they are, so it works with frame caches too.
 */
public final class GuidedDenoiser implements CausalDenoiser {
    private static final String PURPOSE = "history noise";

    private final List<Part> parts;
    private final NoiseSchedule schedule;
    private final Noise noise;
    private int finished;

    /**
     * One opinion.
     *
     * @param weight its weight in the sum
     * @param history the level from which on it sees finished frames; 0 for as they are
     */
    private record Part(CausalDenoiser denoiser, double weight, double history) {}

    private GuidedDenoiser(List<Part> parts, NoiseSchedule schedule, Noise noise) {
        this.parts = parts;
        this.schedule = schedule;
        this.noise = noise;
    }

    /**
     * The model with guidance, or without if there is none to be given.
     *
     * @param full makes the model as it is told everything
     * @param classless makes the same without its class
     */
    public static CausalDenoiser of(
            GuidanceConfig guidance,
            Supplier<CausalDenoiser> full,
            Supplier<CausalDenoiser> classless,
            NoiseSchedule schedule,
            Noise noise) {
        double history = guidance.history() - 1;
        double classes = guidance.classes() - 1;
        if (history == 0 && classes == 0) {
            return full.get();
        }
        boolean vanilla = guidance.historyLevel() == 1;
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(full.get(), 1 + classes + (vanilla ? history : 0), 0));
        if (history != 0) {
            if (!vanilla) {
                parts.add(new Part(full.get(), history, guidance.historyLevel()));
            }
            parts.add(new Part(full.get(), -history, 1));
        }
        if (classes != 0) {
            parts.add(new Part(classless.get(), -classes, 0));
        }
        return new GuidedDenoiser(parts, schedule, noise);
    }

    @Override
    public Tensor predict(Tensor x_BTCHW, Tensor level_BT) {
        return Scopes.scoped(() -> parts.stream()
                .map(part -> part.denoiser.predict(x_BTCHW, level_BT).mul(new Scalar(part.weight)))
                .reduce(Tensor::add)
                .orElseThrow());
    }

    @Override
    public void remember(Tensor x_BTCHW, Tensor level_BT) {
        for (int i = 0; i < x_BTCHW.size(1); i++) {
            int frame = i;
            Scopes.run(() -> remember(finished + frame, x_BTCHW.narrow(1, frame, 1), level_BT.narrow(1, frame, 1)));
        }
        finished += (int) x_BTCHW.size(1);
    }

    private void remember(int frame, Tensor x_B1CHW, Tensor level_B1) {
        for (Part part : parts) {
            if (part.history == 0) {
                part.denoiser.remember(x_B1CHW, level_B1);
            } else {
                Tensor masked_B1 = noise.levels(part.history);
                part.denoiser.remember(schedule.noisy(x_B1CHW, noise.draw(PURPOSE, frame), masked_B1), masked_B1);
            }
        }
    }

    @Override
    public void close() {
        parts.forEach(part -> part.denoiser.close());
    }
}
