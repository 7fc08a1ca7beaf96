// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/**
 * Holds all that the conditions of each frame do in the layers of a stack: they depend on the level, class and action
 * of the frames and on nothing else, so calls for frames with the same ones can share them.
 *
 * <p>Shapes: B batch, T frames, D width of a token.
 *
 * @param layers of each layer
 * @param output of the output of the stack
 */
record Modulations(List<OfLayer> layers, Modulation output) {
    /**
     * Holds what the conditions do in one layer (adaLN-Zero, DiT, section 3.2).
     *
     * @param attention of what attention sees
     * @param attentionGate_BT1D the weight of what it returns; that of each branch is part of it
     * @param feedForward of what the feed-forward sublayer sees
     * @param feedForwardGate_BT1D the weight of what it returns
     */
    record OfLayer(
            Modulation attention, Tensor attentionGate_BT1D, Modulation feedForward, Tensor feedForwardGate_BT1D) {
        private Stream<Tensor> tensors() {
            return Stream.of(
                    attention.shift_BT1D(),
                    attention.scale_BT1D(),
                    attentionGate_BT1D,
                    feedForward.shift_BT1D(),
                    feedForward.scale_BT1D(),
                    feedForwardGate_BT1D);
        }
    }

    /** Keeps all tensors beyond the scope that they were created in, until {@link #free}. */
    Modulations keep() {
        tensors().forEach(Tensor::retainReference);
        return this;
    }

    /** Frees what {@link #keep} has kept. */
    void free() {
        tensors().forEach(Tensor::close);
    }

    private Stream<Tensor> tensors() {
        return Stream.concat(
                layers.stream().flatMap(OfLayer::tensors), Stream.of(output.shift_BT1D(), output.scale_BT1D()));
    }
}
