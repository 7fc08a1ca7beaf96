// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import io.lightcone.UserException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
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

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final @Nullable Map<String, Tensor> given;
    private final Device device;
    private final ScalarType type;
    private final List<ConvertedWeight> converted = new ArrayList<>();

    private Parameters(@Nullable Map<String, Tensor> given, Device device, ScalarType type) {
        this.given = given;
        this.device = device;
        this.type = type;
    }

    /** Creates fresh weights: whatever is declared starts at zero and takes part in training. */
    public static Parameters fresh(Device device, ScalarType type) {
        return new Parameters(null, device, type);
    }

    /** Returns whether weights are created fresh, rather than loaded. */
    public boolean areFresh() {
        return given == null;
    }

    /** Loads weights from {@code given}: whatever is declared must be there, in the shape declared. */
    public static Parameters loaded(Map<String, Tensor> given, Device device) {
        return new Parameters(given, device, ScalarType.Float);
    }

    /**
     * Declares a weight and returns it; it belongs to this object.
     *
     * @throws UserException if loaded weights lack it or have another shape
     */
    public Tensor declare(String name, long... shape) {
        if (tensors.containsKey(name)) {
            throw new IllegalStateException("weight " + name + " is declared twice");
        }
        Tensor made = Scopes.unscoped(() -> {
            if (given == null) {
                return torch.zeros(shape, Tensors.options(type, device)).set_requires_grad(true);
            }
            return checked(name, given.get(name), shape)
                    .detach()
                    .to(device, type)
                    .clone()
                    .set_requires_grad(true);
        });
        tensors.put(name, made);
        return made;
    }

    /** Returns one of these weights for products in another type; it is closed with this object. */
    public ConvertedWeight in(ScalarType other, Tensor weight) {
        ConvertedWeight made = new ConvertedWeight(weight, other);
        converted.add(made);
        return made;
    }

    private static Tensor checked(String name, @Nullable Tensor tensor, long... shape) {
        if (tensor == null) {
            throw new UserException("the checkpoint has no weight " + name + "; it belongs to another model.");
        }
        long[] found = tensor.shape();
        if (!java.util.Arrays.equals(found, shape)) {
            throw new UserException("the checkpoint's weight " + name + " has the shape "
                    + java.util.Arrays.toString(found) + ", the model needs " + java.util.Arrays.toString(shape)
                    + "; it belongs to another model.");
        }
        return tensor;
    }

    /** Returns weights with the same values that share nothing with these: for an exponential moving average. */
    public Parameters copy(Device device) {
        return new Parameters(tensors, device, type);
    }

    /** Returns the weights by name, in declaration order. */
    public Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** Lets {@code action} overwrite each weight in place. */
    public void forEach(BiConsumer<String, Tensor> action) {
        Scopes.runWithoutGrad(() -> tensors.forEach(action));
    }

    /** Returns how many numbers the weights hold. */
    public long count() {
        return tensors.values().stream().mapToLong(Tensor::numel).sum();
    }

    /** Returns the bytes of the weights, and of those that are kept in another type as well. */
    public long bytes() {
        return tensors.values().stream().mapToLong(Tensor::nbytes).sum()
                + converted.stream().mapToLong(ConvertedWeight::bytes).sum();
    }

    public Device device() {
        return device;
    }

    @Override
    public void close() {
        converted.forEach(ConvertedWeight::close);
        tensors.values().forEach(Tensor::close);
        tensors.clear();
    }
}
