// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/** A plan as {@link AttentionPlans} keeps it: with the native memory that it holds. */
interface PreparedPlan extends AttentionPlan, AutoCloseable {
    /** Bytes of native memory that this plan holds: indices and masks. */
    long bytes();

    @Override
    void close();
}
