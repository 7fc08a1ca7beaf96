// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.UserException;
import io.lightcone.tensor.Parameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * One of the two networks of a {@link Taesd}, as the names and shapes of its tensors tell it. A name begins with the
 * number of its layer in the sequence of all; a layer without weights, such as an activation, leaves a gap between
 * numbers. The first and the last layer are convolutions with a bias, the others are blocks, and convolutions without a
 * bias that halve (in the encoder) or follow a doubling (in the decoder) of rows and columns.
 *
 * @param weights the weights of this network alone
 * @param part which of the two it is
 * @param layers the prefix and number of each layer with weights, in order
 * @param in channels that it takes
 * @param out channels that it gives
 * @param factor by how much it divides or multiplies rows and columns
 */
record TaesdNetwork(PretrainedWeights weights, Part part, List<String> layers, long in, long out, int factor) {
    private static final Pattern NAME = Pattern.compile("((?:[^.]*[^.\\d][^.]*\\.)*)(\\d{1,4})\\..+");
    private static final int MOST_RESIZED = 8;

    /** The two networks. */
    enum Part {
        ENCODER("encoder"),
        DECODER("decoder");

        private final String prefix;

        Part(String prefix) {
            this.prefix = prefix;
        }

        /** Returns the weights of this part, of a file that may hold both. */
        PretrainedWeights of(Path file) {
            PretrainedWeights all = PretrainedWeights.of(file);
            boolean named = all.tensors().keySet().stream().anyMatch(name -> name.startsWith(prefix));
            Part other = this == ENCODER ? DECODER : ENCODER;
            return named ? all.only(name -> !name.startsWith(other.prefix)) : all;
        }
    }

    TaesdNetwork {
        layers = List.copyOf(layers);
    }

    /**
     * Reads which layers a network has.
     *
     * @param file with this network, or with both
     * @throws UserException if it cannot be read, or has another network
     */
    static TaesdNetwork read(Path file, Part part) {
        PretrainedWeights weights = part.of(file);
        List<String> layers = layers(weights);
        long in = weights.kernel(layers.get(0) + ".weight").get(1);
        long out = weights.kernel(layers.get(layers.size() - 1) + ".weight").get(0);
        int resized =
                (int) layers.stream().filter(each -> isResizing(weights, each)).count();
        if (resized > MOST_RESIZED) {
            throw new UserException(file + " changes rows and columns " + resized + " times; at most " + MOST_RESIZED
                    + " are supported");
        }
        TaesdNetwork network = new TaesdNetwork(weights, part, layers, in, out, 1 << resized);
        network.requireOrder();
        return network;
    }

    /** Returns the layers that tensors belong to, in order: their common prefix with the number of each. */
    private static List<String> layers(PretrainedWeights weights) {
        TreeMap<Integer, String> layers = new TreeMap<>();
        TreeSet<String> prefixes = new TreeSet<>();
        for (String name : weights.tensors().keySet()) {
            Matcher parts = NAME.matcher(name);
            if (!parts.matches()) {
                throw new UserException(weights.source() + " has a tensor " + name
                        + ", but in a file of the TAESD family a name begins with the number of a layer");
            }
            prefixes.add(parts.group(1));
            layers.put(Integer.parseInt(parts.group(2)), parts.group(1) + Integer.parseInt(parts.group(2)));
        }
        if (prefixes.size() > 1) {
            throw new UserException(weights.source() + " has names that begin with '"
                    + String.join("' and with '", prefixes) + "', so it is not one network of the TAESD family");
        }
        if (layers.size() < 2) {
            throw new UserException(weights.source() + " has no network of the TAESD family");
        }
        return new ArrayList<>(layers.values());
    }

    private static boolean isBlock(PretrainedWeights weights, String layer) {
        return !weights.has(layer + ".weight");
    }

    private static boolean isResizing(PretrainedWeights weights, String layer) {
        return !isBlock(weights, layer) && !weights.has(layer + ".bias");
    }

    private boolean isEdge(int index) {
        return index == 0 || index == layers.size() - 1;
    }

    /** Requires that edges have a bias, and that layers without weights are where this family has them. */
    private void requireOrder() {
        String prefix = layers.get(0).replaceFirst("\\d+$", "");
        int expected = part == Part.ENCODER || layers.get(0).endsWith("0") ? 0 : 1;
        for (int i = 0; i < layers.size(); i++) {
            String layer = layers.get(i);
            boolean resizes = isResizing(weights, layer);
            boolean hasBias = !resizes && !isBlock(weights, layer);
            if (isEdge(i) != hasBias) {
                throw new UserException("in " + weights.source() + ", the layer " + layer + " is "
                        + (hasBias ? "a convolution with a bias" : "not a convolution with a bias (" + layer + ".bias)")
                        + ", as in no network of the TAESD family at that place");
            }
            boolean follows = part == Part.DECODER && (i == 1 || resizes);
            expected += follows ? 1 : 0;
            if (!layer.equals(prefix + expected)) {
                throw new UserException("in " + weights.source() + ", the layer " + prefix + expected
                        + " is missing where " + layer + " comes next; it is no " + part.prefix
                        + " of the TAESD family, or not all of one");
            }
            expected++;
        }
    }

    /** Declares all weights and returns the layers. */
    List<ImageLayer> declare(Parameters parameters) {
        List<ImageLayer> made = new ArrayList<>();
        long channels = in;
        for (int i = 0; i < layers.size(); i++) {
            String name = layers.get(i);
            boolean block = isBlock(weights, name);
            long next = weights.kernel(name + (block ? ".conv.0.weight" : ".weight"))
                    .get(0);
            if (block) {
                made.add(TaesdBlock.declare(parameters, name, channels, next, pooled(name)));
            } else if (isEdge(i)) {
                made.add(Convolution.declare(parameters, name, channels, next, 3)::apply);
            } else {
                made.add(resizing(Convolution.withoutBias(parameters, name, channels, next, 3)));
            }
            channels = next;
        }
        if (part == Part.DECODER) {
            made.add(0, TaesdNetwork::bounded);
            made.add(2, torch::relu);
        }
        return List.copyOf(made);
    }

    private long pooled(String block) {
        String pool = block + ".pool.";
        if (weights.tensors().keySet().stream().noneMatch(name -> name.startsWith(pool))) {
            return 0;
        }
        long channels = weights.kernel(pool + "0.weight").get(0);
        if (!TaesdBlock.canPool(channels)) {
            throw new UserException("in " + weights.source() + ", the weight " + pool + "0.weight gives " + channels
                    + " channels, but the norm after it needs a multiple of 4");
        }
        return channels;
    }

    private ImageLayer resizing(Convolution convolution) {
        return part == Part.ENCODER
                ? convolution.withStride(2)::apply
                : x_NCHW -> convolution.apply(KlNetworks.doubled(x_NCHW));
    }

    /** Returns latents within (-3, 3), those near 0 as they are. */
    private static Tensor bounded(Tensor z_NCHW) {
        return z_NCHW.div(new Scalar(3.0)).tanh().mul(new Scalar(3.0));
    }
}
