// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import org.bytedeco.pytorch.Tensor;

/**
 * A finished frame of a model's context: its content and level as they are shown to the model.
 *
 * @param number number of the frame in its video
 * @param x_B1CHW its content, owned here
 * @param level_B1 its level, owned here
 */
record ContextFrame(int number, Tensor x_B1CHW, Tensor level_B1) implements AutoCloseable {
    /** Returns a copy of a frame and its level. */
    static ContextFrame copy(int number, Tensor x_B1CHW, Tensor level_B1) {
        try (ResourceStack created = new ResourceStack()) {
            ContextFrame copy = new ContextFrame(
                    number,
                    created.add(Scopes.unscoped(() -> x_B1CHW.clone())),
                    created.add(Scopes.unscoped(() -> level_B1.clone())));
            created.keep();
            return copy;
        }
    }

    /** Returns a copy of frame t of {@code x_BTCHW}, whose first frame has the number {@code first}. */
    static ContextFrame copy(int first, int t, Tensor x_BTCHW, Tensor level_BT) {
        try (ResourceStack created = new ResourceStack()) { // views, which are let go of
            return copy(first + t, created.add(x_BTCHW.narrow(1, t, 1)), created.add(level_BT.narrow(1, t, 1)));
        }
    }

    static ContextFrame load(Snapshot from) {
        return copy((int) from.number("number"), from.tensor("x"), from.tensor("level"));
    }

    void save(Snapshot to) {
        to.put("number", number);
        to.put("x", x_B1CHW);
        to.put("level", level_B1);
    }

    @Override
    public void close() {
        x_B1CHW.close();
        level_B1.close();
    }
}
