// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/** Extends a plan by the native memory that it holds, as {@link AttentionPlans} keeps it. */
interface PreparedPlan extends AttentionPlan, AutoCloseable {
    /** Returns the bytes of native memory that this plan holds: indices and masks. */
    long bytes();

    @Override
    void close();
}
