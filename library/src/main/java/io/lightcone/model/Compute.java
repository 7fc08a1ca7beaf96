// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.AttentionPlans;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Says in which types and with which attention plans a model computes. Several models may share one; whoever created it
 * closes it.
 *
 * @param type type of the residual stream, of norms, and of attention within a clip
 * @param linear type in which the large matrix products are computed
 * @param cached type of keys and values of finished frames and of attention to them
 * @param plans the prepared attention of all layers
 */
public record Compute(ScalarType type, ScalarType linear, ScalarType cached, AttentionPlans plans)
        implements AutoCloseable {
    /** Creates one that keeps keys and values in {@code type}. */
    public Compute(ScalarType type, ScalarType linear, AttentionPlans plans) {
        this(type, linear, type, plans);
    }

    @Override
    public void close() {
        plans.close();
    }
}
