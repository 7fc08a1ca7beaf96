// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.UserException;
import io.lightcone.attention.Grid;
import io.lightcone.codec.LatentLayout;
import io.lightcone.config.ConfigReader;
import io.lightcone.model.ModelCost;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import java.util.List;
import org.bytedeco.pytorch.Device;

/**
 * What is measured.
 *
 * @param config whose model and training
 * @param frames of a clip
 * @param height of a frame in pixels
 * @param width of a frame in pixels
 * @param rounds in which every contestant runs once
 * @param device where
 */
public record Setting(RunConfig config, int frames, int height, int width, int rounds, Device device) {
    /** Says which setting is at fault. */
    public Setting {
        if (rounds < 1) {
            throw new UserException("--rounds must be at least 1, not " + rounds);
        }
        LatentLayout latents = config.latents();
        latents.requireWhole("--frames", frames);
        // Says so if the patch does not divide the frames.
        ModelCost.of(config.model(), 1, latents.side(height), latents.side(width), ModelCost.FLOAT32);
    }

    /**
     * Where MSC ought to pay: 16 frames of 32x32 tokens of width 512, eight heads of 64 in two branches. Two layers, so that
     * a training step takes seconds; all layers cost the same. It learns faster from the start than a preset, so that a
     * comparison of losses compares something soon. The rest is as in the preset msc-s.
     */
    public static RunConfig standard() {
        return ConfigReader.read(
                RunConfig.class,
                Presets.named("msc-s"),
                null,
                List.of(
                        "preset=bench",
                        "model.width=512",
                        "model.depth=2",
                        "model.patch=2",
                        "model.branches.0.heads=4",
                        "model.branches.1.heads=4",
                        "model.branches.1.maxDown=2",
                        "data.width=64",
                        "data.height=64",
                        "training.batch=1",
                        "training.optimizer.learningRate=0.001",
                        "training.optimizer.warmup=50",
                        "training.linear=float32"));
    }

    /** All tokens of a clip. */
    public Grid grid() {
        int patch = config.model().patch();
        return new Grid(latentFrames(), latentHeight() / patch, latentWidth() / patch);
    }

    /** Returns how many frames of latents a clip is. */
    public int latentFrames() {
        return config.latents().frames(frames);
    }

    /** Returns the rows of latents of a frame. */
    int latentHeight() {
        return config.latents().side(height);
    }

    /** Returns the columns of latents of a frame. */
    int latentWidth() {
        return config.latents().side(width);
    }

    /** The cost of the model on a clip. */
    ModelCost cost() {
        return ModelCost.of(config.model(), latentFrames(), latentHeight(), latentWidth(), ModelCost.FLOAT32);
    }

    /** The same of another model. */
    Setting with(RunConfig other) {
        return new Setting(other, frames, height, width, rounds, device);
    }

    /** With settings over those of the configuration. */
    static RunConfig changed(RunConfig config, String... settings) {
        return RunConfig.read(config, null, List.of(settings));
    }
}
