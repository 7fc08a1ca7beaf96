// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.jspecify.annotations.Nullable;

/**
 * Computes gradients in less memory by computing layers twice (activation checkpointing, arXiv 1604.06174): what the
 * backward pass needs of a layer is not kept, but computed again from the layer's inputs when its turn comes. The
 * gradients are those of an ordinary backward pass, and the most that is in memory at once is the output of every layer
 * and what one layer keeps.
 *
 * <p>libtorch records one graph from the weights to the loss. Here it is cut at the inputs and at the output of every
 * layer: what follows a cut starts from a leaf, a tensor that has the same values and no past. So the loss's backward
 * pass ends at the leaves of the last layer's output. From there the cuts are gone through in reverse order; when the
 * turn of one comes, all that has used its leaf has gone backwards, so the gradient of the leaf is whole, and goes on
 *
 * <ul>
 *   <li>into the graph before the cut, if that was an input of a layer;
 *   <li>into a graph that is recorded now, by computing the layer once more from the leaves of its inputs, if it was
 *       the output of one. This adds to the gradients of these leaves, which were cut earlier, and of the layer's
 *       weights.
 * </ul>
 *
 * <p>A tensor that is used by layers and by something else as well must be {@link #cut} before any of them uses it:
 * libtorch goes through a graph only once. Layers must compute the same at every call.
 *
 * <p>One thread at a time uses this object. Outside of {@link #backward} it does nothing.
 */
public final class Recomputation {
    static {
        NativeMemory.allow();
    }

    /** The cuts of the forward pass that is being recorded, newest first; null where none is. */
    private @Nullable Deque<Cut> cuts;

    /**
     * A cut of the graph.
     *
     * @param leaf stands for a tensor in everything that follows; held by a handle that belongs to no scope
     * @param backward takes the gradient of the leaf on to what was before it
     * @param held the handles that {@code backward} needs, likewise
     */
    private record Cut(Tensor leaf, Consumer<Tensor> backward, Tensor... held) {
        void close() {
            leaf.close();
            for (Tensor each : held) {
                each.close();
            }
        }
    }

    /**
     * Computes a loss by {@code forward} and adds its gradient to those of all weights; the layers that {@code forward}
     * applies through this object are computed twice.
     *
     * @return the loss, a single number, in the caller's scope
     */
    public Tensor backward(Supplier<Tensor> forward) {
        if (cuts != null) {
            throw new IllegalStateException("a backward pass within another one");
        }
        Deque<Cut> pass = new ArrayDeque<>();
        cuts = pass;
        try {
            Tensor loss = Scopes.scoped(() -> {
                Tensor recorded = forward.get();
                cuts = null; // layers that are computed again are not cut again
                try (Timeline.Span span = Timeline.span("backwards")) {
                    recorded.backward();
                }
                return recorded.detach(); // the graph behind it is not needed any more
            });
            try (Timeline.Span span = Timeline.span("backwards")) {
                goThrough(pass);
            }
            return loss;
        } finally {
            cuts = null;
            pass.forEach(Cut::close);
        }
    }

    /** Takes the gradient on from each cut, newest first. */
    private static void goThrough(Deque<Cut> pass) {
        while (!pass.isEmpty()) {
            Cut cut = pass.peek();
            Scopes.run(() -> {
                Tensor gradient = cut.leaf.grad();
                if (gradient.defined()) {
                    cut.backward.accept(gradient);
                }
            });
            pass.pop().close();
        }
    }

    /**
     * Returns {@code x} for everything that uses it, among that layers: in a pass of {@link #backward} a leaf with its
     * values, in the caller's scope, and otherwise {@code x} itself.
     */
    public Tensor cut(Tensor x) {
        Deque<Cut> pass = recording();
        if (pass == null || x.is_leaf()) {
            return x;
        }
        Tensor leaf = leaf(x);
        Tensor before = handle(x);
        pass.push(new Cut(handle(leaf), gradient -> backward(before, gradient), before));
        return leaf;
    }

    /**
     * Applies a layer. In a pass of {@link #backward} only its inputs are kept, and it is computed again later.
     *
     * @param x its first input, which was {@link #cut} or is the output of another layer
     * @param c its second input, likewise
     * @param layer computes the same whenever it is called
     * @return its output, in the caller's scope
     */
    public Tensor apply(Tensor x, Tensor c, BinaryOperator<Tensor> layer) {
        Deque<Cut> pass = recording();
        if (pass == null) {
            return layer.apply(x, c);
        }
        if (!x.is_leaf() || !c.is_leaf()) {
            throw new IllegalStateException("the inputs of a layer must be cut before it is applied");
        }
        // Gradients are recorded here too, and forgotten with the output: without them libtorch, and the weights that
        // are kept in another type, may compute in another way, and the layer would not be the same the second time.
        Tensor out = Scopes.scoped(() -> leaf(layer.apply(x, c)));
        Tensor xHeld = handle(x);
        Tensor cHeld = handle(c);
        pass.push(new Cut(handle(out), gradient -> backward(layer.apply(xHeld, cHeld), gradient), xHeld, cHeld));
        return out;
    }

    private @Nullable Deque<Cut> recording() {
        return GradMode.is_enabled() ? cuts : null;
    }

    /** Returns a tensor with the values of {@code x} in the same memory, where a graph may begin. */
    private static Tensor leaf(Tensor x) {
        Tensor leaf = x.detach();
        leaf.set_requires_grad(true);
        return leaf;
    }

    /** Returns a second handle of a tensor, which belongs to no scope. */
    private static Tensor handle(Tensor x) {
        return Scopes.unscoped(() -> new Tensor(x));
    }

    private static void backward(Tensor x, Tensor gradient) {
        x.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    }
}
