// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.diffusion.IndependentLevels.Distribution;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.model.BranchConfig;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.ModelConfig.BranchInput;
import io.lightcone.training.TrainingConfig.Decay;
import io.lightcone.training.TrainingConfig.Precision;
import io.lightcone.video.DataConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Named configurations, each a function that returns a whole one. Sizes from {@code s} to {@code xl} have the widths and
 * depths of DiT (arXiv 2212.09748, table 1). Every {@code msc-} preset has a {@code dense-} twin that differs in nothing but
 * its attention.
 */
public final class Presets {
    /** What {@code train} uses when no preset is named. */
    public static final String DEFAULT = "msc-tiny";

    private static final Map<String, RunConfig> ALL = all();

    private Presets() {}

    private static Map<String, RunConfig> all() {
        Map<String, RunConfig> presets = new LinkedHashMap<>();
        for (RunConfig preset : List.of(mscDemo(), mscTiny(), mscS(), mscB(), mscL(), mscXl())) {
            presets.put(preset.preset(), preset);
            RunConfig twin = dense(preset);
            presets.put(twin.preset(), twin);
        }
        return presets;
    }

    /** All names, small to large. */
    public static Set<String> names() {
        return ALL.keySet();
    }

    /**
     * The preset of that name.
     *
     * @throws UserException if there is none
     */
    public static RunConfig named(String name) {
        RunConfig preset = ALL.get(name);
        if (preset == null) {
            throw new UserException("there is no preset named '" + name + "'; " + Suggestions.hint(name, names()));
        }
        return preset;
    }

    private static RunConfig dense(RunConfig preset) {
        return new RunConfig(
                preset.preset().replaceFirst("^msc", "dense"),
                preset.model().dense(),
                preset.data(),
                preset.training(),
                preset.sampling());
    }

    /** What five minutes on two cores can learn: one digit in 32x32 pixels. */
    private static RunConfig mscDemo() {
        ModelConfig model = msc(1, 4, 128, 5, 4, 5, 4, 2);
        TrainingConfig training = new TrainingConfig(
                1,
                10,
                8,
                100_000,
                5,
                Distribution.LOGIT_NORMAL,
                0.5,
                3e-3,
                50,
                Decay.COSINE,
                0.9,
                0.99,
                0,
                1,
                0.995,
                Precision.AUTO,
                20,
                500,
                16,
                1_000,
                500,
                2);
        return new RunConfig(
                "msc-demo", model, DataConfig.movingDigits(32, 1, 18, 2), training, new SamplingConfig(10, 0.1, 4));
    }

    /** A small model for colour videos of 64x64 pixels, to train on a laptop. */
    private static RunConfig mscTiny() {
        return video("msc-tiny", msc(3, 8, 256, 6, 4, 5, 4, 2), 64, 16, 8, 5e-4);
    }

    private static RunConfig mscS() {
        return video("msc-s", msc(3, 8, 384, 12, 6, 7, 4, 4), 128, 16, 8, 2e-4);
    }

    private static RunConfig mscB() {
        return video("msc-b", msc(3, 8, 768, 12, 12, 7, 4, 4), 128, 16, 8, 1e-4);
    }

    private static RunConfig mscL() {
        return video("msc-l", msc(3, 8, 1024, 24, 16, 7, 4, 4), 256, 16, 8, 1e-4);
    }

    private static RunConfig mscXl() {
        return video("msc-xl", msc(3, 8, 1152, 28, 16, 7, 4, 4), 256, 16, 8, 1e-4);
    }

    /** Two branches with half of the heads each; the low one averages 2x2 tokens in the first layers, more in the last. */
    private static ModelConfig msc(
            int channels, int patch, int width, int depth, int heads, int window, int frames, int maxDown) {
        return new ModelConfig(
                channels,
                patch,
                width,
                depth,
                4,
                BranchInput.ALL,
                List.of(
                        BranchConfig.high(heads / 2, window, frames),
                        BranchConfig.low(heads / 2, 2, maxDown, heads == 4 ? 2 : 4)));
    }

    private static RunConfig video(
            String name, ModelConfig model, int size, int frames, int batch, double learningRate) {
        TrainingConfig training = new TrainingConfig(
                1,
                frames,
                batch,
                400_000,
                0,
                Distribution.LOGIT_NORMAL,
                0,
                learningRate,
                200,
                Decay.CONSTANT,
                0.9,
                0.99,
                0,
                1,
                0.999,
                Precision.AUTO,
                20,
                500,
                16,
                1_000,
                500,
                3);
        return new RunConfig(name, model, DataConfig.videos(size, 12), training, new SamplingConfig(20, 0.05, 4));
    }
}
