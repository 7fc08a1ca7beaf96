// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.attention.AttentionPlan;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Random queries, keys and values, and a gradient of what is seen, in memory as a model has them: token by token.
 *
 * <p>Shapes: B 1 clip, K heads, N tokens, D channels of a head.
 */
record Heads(Tensor q, Tensor k, Tensor v, Tensor gradient) implements AutoCloseable {
    static Heads random(int heads, long tokens, int width, RandomStreams streams, Device device) {
        Tensor[] made = new Tensor[4];
        for (int i = 0; i < made.length; i++) {
            int rank = i;
            made[i] = Scopes.unscoped(() -> streams.tensors("heads", tokens, rank)
                    .normal(1, tokens, heads, width)
                    .to(device, ScalarType.Float)
                    .transpose(1, 2)); // B K N D
        }
        return new Heads(made[0], made[1], made[2], made[3]);
    }

    /** There and back; the gradients of queries, keys and values are made, and freed with the caller's scope. */
    void attendAndBack(AttentionPlan plan) {
        Tensor seen = plan.attend(leaf(q), leaf(k), leaf(v));
        backward(seen, gradient);
    }

    /** A new variable with the same values. */
    static Tensor leaf(Tensor values) {
        return values.detach().set_requires_grad(true);
    }

    /** From the gradient of {@code outcome} to those of all it came from. */
    static void backward(Tensor outcome, Tensor gradient) {
        outcome.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    }

    @Override
    public void close() {
        q.close();
        k.close();
        v.close();
        gradient.close();
    }
}
