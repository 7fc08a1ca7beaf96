// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.AttentionPlans;
import io.lightcone.tensor.Recomputation;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Says in which types and with which attention plans a model computes. Several models may share one; whoever created it
 * closes it.
 *
 * @param type type of the residual stream and of norms
 * @param linear type in which the large matrix products are computed
 * @param attention type of attention within a clip
 * @param cached type of keys and values of finished frames and of attention to them
 * @param plans the prepared attention of all layers
 * @param recomputation applies all layers, so that their gradients can be computed in less memory
 */
public record Compute(
        ScalarType type,
        ScalarType linear,
        ScalarType attention,
        ScalarType cached,
        AttentionPlans plans,
        Recomputation recomputation)
        implements AutoCloseable {
    /** Computes in these types, attends in {@code type}, and owns the plans. */
    public Compute(ScalarType type, ScalarType linear, AttentionPlans plans) {
        this(type, linear, type, type, plans);
    }

    /** Computes in these types and with these plans, which it then owns. */
    public Compute(ScalarType type, ScalarType linear, ScalarType attention, ScalarType cached, AttentionPlans plans) {
        this(type, linear, attention, cached, plans, new Recomputation());
    }

    @Override
    public void close() {
        plans.close();
    }
}
