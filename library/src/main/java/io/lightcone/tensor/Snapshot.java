// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * Holds the state of something in progress as named tensors and whole numbers, to be restored later bit for bit. The
 * names of a part begin with a prefix. A snapshot owns no tensor: it is written to a file, or restored from, while the
 * owners of its tensors still have them.
 */
public final class Snapshot {
    static {
        NativeMemory.allow();
    }

    private final Map<String, Tensor> tensors;
    private final String prefix;

    private Snapshot(Map<String, Tensor> tensors, String prefix) {
        this.tensors = tensors;
        this.prefix = prefix;
    }

    /** Returns an empty snapshot, to save state into. */
    public static Snapshot empty() {
        return new Snapshot(new LinkedHashMap<>(), "");
    }

    /** Returns a snapshot of tensors that were saved earlier, to restore state from. */
    public static Snapshot of(Map<String, Tensor> tensors) {
        return new Snapshot(tensors, "");
    }

    /** Returns this snapshot on {@code device}; tensors of another device are copied into the caller's scope. */
    public Snapshot on(Device device) {
        Map<String, Tensor> moved = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> moved.put(name, tensor.to(device, Tensors.type(tensor))));
        return new Snapshot(moved, prefix);
    }

    /** Returns a part of this snapshot: what is put there is put here, under the part's prefix. */
    public Snapshot part(String name) {
        return new Snapshot(tensors, prefix + name + ".");
    }

    /** Returns a part that is one of many of that name, by its number. */
    public Snapshot part(String name, int number) {
        return part(name + "." + number);
    }

    /** Saves a tensor under a name that is still free. */
    public void put(String name, Tensor tensor) {
        if (tensors.putIfAbsent(prefix + name, tensor) != null) {
            throw new IllegalStateException(prefix + name + " is there already");
        }
    }

    /** Saves whole numbers as a tensor in the caller's scope. */
    public void put(String name, long... numbers) {
        put(name, Tensors.of(numbers, numbers.length));
    }

    /** Returns whether anything was saved under that name. */
    public boolean has(String name) {
        return tensors.containsKey(prefix + name);
    }

    /**
     * Returns the tensor that was saved under that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(prefix + name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "what was saved has no " + prefix + name + ", so it is of something else");
        }
        return tensor;
    }

    /**
     * Returns the whole numbers that were saved under that name.
     *
     * @throws IllegalArgumentException if there are none
     */
    public long[] numbers(String name) {
        return Tensors.longs(tensor(name));
    }

    /** Returns the one number that was saved under that name. */
    public long number(String name) {
        return numbers(name)[0];
    }

    /** Returns all tensors by their full names. */
    public Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }
}
