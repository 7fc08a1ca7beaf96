// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.UserException;
import io.lightcone.attention.AttentionPlans;
import io.lightcone.codec.CodecConfig;
import io.lightcone.config.ConfigReader;
import io.lightcone.config.Suggestions;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.data.VideosConfig;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.diffusion.LevelsConfig;
import io.lightcone.diffusion.LevelsConfig.Distribution;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.model.BranchConfig;
import io.lightcone.model.ModelConfig;
import io.lightcone.run.OptimizerConfig.Decay;
import io.lightcone.tensor.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The named configurations, each a function that returns a whole one. Sizes from {@code s} to {@code xl} have the
 * widths and depths of DiT (arXiv 2212.09748, table 1). Every {@code msc-} preset has a {@code dense-} twin that
 * differs in nothing but its attention. From {@code tiny} on both have {@code ar-diffusion-} forms, which differ in
 * everything about noise and in the optimiser, and up to {@code b} {@code scd-} forms, which differ in where the past
 * is seen. The {@code world-} presets are for small worlds that are played in real time.
 */
public final class Presets {
    /** The name of the preset of {@code train} when none is named. */
    public static final String DEFAULT = "msc-tiny";

    private static final long SEED = 1;
    private static final double CONDITION_DROPOUT = 0.1;
    private static final double PAST_LEVEL = 0.2;
    private static final int WORLD_MINUTES = 150;
    private static final long UNLIMITED_STEPS = 1_000_000;
    private static final Map<String, RunConfig> ALL = all();

    private Presets() {}

    private static Map<String, RunConfig> all() {
        Map<String, RunConfig> presets = new LinkedHashMap<>();
        for (RunConfig preset : List.of(mscDemo(), mscTiny(), msc256(), mscS(), mscB(), mscL(), mscXl())) {
            presets.put(preset.preset(), preset);
            RunConfig twin = dense(preset);
            presets.put(twin.preset(), twin);
        }
        for (RunConfig preset : List.of(mscTiny(), mscS(), mscB(), mscL(), mscXl())) {
            String size = preset.preset().substring("msc-".length());
            for (RunConfig each : List.of(
                    arDiffusion("ar-diffusion-" + size, dense(preset)),
                    arDiffusion("ar-diffusion-msc-" + size, preset))) {
                presets.put(each.preset(), each);
            }
        }
        for (RunConfig preset : List.of(mscTiny(), mscS(), mscB())) {
            String size = preset.preset().substring("msc-".length());
            for (RunConfig each :
                    List.of(separable("scd-" + size, dense(preset)), separable("scd-msc-" + size, preset))) {
                presets.put(each.preset(), each);
            }
        }
        for (RunConfig preset : List.of(worldMsc(), worldScd())) {
            presets.put(preset.preset(), preset);
        }
        return presets;
    }

    /** Returns the names of all presets, small to large. */
    public static Set<String> names() {
        return ALL.keySet();
    }

    /**
     * Returns the preset of that name.
     *
     * @throws UserException if there is none
     */
    public static RunConfig named(String name) {
        RunConfig preset = ALL.get(name);
        if (CodecPresets.names().contains(name)) {
            throw new UserException(
                    "'" + name + "' is a preset of a codec, not of a model; choose one of a model, such as " + DEFAULT);
        }
        if (preset == null) {
            throw new UserException("there is no preset named '" + name + "'; " + Suggestions.hint(name, names()));
        }
        return preset;
    }

    private static RunConfig dense(RunConfig preset) {
        String name = preset.preset().replaceFirst("^msc", "dense");
        return ConfigReader.with(preset.with(preset.model().dense()), "preset=" + name);
    }

    /**
     * Returns AR-Diffusion (arXiv 2503.07418) at the size of {@code preset}, with its attention: clean frames are
     * predicted, noise never falls over frames, and generation lets each frame follow the one before it five of fifty
     * updates behind. The optimiser is the published one for Sky Timelapse and Taichi, which ran for 100,000 steps of
     * 96 clips a device; steps and batch are left to the user. Finished frames are shown at the lowest level of
     * training.
     */
    private static RunConfig arDiffusion(String name, RunConfig preset) {
        double lowest = 1.0 / LevelsConfig.Fopp.defaults().timesteps();
        return ConfigReader.with(
                preset,
                "preset=" + name,
                "diffusion.schedule=sqrt_linear",
                "diffusion.prediction=x0",
                "training.levels.kind=fopp",
                "training.levels.distribution=uniform",
                "training.levels.mean=0",
                "training.optimizer.learningRate=2e-4",
                "training.optimizer.warmup=0",
                "training.optimizer.decay=constant",
                "training.optimizer.beta2=0.999",
                "training.optimizer.weightDecay=1e-4",
                "training.optimizer.ema=0.9999",
                "sampling.steps=50",
                "sampling.order=ad",
                "sampling.gap=5",
                "sampling.solver=ddim",
                "sampling.context.given=" + lowest,
                "sampling.context.generated=" + lowest);
    }

    /**
     * Returns SCD (arXiv 2602.10095) with the layers of {@code preset}: two thirds of them are the encoder, as
     * published (8 of 12). The decoder learns twice as fast, from two draws for each pass of the encoder. Other than
     * published, the encoder is trained on a past with a little noise: it will meet frames that the model has
     * generated.
     */
    private static RunConfig separable(String name, RunConfig preset) {
        int encoder = preset.model().depth() * 2 / 3;
        return ConfigReader.with(
                preset, "preset=" + name, "model.encoder=" + encoder, "training.separable.pastLevel=" + PAST_LEVEL);
    }

    /**
     * Returns a model that learns in five minutes on two cores: one digit in 32x32 pixels, moving slowly. Levels lean
     * towards noise, where content must come from the past; the high branch sees far enough to follow the digit.
     */
    private static RunConfig mscDemo() {
        BranchConfig high = BranchConfig.high(2, 5, 12);
        BranchConfig low = BranchConfig.low(2, 2, 2, 1);
        TrainingConfig training = new TrainingConfig(
                SEED,
                12,
                List.of(),
                4,
                1,
                UNLIMITED_STEPS,
                5,
                Precision.AUTO,
                AttentionPlans.Method.TILED,
                Precision.AUTO,
                false,
                LevelsConfig.independent(Distribution.LOGIT_NORMAL, 0.5),
                GivenConfig.none(),
                SeparableConfig.published(),
                ShortcutConfig.published(),
                ConsistencyConfig.none(),
                CONDITION_DROPOUT,
                OptimizerConfig.adamW(4e-3, 50, Decay.COSINE, 0.995),
                new ReportConfig(20, 1_000, 16, 2_000, 1_000, 2));
        return new RunConfig(
                "msc-demo",
                model(1, 4, 128, 5, high, low),
                MovingDigitsConfig.of(32, 1, 16, 1),
                CodecConfig.pixels(),
                DiffusionConfig.flow(),
                training,
                SamplingConfig.frameByFrame(4, 0.15, 4));
    }

    /** Returns a small model for colour videos of 64x64 pixels, to train on a laptop. */
    private static RunConfig mscTiny() {
        ModelConfig model = model(3, 8, 256, 6, BranchConfig.high(2, 5, 4), BranchConfig.low(2, 2, 2, 2));
        return videos("msc-tiny", model, 64, 4, 1e-3);
    }

    /**
     * Returns a model for pictures of 256x256 in the latents of a codec, to train on a processor. A picture has as many
     * tokens as one of 64x64 has in msc-tiny. Each holds several hundred numbers of latents, so the model is wide, and
     * predicts the clean frame: what is asked of a token is then what pictures can be, and not noise, all of whose
     * numbers are independent (arXiv 2511.13720). Clips begin with given frames.
     */
    private static RunConfig msc256() {
        return ConfigReader.with(
                mscTiny(),
                "preset=msc-256",
                "model.width=512",
                "model.depth=4",
                "model.patch=32",
                "data.height=256",
                "data.width=256",
                "diffusion.prediction=x0",
                "diffusion.weight=ramp",
                "training.given.frames=4");
    }

    /**
     * Returns one causal transformer for small worlds with actions, whose weights fit into 8 MB of 16-bit numbers, that
     * makes frames in 1, 2, 4 and up to 16 updates. It has two and a half hours to learn.
     */
    private static RunConfig worldMsc() {
        return world("world-msc", ConfigReader.with(mscTiny(), "model.depth=6"));
    }

    /**
     * Returns encoder and decoder for small worlds with actions, whose weights fit into 8 MB of 16-bit numbers: four
     * layers that run once per frame, and two that denoise, to each of whose tokens the encoder's token at its place is
     * joined, which is half the work of tokens side by side. Past frames have more noise in training than elsewhere,
     * and some of them are its own in the last third, for it will live with these.
     */
    private static RunConfig worldScd() {
        return ConfigReader.with(
                world("world-scd", mscTiny()),
                "model.depth=6",
                "model.encoder=4",
                "model.combine=channels",
                "training.separable.pastLevel=0.5",
                "training.separable.resampling.share=0.3",
                "training.separable.resampling.after=0.65");
    }

    private static RunConfig world(String name, RunConfig preset) {
        return ConfigReader.with(
                preset,
                "preset=" + name,
                "model.width=192",
                "model.feedForward=3",
                "model.shortcut=16",
                "data.kind=world",
                "diffusion.prediction=x0",
                "diffusion.weight=ramp",
                "training.minutes=" + WORLD_MINUTES,
                "training.given.frames=4",
                "sampling.steps=4",
                "sampling.context.given=0.25",
                "sampling.context.generated=0.25");
    }

    private static RunConfig mscS() {
        ModelConfig model = model(3, 8, 384, 12, BranchConfig.high(3, 7, 4), BranchConfig.low(3, 2, 4, 4));
        return videos("msc-s", model, 128, 8, 2e-4);
    }

    private static RunConfig mscB() {
        ModelConfig model = model(3, 8, 768, 12, BranchConfig.high(6, 7, 4), BranchConfig.low(6, 2, 4, 4));
        return videos("msc-b", model, 128, 8, 1e-4);
    }

    private static RunConfig mscL() {
        ModelConfig model = model(3, 8, 1024, 24, BranchConfig.high(8, 7, 4), BranchConfig.low(8, 2, 4, 4));
        return videos("msc-l", model, 256, 8, 1e-4);
    }

    private static RunConfig mscXl() {
        ModelConfig model = model(3, 8, 1152, 28, BranchConfig.high(8, 7, 4), BranchConfig.low(8, 2, 4, 4));
        return videos("msc-xl", model, 256, 8, 1e-4);
    }

    private static ModelConfig model(
            int channels, int patch, int width, int depth, BranchConfig high, BranchConfig low) {
        return ModelConfig.of(channels, patch, width, depth, 4, List.of(high, low));
    }

    /** Returns a configuration for training on colour clips of 16 frames, 12 a second, without an end. */
    private static RunConfig videos(String name, ModelConfig model, int size, int batch, double learningRate) {
        TrainingConfig training = new TrainingConfig(
                SEED,
                16,
                List.of(),
                batch,
                1,
                UNLIMITED_STEPS,
                0,
                Precision.AUTO,
                AttentionPlans.Method.TILED,
                Precision.AUTO,
                false,
                LevelsConfig.independent(Distribution.LOGIT_NORMAL, 0),
                GivenConfig.none(),
                SeparableConfig.published(),
                ShortcutConfig.published(),
                ConsistencyConfig.none(),
                CONDITION_DROPOUT,
                OptimizerConfig.adamW(learningRate, 200, Decay.COSINE, 0.999),
                new ReportConfig(20, 500, 16, 1_000, 500, 3));
        return new RunConfig(
                name,
                model,
                VideosConfig.of(size, 12),
                CodecConfig.pixels(),
                DiffusionConfig.flow(),
                training,
                SamplingConfig.frameByFrame(20, 0.05, 4));
    }
}
