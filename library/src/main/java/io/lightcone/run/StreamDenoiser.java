// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.generation.CausalDenoiser;
import io.lightcone.model.FrameStream;
import io.lightcone.tensor.Snapshot;
import org.bytedeco.pytorch.Tensor;

/**
 * A denoiser that keeps the keys and values of finished frames, so each call costs what its own frames cost.
 *
 * @param stream the model with its frame caches
 * @param conditions the conditions of the video
 */
record StreamDenoiser(FrameStream stream, ConditionSource conditions) implements CausalDenoiser {
    @Override
    public Tensor predict(int first, Tensor x_BTCHW, Tensor level_BT) {
        return stream.predict(x_BTCHW, level_BT, conditions.of(first, (int) x_BTCHW.size(1)));
    }

    @Override
    public void remember(int first, Tensor x_BTCHW, Tensor level_BT) {
        stream.commit(x_BTCHW, level_BT, conditions.of(first, (int) x_BTCHW.size(1)));
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
