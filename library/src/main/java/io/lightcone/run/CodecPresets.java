// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.UserException;
import io.lightcone.codec.CausalAutoencoderConfig;
import io.lightcone.config.Suggestions;
import io.lightcone.data.VideosConfig;
import io.lightcone.run.OptimizerConfig.Decay;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The named configurations of codecs, each a function that returns a whole one, as {@link Presets} has of models. */
public final class CodecPresets {
    /** The name of the preset of {@code train-codec} when none is named. */
    public static final String DEFAULT = "vae-tiny";

    private static final long SEED = 1;
    private static final int COLOUR = 3;
    private static final double FRAMES_PER_SECOND = 12;
    private static final long UNLIMITED_STEPS = 1_000_000;
    private static final Map<String, CodecRunConfig> ALL = all();

    private CodecPresets() {}

    private static Map<String, CodecRunConfig> all() {
        Map<String, CodecRunConfig> presets = new LinkedHashMap<>();
        for (CodecRunConfig preset : List.of(tiny(), small(), base())) {
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
    public static CodecRunConfig named(String name) {
        CodecRunConfig preset = ALL.get(name);
        if (Presets.names().contains(name)) {
            throw new UserException(
                    "'" + name + "' is a preset of a model, not of a codec; choose one of a codec, such as " + DEFAULT);
        }
        if (preset == null) {
            throw new UserException(
                    "there is no preset of a codec named '" + name + "'; " + Suggestions.hint(name, names()));
        }
        return preset;
    }

    /** Returns a codec of colour videos of 64x64 pixels that two cores train. */
    private static CodecRunConfig tiny() {
        return videos("vae-tiny", CausalAutoencoderConfig.tiny(COLOUR), 64, 17, 4, 3e-3);
    }

    /** Returns a codec of colour videos of 128x128 pixels. */
    private static CodecRunConfig small() {
        return videos("vae-s", CausalAutoencoderConfig.small(COLOUR), 128, 17, 4, 4e-4);
    }

    /** Returns a codec of colour videos of 256x256 pixels, for a GPU. */
    private static CodecRunConfig base() {
        return videos("vae-b", CausalAutoencoderConfig.base(COLOUR), 256, 17, 8, 2e-4);
    }

    /** Returns a configuration for training on colour clips, 12 pictures a second, without an end. */
    private static CodecRunConfig videos(
            String name, CausalAutoencoderConfig autoencoder, int size, int frames, int batch, double learningRate) {
        CodecTrainingConfig training = new CodecTrainingConfig(
                SEED,
                frames,
                0,
                batch,
                1,
                UNLIMITED_STEPS,
                0,
                ReconstructionConfig.defaults(),
                OptimizerConfig.adamW(learningRate, 200, Decay.COSINE, 0.999),
                new ReportConfig(20, 500, 16, 1_000, 500, 3));
        return new CodecRunConfig(name, autoencoder, VideosConfig.of(size, FRAMES_PER_SECOND), training);
    }
}
