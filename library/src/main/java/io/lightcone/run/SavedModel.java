// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.model.ModelConfig;
import java.util.Map;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a file of weights says of its model, so that it can be read without the run that it comes from; {@code docs/weights.md}
 * tells how. It is a part of the run's configuration, as JSON since every language reads that.
 *
 * @param model whose weights they are
 * @param diffusion what its predictions mean
 */
public record SavedModel(ModelConfig model, DiffusionConfig diffusion) {
    /** Of the names, the shapes and the meaning of weights: another number once any of them changes. */
    private static final int LAYOUT = 1;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE).build();

    public static SavedModel of(RunConfig config) {
        return new SavedModel(config.model(), config.diffusion());
    }

    /**
     * The metadata of a file of its weights.
     *
     * @param version of Lightcone that writes it
     */
    Map<String, String> metadata(String version) {
        return Map.of("lightcone", "weights", "layout", String.valueOf(LAYOUT), "version", version, "config", json());
    }

    /** The JSON of both sections, with the keys and values of {@code config.yaml}. */
    String json() {
        return JSON.writeValueAsString(this);
    }
}
