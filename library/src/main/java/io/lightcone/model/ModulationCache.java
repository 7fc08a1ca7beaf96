// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Timeline;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the modulations of frames in work. A denoising plan takes every frame through the same few levels, so they
 * are computed for the first frames and found again for all others, as long as the weights do not change; that saves a
 * pass over weights which are a third of all. It records no gradients.
 */
final class ModulationCache implements AutoCloseable {
    private static final int MOST = 64;

    private record Key(List<Long> shape, List<Double> levels, List<Double> steps, Conditions conditions) {}

    /** Computes the modulations of frames. */
    @FunctionalInterface
    interface Source {
        /** Returns the modulations of frames with their levels, updates (null for the finest) and conditions. */
        Modulations of(Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions);
    }

    private final Source compute;
    /** The modulations in use; those that have been unused for longest are freed. */
    private final Map<Key, Modulations> kept = new LinkedHashMap<>(MOST, 0.75f, true);

    /** Creates an empty cache. */
    ModulationCache(Source compute) {
        this.compute = compute;
    }

    /** Returns the modulations of frames, which stay this cache's, until the next call at least, or the scope's. */
    Modulations of(Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions) {
        try (Timeline.Span span = Timeline.span("conditions")) {
            return find(level_BT, step_BT, conditions);
        }
    }

    private Modulations find(Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions) {
        if (!level_BT.is_cpu()) {
            // To read the level, the CPU would have to wait for the device.
            return compute.of(level_BT, step_BT, conditions);
        }
        Key key = new Key(
                Arrays.stream(level_BT.shape()).boxed().toList(),
                numbers(level_BT),
                step_BT == null ? List.of() : numbers(step_BT),
                conditions);
        Modulations found = kept.get(key);
        if (found != null) {
            return found;
        }
        Modulations created =
                Scopes.within(() -> compute.of(level_BT, step_BT, conditions).keep());
        kept.put(key, created);
        if (kept.size() > MOST) {
            Key eldest = kept.keySet().iterator().next();
            kept.remove(eldest).free();
        }
        return created;
    }

    private static List<Double> numbers(Tensor tensor) {
        return Arrays.stream(Tensors.doubles(tensor)).boxed().toList();
    }

    @Override
    public void close() {
        kept.values().forEach(Modulations::free);
        kept.clear();
    }
}
