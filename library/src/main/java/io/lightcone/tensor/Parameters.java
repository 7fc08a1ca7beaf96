// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import io.lightcone.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Holds the named weights of a model, in the order in which the model declares them. The same declarations create fresh
 * weights and accept loaded ones, so a checkpoint of another shape is refused by the weight's name. This object owns
 * the tensors until {@link #close}.
 */
public final class Parameters implements AutoCloseable {
    static {
        NativeMemory.allow();
    }

    /** Says what values a fresh weight starts from; a weight is declared with it. */
    @FunctionalInterface
    public interface Start {
        /** Makes all values zero and draws nothing. */
        Start ZERO = (weight, random) -> weight.zero_();

        /**
         * Overwrites {@code weight} with its first values, without recording gradients. What it draws from {@code
         * random} decides what is left for the weights that are declared later.
         */
        void write(Tensor weight, RandomStream random);
    }

    private static final String CHECKPOINT = "the checkpoint";

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, Declaration> declarations = new LinkedHashMap<>();
    private final @Nullable Map<String, Tensor> given;
    private final boolean shares;
    private final Device device;
    private final ScalarType type;
    private final String source;
    private final List<LinearMap> maps = new ArrayList<>();
    private String group = "";

    /** Holds what was declared of a weight: how its values start, and its group. */
    private record Declaration(Start start, String group) {}

    private Parameters(
            @Nullable Map<String, Tensor> given, boolean shares, Device device, ScalarType type, String source) {
        this.given = given;
        this.shares = shares;
        this.device = device;
        this.type = type;
        this.source = source;
    }

    /** Creates fresh weights: whatever is declared is zero until {@link #initialise}, and takes part in training. */
    public static Parameters fresh(Device device, ScalarType type) {
        return new Parameters(null, false, device, type, CHECKPOINT);
    }

    /** Returns whether weights are created fresh, rather than loaded. */
    public boolean areFresh() {
        return given == null;
    }

    /** Loads weights from {@code given}: whatever is declared must be there, in the shape declared. */
    public static Parameters loaded(Map<String, Tensor> given, Device device) {
        return loaded(given, device, ScalarType.Float, CHECKPOINT);
    }

    /**
     * Loads weights as {@link #loaded(Map, Device)}, from a file of another origin.
     *
     * @param type what the weights are converted to
     * @param source name of what holds them, such as a file, for messages
     */
    public static Parameters loaded(Map<String, Tensor> given, Device device, ScalarType type, String source) {
        return new Parameters(given, false, device, type, source);
    }

    /**
     * Returns weights that are those of {@code other} in memory, but have gradients of their own: for a second model
     * that computes at the same time. Whoever changes the one changes the other.
     */
    public static Parameters sharing(Parameters other) {
        return new Parameters(other.tensors, true, other.device, other.type, other.source);
    }

    /**
     * Declares a weight, in the group that {@link #inGroup} says, and returns it; it belongs to this object.
     *
     * @param start what {@link #initialise} gives it; loaded weights keep their values
     * @return the weight, which stays this object's
     * @throws UserException if loaded weights lack it or have another shape
     */
    public Tensor declare(String name, Start start, long... shape) {
        if (tensors.containsKey(name)) {
            throw new IllegalStateException("weight " + name + " is declared twice");
        }
        Tensor made = Scopes.unscoped(() -> {
            if (given == null) {
                return torch.zeros(shape, Tensors.options(type, device)).set_requires_grad(true);
            }
            Tensor value = checked(name, given.get(name), shape).detach();
            return (shares ? value : value.to(device, type).clone()).set_requires_grad(true);
        });
        tensors.put(name, made);
        declarations.put(name, new Declaration(start, group));
        return made;
    }

    /**
     * Puts the weights that {@code declarations} declares into a group of their own, so that an optimiser may treat
     * them apart; all others are in the group "".
     *
     * @return what {@code declarations} returns
     */
    public <T extends @Nullable Object> T inGroup(String name, Supplier<T> declarations) {
        String outer = group;
        group = name;
        try {
            return declarations.get();
        } finally {
            group = outer;
        }
    }

    /**
     * Returns the group that a weight was declared in.
     *
     * @throws IllegalArgumentException if there is no such weight
     */
    public String group(String name) {
        return declared(name).group;
    }

    private Declaration declared(String name) {
        Declaration declaration = declarations.get(name);
        if (declaration == null) {
            throw new IllegalArgumentException("there is no weight " + name);
        }
        return declaration;
    }

    /**
     * Gives every weight the start that it was declared with, in the order of the declarations, drawing from {@code
     * random}.
     */
    public void initialise(RandomStream random) {
        Scopes.runWithoutGrad(
                () -> tensors.forEach((name, weight) -> declared(name).start.write(weight, random)));
    }

    /**
     * Returns the map with one of these weights, [out, in], and one of these biases, [out] or null for none, that
     * multiplies in {@code type}; it is closed with this object.
     */
    public LinearMap map(Tensor weight_OI, @Nullable Tensor bias_O, ScalarType type) {
        LinearMap made = new LinearMap(weight_OI, bias_O, type);
        maps.add(made);
        return made;
    }

    private Tensor checked(String name, @Nullable Tensor tensor, long... shape) {
        if (tensor == null) {
            throw new UserException(source + " has no weight " + name + "; it belongs to another model");
        }
        long[] found = tensor.shape();
        if (!Arrays.equals(found, shape)) {
            throw new UserException("in " + source + ", the weight " + name + " has the shape " + Arrays.toString(found)
                    + ", the model needs " + Arrays.toString(shape) + "; it belongs to another model");
        }
        return tensor;
    }

    /** Returns the weights by name, in declaration order. */
    public Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** Returns how many numbers the weights hold. */
    public long count() {
        return tensors.values().stream().mapToLong(Tensor::numel).sum();
    }

    /** Returns the bytes of the weights, and of what is kept of them for products. */
    public long bytes() {
        return tensors.values().stream().mapToLong(Tensor::nbytes).sum()
                + maps.stream().mapToLong(LinearMap::bytes).sum();
    }

    public Device device() {
        return device;
    }

    @Override
    public void close() {
        maps.forEach(LinearMap::close);
        tensors.values().forEach(Tensor::close);
        tensors.clear();
    }
}
