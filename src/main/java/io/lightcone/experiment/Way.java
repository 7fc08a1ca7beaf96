// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import java.util.List;

/**
 * A way to generate.
 *
 * @param name that tables call it by
 * @param settings of sampling that make it, over those of the run
 */
public record Way(String name, List<String> settings) {
    public Way {
        settings = List.copyOf(settings);
    }
}
