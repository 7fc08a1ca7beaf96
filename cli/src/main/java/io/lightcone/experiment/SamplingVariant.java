// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import java.util.ArrayList;
import java.util.List;

/**
 * A variant of sampling, under which a trained model generates.
 *
 * @param order order of frames and updates, as tables call it
 * @param context noise level at which finished frames are shown to the model, in [0, 1]
 * @param settings settings of sampling that make the variant, applied to those of the run
 */
public record SamplingVariant(String order, double context, List<String> settings) {
    public SamplingVariant {
        settings = List.copyOf(settings);
    }

    /**
     * Creates a variant whose given and generated frames are shown at the level {@code context}.
     *
     * @param orderSettings settings that make the order
     */
    static SamplingVariant of(String order, double context, String... orderSettings) {
        List<String> settings = new ArrayList<>(List.of(orderSettings));
        settings.add("sampling.context.given=" + context);
        settings.add("sampling.context.generated=" + context);
        return new SamplingVariant(order, context, settings);
    }

    /** Returns the name of the variant in tables: its order and its context level. */
    public String name() {
        return order + ", context " + context;
    }
}
