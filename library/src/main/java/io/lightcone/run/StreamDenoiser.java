// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.generation.CausalDenoiser;
import io.lightcone.model.Conditions;
import io.lightcone.model.FrameStream;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Snapshot;
import java.util.function.IntUnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * A denoiser that keeps the keys and values of finished frames, so each call costs what its own frames cost. Where that
 * is little, one thread computes it: several would spend their time on meeting.
 *
 * @param stream the model with its frame caches
 * @param conditions the conditions of the video
 * @param threads returns over how many threads libtorch splits the operations of so many frames
 */
record StreamDenoiser(FrameStream stream, ConditionSource conditions, IntUnaryOperator threads)
        implements CausalDenoiser {
    @Override
    public Tensor predict(int first, Tensor x_BTCHW, Tensor level_BT, Tensor step_BT) {
        Conditions own = conditions.of(first, (int) x_BTCHW.size(1));
        Tensor[] predicted = new Tensor[1];
        Libtorch.withThreads(threads(x_BTCHW), () -> predicted[0] = stream.predict(x_BTCHW, level_BT, step_BT, own));
        return predicted[0];
    }

    @Override
    public void remember(int first, Tensor x_BTCHW, Tensor level_BT) {
        Conditions own = conditions.of(first, (int) x_BTCHW.size(1));
        Libtorch.withThreads(threads(x_BTCHW), () -> stream.commit(x_BTCHW, level_BT, own));
    }

    private int threads(Tensor x_BTCHW) {
        return threads.applyAsInt((int) (x_BTCHW.size(0) * x_BTCHW.size(1)));
    }

    @Override
    public void save(Snapshot to) {
        stream.save(to);
    }

    @Override
    public void load(Snapshot from) {
        stream.load(from);
    }

    @Override
    public void close() {
        stream.close();
    }
}
