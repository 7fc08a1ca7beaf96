// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.model.ModelConfig;
import java.util.Map;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The description of a model in a file of its weights, so that these can be read without the run that they come from;
 * {@code docs/weights.md} says how. It is a part of the run's configuration, as JSON since every language reads that.
 *
 * @param model configuration of the model whose weights they are
 * @param diffusion what its predictions mean
 */
public record SavedModel(ModelConfig model, DiffusionConfig diffusion) {
    /** The number of the layout, which changes once any name, shape or meaning of weights does. */
    private static final int LAYOUT = 1;

    /** The number of the layout of models whose layers do not all see the past, or that are told how far updates go. */
    private static final int LATER_LAYOUT = 2;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE).build();

    public static SavedModel of(RunConfig config) {
        return new SavedModel(config.model(), config.diffusion());
    }

    /**
     * Returns the metadata of a file of weights of this model.
     *
     * @param version version of Lightcone that writes it
     */
    Map<String, String> metadata(String version) {
        int layout = model.temporalEvery() == 1 && model.shortcut() == 0 ? LAYOUT : LATER_LAYOUT;
        return Map.of("lightcone", "weights", "layout", String.valueOf(layout), "version", version, "config", json());
    }

    /** Returns the JSON of both sections, with the keys and values of {@code config.yaml}. */
    String json() {
        return JSON.writeValueAsString(this);
    }
}
