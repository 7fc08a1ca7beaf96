// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Safetensors.Info;
import io.lightcone.tensor.Scopes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The weights of a pretrained network, in one safetensors file or in several. Names and shapes are known without
 * reading the weights.
 *
 * @param source the file, or the index of the files, for messages
 * @param files the file of each tensor, by the tensor's name
 * @param tensors type and shape of each tensor, by its name
 */
record PretrainedWeights(Path source, Map<String, Path> files, Map<String, Info> tensors) {
    private static final Set<String> TYPES = Set.of("F16", "BF16", "F32", "F64");

    PretrainedWeights {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /**
     * Returns the weights of one file.
     *
     * @throws UserException if it cannot be read, is no safetensors file, or has tensors of another type than weights
     */
    static PretrainedWeights of(Path file) {
        Map<String, Info> tensors = header(file);
        Map<String, Path> files = new LinkedHashMap<>();
        tensors.keySet().forEach(name -> files.put(name, file));
        return new PretrainedWeights(file, files, tensors);
    }

    /**
     * Returns the weights of several files: {@code index} says in {@code weight_map} which tensor is in which file
     * beside it.
     *
     * @throws UserException as {@link #of}, or if the index does not tell the tensors of its files
     */
    static PretrainedWeights indexed(Path index) {
        Map<String, String> named = JsonFields.read(index).group("weight_map").texts();
        Map<String, Path> files = new LinkedHashMap<>();
        Map<String, Info> tensors = new LinkedHashMap<>();
        for (String part : new TreeSet<>(named.values())) {
            Path plain = Path.of(part).getFileName();
            if (plain == null || !plain.toString().equals(part)) {
                throw new UserException(index + " names '" + part + "', which is no file beside it");
            }
            Path file = index.resolveSibling(part);
            header(file).forEach((name, info) -> {
                if (!part.equals(named.get(name))) {
                    throw new UserException(file + " holds a tensor " + name + ", which " + index + " does not say");
                }
                files.put(name, file);
                tensors.put(name, info);
            });
        }
        named.forEach((name, part) -> {
            if (!tensors.containsKey(name)) {
                throw new UserException(index.resolveSibling(part) + " has no tensor " + name + ", but " + index
                        + " says that it has; copy both again from where they were published");
            }
        });
        return new PretrainedWeights(index, files, tensors);
    }

    private static Map<String, Info> header(Path file) {
        Map<String, Info> tensors;
        try {
            tensors = Safetensors.readHeader(file).tensors();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        tensors.forEach((name, info) -> {
            if (!TYPES.contains(info.dtype())) {
                throw new UserException("in " + file + ", the tensor " + name + " is of type " + info.dtype()
                        + "; weights are of F16, BF16, F32 or F64");
            }
        });
        return tensors;
    }

    private static UserException unreadable(Path file, IOException e) {
        return new UserException(file + " cannot be read: " + FileTrouble.reason(e, file), e);
    }

    /** Returns these weights without those whose name {@code wanted} refuses. */
    PretrainedWeights only(Predicate<String> wanted) {
        Map<String, Info> some = new LinkedHashMap<>(tensors);
        some.keySet().removeIf(wanted.negate());
        return new PretrainedWeights(source, files, some);
    }

    /** Returns whether there is a tensor of that name. */
    boolean has(String name) {
        return tensors.containsKey(name);
    }

    /**
     * Returns the shape of the weight of a convolution: [out, in, rows, columns].
     *
     * @throws UserException if there is no such tensor, or it has another number of dimensions
     */
    List<Long> kernel(String name) {
        Info info = tensors.get(name);
        if (info == null) {
            throw new UserException(source + " has no weight " + name + "; it belongs to another model");
        }
        if (info.shape().size() != 4) {
            throw new UserException("in " + source + ", the weight " + name + " has the shape " + info.shape()
                    + ", but that of a convolution has four dimensions; the file belongs to another model");
        }
        return info.shape();
    }

    /**
     * Reads the weights that {@code declarations} declares.
     *
     * @return the weights in {@code type}, for the caller to close
     * @throws UserException if one is missing, has another shape, or is left over
     */
    Parameters load(Device device, ScalarType type, Consumer<Parameters> declarations) {
        Parameters[] loaded = new Parameters[1];
        Scopes.run(() -> {
            try (ResourceStack created = new ResourceStack()) {
                Parameters weights = created.add(Parameters.loaded(read(), device, type, source.toString()));
                declarations.accept(weights);
                requireNoneLeft(weights.tensors().keySet());
                created.keep();
                loaded[0] = weights;
            }
        });
        return loaded[0];
    }

    private Map<String, Tensor> read() {
        Map<String, Tensor> read = new LinkedHashMap<>();
        for (Path file : new TreeSet<>(files.values())) {
            try {
                read.putAll(Safetensors.read(file).tensors());
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }
        read.keySet().retainAll(tensors.keySet());
        return read;
    }

    private void requireNoneLeft(Set<String> used) {
        List<String> left = new ArrayList<>(tensors.keySet());
        left.removeAll(used);
        if (!left.isEmpty()) {
            String others = left.size() == 1 ? "" : " and " + (left.size() - 1) + " more";
            throw new UserException(source + " has a weight " + left.get(0) + others
                    + " that this network has no use for; it belongs to another model");
        }
    }
}
