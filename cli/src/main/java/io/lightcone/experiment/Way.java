// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import java.util.ArrayList;
import java.util.List;

/**
 * A way to generate.
 *
 * @param order of frames and updates, in the words of tables
 * @param context level at which finished frames are shown, in [0, 1]
 * @param settings of sampling that make both, over those of the run
 */
public record Way(String order, double context, List<String> settings) {
    public Way {
        settings = List.copyOf(settings);
    }

    /**
     * That way.
     *
     * @param making settings that make the order
     */
    static Way of(String order, double context, String... making) {
        List<String> settings = new ArrayList<>(List.of(making));
        settings.add("sampling.context.given=" + context);
        settings.add("sampling.context.generated=" + context);
        return new Way(order, context, settings);
    }

    /** What tables call it. */
    public String name() {
        return order + ", context " + context;
    }
}
