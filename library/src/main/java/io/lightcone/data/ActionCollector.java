// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the names of actions one after the other, each name once. */
final class ActionCollector {
    private final Map<String, Integer> known = new LinkedHashMap<>();
    private int[] numbers = new int[64];
    private int count;

    /** Adds the action of the next frame; null for none. */
    void add(@Nullable String name) {
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.multiplyExact(count, 2));
        }
        numbers[count++] = name == null ? ActionTrack.NONE : known.computeIfAbsent(name, key -> known.size());
    }

    /** Returns how many were added. */
    int count() {
        return count;
    }

    /** Returns the different names in the order in which they came first. */
    List<String> names() {
        return new ArrayList<>(known.keySet());
    }

    /** Returns for each that was added the number of its name, or {@link ActionTrack#NONE}. */
    int[] numbers() {
        return Arrays.copyOf(numbers, count);
    }
}
