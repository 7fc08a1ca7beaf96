// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.experiment.Mean;

/**
 * A mean with its standard error, as reports print it in JSON.
 *
 * @param mean the mean
 * @param error its standard error
 */
record MeanJson(double mean, double error) {
    static MeanJson of(Mean mean) {
        return new MeanJson(mean.value(), mean.error());
    }
}
