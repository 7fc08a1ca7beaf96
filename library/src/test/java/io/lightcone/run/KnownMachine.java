// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/** Takes this machine for one with other speeds, until it is closed. */
public final class KnownMachine implements AutoCloseable {
    private final Machine real = Machine.current();

    /** Takes this machine for one that trains all models faster by all threads together, or none. */
    public void trainTogether(boolean together) {
        become(real.float32(), real.bfloat16(), real.trainingAttentionBfloat16(), together ? 0 : Machine.NEVER);
    }

    /** Takes this machine for one with such speeds in training, of products and of attention in bfloat16. */
    public void become(double float32, double bfloat16, double attention) {
        become(float32, bfloat16, attention, real.splitTrainingFrom());
    }

    private void become(double float32, double bfloat16, double attention, long splitTrainingFrom) {
        Machine.know(new Machine(
                real.processor(),
                real.threads(),
                real.libtorch(),
                real.settings(),
                float32,
                bfloat16,
                real.attentionFloat32(),
                real.attentionBfloat16(),
                real.attentionByTwoProducts(),
                60,
                attention,
                real.splitFrom(),
                splitTrainingFrom));
    }

    @Override
    public void close() {
        Machine.know(real);
    }
}
