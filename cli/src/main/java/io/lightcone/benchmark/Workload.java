// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.RecordCopy;
import io.lightcone.UserException;
import io.lightcone.attention.Grid;
import io.lightcone.codec.LatentLayout;
import io.lightcone.config.ConfigReader;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.ModelCost;
import io.lightcone.run.Machine;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.Precision;
import java.util.List;
import org.bytedeco.pytorch.Device;

/**
 * The workload of a benchmark: a configuration on clips of one size, for so many rounds on one device.
 *
 * @param config configuration whose model and training are measured
 * @param frames frames of a clip
 * @param height height of a frame in pixels
 * @param width width of a frame in pixels
 * @param rounds rounds, in each of which every contestant runs once
 * @param device where everything is computed
 */
public record Workload(RunConfig config, int frames, int height, int width, int rounds, Device device) {
    /** Checks the sizes and names the setting at fault. */
    public Workload {
        if (rounds < 1) {
            throw new UserException("rounds must be at least 1, not " + rounds);
        }
        LatentLayout latents = config.latents();
        latents.requireWhole("frames", frames);
        // Throws if the patch does not divide the frames.
        ModelCost.of(config.model(), 1, latents.side(height), latents.side(width), ModelCost.FLOAT32);
    }

    /**
     * Returns the configuration that is measured if none is named, one for which MSC ought to pay: 16 frames of 32x32
     * tokens of width 512, eight heads of 64 in two branches. It has two layers, so that a training step takes seconds;
     * all layers cost the same. It learns faster from the start than a preset, so that a comparison of losses compares
     * something soon. The rest is as in the preset msc-s.
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

    /** Returns the grid of all tokens of a clip. */
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

    /** Returns the model as training sees such a clip with it: through a window where the clip is a longer one. */
    ModelConfig modelOnClip() {
        return config.model().within(config.windowOf(latentFrames()));
    }

    /** Counts the cost of the model on a clip. */
    ModelCost cost() {
        return ModelCost.of(modelOnClip(), latentFrames(), latentHeight(), latentWidth(), ModelCost.FLOAT32);
    }

    /** Returns the setting of the type of attention that a training with such products would find best here. */
    String attentionType(MatmulPrecision products) {
        Precision type = products == MatmulPrecision.FLOAT32 ? Precision.FLOAT32 : Machine.attentionOn(device);
        return "training.attentionType=" + type;
    }

    /** Returns this workload with another configuration. */
    Workload with(RunConfig other) {
        return RecordCopy.of(this).with(Workload::config, other).build();
    }

    /** Returns {@code config} with settings such as {@code model.width=32} applied to it. */
    static RunConfig changed(RunConfig config, String... settings) {
        return RunConfig.read(config, null, List.of(settings));
    }
}
