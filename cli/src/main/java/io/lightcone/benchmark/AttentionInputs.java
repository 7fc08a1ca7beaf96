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
 * Random queries, keys and values and a gradient of the attention's output, laid out in memory as in a model: token by
 * token. Whoever creates them closes them.
 *
 * <p>Shapes: B 1 clip, K heads, N tokens, D channels of a head.
 */
record AttentionInputs(Tensor q, Tensor k, Tensor v, Tensor gradient) implements AutoCloseable {
    /** Draws float32 inputs for {@code tokens} tokens on {@code device}; the caller closes them. */
    static AttentionInputs random(int heads, long tokens, int width, RandomStreams streams, Device device) {
        Tensor[] created = new Tensor[4];
        for (int i = 0; i < created.length; i++) {
            int rank = i;
            created[i] = Scopes.unscoped(() -> streams.tensors("heads", tokens, rank)
                    .normal(1, tokens, heads, width)
                    .to(device, ScalarType.Float)
                    .transpose(1, 2)); // B K N D
        }
        return new AttentionInputs(created[0], created[1], created[2], created[3]);
    }

    /**
     * Computes the attention and its backward pass; the gradients of queries, keys and values are freed with the
     * caller's scope.
     */
    void forwardAndBackward(AttentionPlan plan) {
        Tensor seen = plan.attend(leaf(q), leaf(k), leaf(v));
        backward(seen, gradient);
    }

    /** Returns a new variable with the same values, for which gradients are computed. */
    static Tensor leaf(Tensor values) {
        return values.detach().set_requires_grad(true);
    }

    /** Computes the gradients of all variables that {@code output} depends on, from the gradient of {@code output}. */
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
