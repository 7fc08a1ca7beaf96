// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.diffusion.Mixture;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A model with guidance: finished frames are shown at their context level, and its prediction is a weighted sum of
 * predictions with more and fewer conditions (see {@link GuidanceConfig}). Each part of the sum keeps its own memory of
 * finished frames, in which they may be noisier than they are, so guidance works with frame caches too.
 *
 * <p>Shapes: B clips, T frames, C channels, H W rows and columns.
 */
final class GuidedModel implements AutoCloseable {
    private final List<Part> parts = new ArrayList<>();
    private final Noise noise;

    /**
     * One of the predictions that are added up.
     *
     * @param denoiser the model with the conditions of this part, and its memory
     * @param weight its weight in the sum
     * @param context how it sees finished frames
     */
    private record Part(CausalDenoiser denoiser, double weight, Context context) {}

    /**
     * Creates the model with guidance, or without if all weights are 1.
     *
     * @param full creates denoisers with all conditions
     * @param classless creates denoisers without the class
     */
    GuidedModel(
            GuidanceConfig guidance,
            Supplier<CausalDenoiser> full,
            Supplier<CausalDenoiser> classless,
            Context context) {
        this.noise = context.noise();
        double history = guidance.history() - 1;
        double classes = guidance.classes() - 1;
        boolean vanilla = guidance.historyLevel() == 1;
        try {
            parts.add(new Part(full.get(), 1 + classes + (vanilla ? history : 0), context));
            if (history != 0) {
                if (!vanilla) {
                    parts.add(new Part(full.get(), history, context.at(guidance.historyLevel())));
                }
                parts.add(new Part(full.get(), -history, context.at(1)));
            }
            if (classes != 0) {
                parts.add(new Part(classless.get(), -classes, context));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Predicts the frames from number {@code first} on, which follow the finished ones.
     *
     * @param x_BTCHW noisy frames
     * @param at their levels, the same for all clips; a frame at level 0 is shown as finished ones are
     * @param steps by how many levels the update lowers each frame, 0 where that is not known
     * @return [B, T, C, H, W] in the caller's scope
     */
    Tensor predict(int first, Tensor x_BTCHW, Mixture at, double[] steps) {
        Tensor step_BT = noise.levelTensor(noise.levels(steps));
        return Scopes.scoped(() -> parts.stream()
                .map(part -> {
                    Tensor p_BTCHW = predict(part, first, x_BTCHW, at, step_BT);
                    return part.weight == 1 ? p_BTCHW : p_BTCHW.mul(new Scalar(part.weight));
                })
                .reduce(Tensor::add)
                .orElseThrow());
    }

    private Tensor predict(Part part, int first, Tensor x_BTCHW, Mixture at, Tensor step_BT) {
        double[] shown = at.levels().ofClip(0);
        if (Arrays.stream(shown).allMatch(level -> level > 0)) {
            return part.denoiser.predict(first, x_BTCHW, at.level_BT(), step_BT);
        }
        Tensor[] frames = new Tensor[shown.length];
        for (int i = 0; i < shown.length; i++) {
            frames[i] = x_BTCHW.narrow(1, i, 1);
            if (shown[i] == 0) {
                shown[i] = part.context.generated();
                frames[i] = part.context.show(first + i, shown[i], frames[i]);
            }
        }
        return part.denoiser.predict(first, Tensors.cat(1, frames), noise.levelTensor(noise.levels(shown)), step_BT);
    }

    /**
     * Remembers the next frames, {@code first} and those after it, as finished.
     *
     * @param given whether they are given, or generated
     */
    void remember(int first, Tensor x_BTCHW, boolean given) {
        int count = (int) x_BTCHW.size(1);
        Scopes.runWithoutGrad(() -> {
            for (Part part : parts) {
                double level = given ? part.context.given() : part.context.generated();
                Tensor[] frames = new Tensor[count];
                double[] levels = new double[count];
                for (int i = 0; i < count; i++) {
                    frames[i] = part.context.show(first + i, level, x_BTCHW.narrow(1, i, 1));
                    levels[i] = level;
                }
                part.denoiser.remember(first, Tensors.cat(1, frames), noise.levelTensor(noise.levels(levels)));
            }
        });
    }

    /** Saves what the denoisers of all parts remember. */
    void save(Snapshot to) {
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).denoiser.save(to.part("parts", i));
        }
    }

    /** Restores what {@link #save} has saved. */
    void load(Snapshot from) {
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).denoiser.load(from.part("parts", i));
        }
    }

    @Override
    public void close() {
        parts.forEach(part -> part.denoiser.close());
    }
}
