// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * The state of something in progress as named tensors and whole numbers, to be taken up later bit for bit. A part of it has
 * its names behind a prefix. The tensors stay whose they are: a snapshot is written to a file, or read from, at once.
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

    /** Nothing yet. */
    public static Snapshot empty() {
        return new Snapshot(new LinkedHashMap<>(), "");
    }

    /** What was saved. */
    public static Snapshot of(Map<String, Tensor> tensors) {
        return new Snapshot(tensors, "");
    }

    /** The same on {@code device}, in the caller's scope where that is another. */
    public Snapshot on(Device device) {
        Map<String, Tensor> moved = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> moved.put(name, tensor.to(device, Tensors.type(tensor))));
        return new Snapshot(moved, prefix);
    }

    /** A part of this one: what is put there is put here. */
    public Snapshot part(String name) {
        return new Snapshot(tensors, prefix + name + ".");
    }

    /** A part that is one of many. */
    public Snapshot part(String name, int number) {
        return part(name + "." + number);
    }

    /** Puts a tensor under a name that is still free. */
    public void put(String name, Tensor tensor) {
        if (tensors.putIfAbsent(prefix + name, tensor) != null) {
            throw new IllegalStateException(prefix + name + " is there already");
        }
    }

    /** Puts whole numbers, in the caller's scope. */
    public void put(String name, long... numbers) {
        put(name, Tensors.of(numbers, numbers.length));
    }

    /** Whether there is something of that name. */
    public boolean has(String name) {
        return tensors.containsKey(prefix + name);
    }

    /**
     * The tensor of that name.
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
     * The whole numbers of that name.
     *
     * @throws IllegalArgumentException if there are none
     */
    public long[] numbers(String name) {
        return Tensors.longs(tensor(name));
    }

    /** The only number of that name. */
    public long number(String name) {
        return numbers(name)[0];
    }

    /** Everything, by full name. */
    public Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }
}
