// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Remembers of the latent frames so far what a causal network needs for the next ones: the last two inputs of each of
 * its convolutions over time. Before the first frame these are zeros. It owns their native memory, which does not grow
 * with the video.
 *
 * <p>Shapes: B videos, T latent frames, H W rows and columns, C channels of a layer.
 */
final class CausalMemory implements AutoCloseable {
    /** The number of past frames that a convolution over time sees. */
    static final int PAST = 2;

    private final int layers;
    private final List<Tensor> past = new ArrayList<>();
    private final List<Tensor> next = new ArrayList<>();

    /** Creates a memory of no frames, for a network with so many convolutions over time. */
    CausalMemory(int layers) {
        this.layers = layers;
    }

    /** Returns whether there was no frame yet. */
    boolean isEmpty() {
        return past.isEmpty();
    }

    /**
     * Computes something without recording gradients, and takes in what it has shown to {@link #before}. If it throws,
     * nothing has been taken in.
     *
     * @return its result, in the caller's scope
     */
    Tensor advance(Supplier<Tensor> computation) {
        try {
            Tensor result = Scopes.withoutGrad(computation);
            if (next.size() != layers) {
                throw new IllegalStateException("of " + layers + " layers only " + next.size() + " were computed");
            }
            closeAll(past);
            past.addAll(next);
            next.clear();
            return result;
        } finally {
            closeAll(next);
        }
    }

    /**
     * Returns the input of the next convolution over time with the two frames before it in front, [B, 2 + T, H, W, C].
     *
     * @param memory of a video that is made piece by piece; null if the input begins with the first frame of all and no
     *     more will follow
     */
    static Tensor before(@Nullable CausalMemory memory, Tensor x_BTHWC) {
        if (memory == null) {
            return Tensors.cat(1, zeros(x_BTHWC), x_BTHWC);
        }
        Tensor before = memory.isEmpty() ? zeros(x_BTHWC) : memory.past.get(memory.next.size());
        Tensor all = Tensors.cat(1, before, x_BTHWC);
        memory.next.add(Scopes.unscoped(
                () -> all.detach().narrow(1, all.size(1) - PAST, PAST).clone()));
        return all;
    }

    private static Tensor zeros(Tensor x_BTHWC) {
        long[] shape = x_BTHWC.shape();
        shape[1] = PAST;
        return torch.zeros(shape, Tensors.options(Tensors.type(x_BTHWC), x_BTHWC.device()));
    }

    /** Saves what is remembered; nothing before the first frame. */
    void save(Snapshot to) {
        for (int i = 0; i < past.size(); i++) {
            to.put(name(i), past.get(i));
        }
    }

    /**
     * Restores what was saved, before the first frame.
     *
     * @throws IllegalArgumentException if it was saved by another kind of network
     */
    void load(Snapshot from) {
        if (!from.has(name(0))) {
            return;
        }
        List<Tensor> saved = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            Tensor tensor = from.tensor(name(i));
            if (tensor.dim() != 5 || tensor.size(1) != PAST) {
                throw new IllegalArgumentException("what was saved as " + name(i) + " is of something else");
            }
            saved.add(tensor);
        }
        saved.forEach(tensor -> past.add(Scopes.unscoped(tensor::clone)));
    }

    private static String name(int layer) {
        return "layer." + layer;
    }

    private static void closeAll(List<Tensor> tensors) {
        tensors.forEach(Tensor::close);
        tensors.clear();
    }

    @Override
    public void close() {
        closeAll(past);
        closeAll(next);
    }
}
