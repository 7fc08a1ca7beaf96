// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import io.lightcone.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The plans in use, made at first need and shared by all layers and steps. When they hold more than a given amount of
 * memory, the one that has been unused for longest goes.
 */
public final class AttentionPlans implements AutoCloseable {
    private static final long DEFAULT_BYTES = 2L << 30;

    /** What a plan was made for. */
    private record Key(Branch branch, Grid grid, ScalarType type, String device) {}

    private final Map<Key, MaskedPlan> plans = new LinkedHashMap<>(16, 0.75f, true);
    private final long limit;
    private long bytes;
    private long built;

    public AttentionPlans() {
        this(DEFAULT_BYTES);
    }

    /**
     * Plans that together hold at most {@code limit} bytes of native memory, the one in use not counted.
     */
    public AttentionPlans(long limit) {
        this.limit = limit;
    }

    /** The plan of {@code branch} on {@code grid}, the branch's own grid, for queries like {@code like}. */
    public synchronized AttentionPlan plan(Branch branch, Grid grid, Tensor like) {
        ScalarType type = Tensors.type(like);
        String device = like.device().str().getString();
        Key key = new Key(branch.neighbourhoodOnly(), grid, type, device);
        MaskedPlan found = plans.get(key);
        if (found != null) {
            return found;
        }
        MaskedPlan made = new MaskedPlan(new Neighbourhood(branch, grid), type, like.device());
        built++;
        bytes += made.bytes();
        evict();
        plans.put(key, made);
        return made;
    }

    private void evict() {
        var eldest = plans.entrySet().iterator();
        while (bytes > limit && eldest.hasNext()) {
            MaskedPlan plan = eldest.next().getValue();
            bytes -= plan.bytes();
            plan.close();
            eldest.remove();
        }
    }

    /** How many plans have been made so far; it stands still while the cache does its work. */
    public synchronized long built() {
        return built;
    }

    @Override
    public synchronized void close() {
        plans.values().forEach(MaskedPlan::close);
        plans.clear();
        bytes = 0;
    }
}
