// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.generation.CausalDenoiser;
import io.lightcone.model.FrameStream;
import org.bytedeco.pytorch.Tensor;

/** A model that remembers finished frames as keys and values, so each call costs what its own frames cost. */
record StreamDenoiser(FrameStream stream) implements CausalDenoiser {
    @Override
    public Tensor predict(Tensor x_BTCHW, Tensor level_BT) {
        return stream.predict(x_BTCHW, level_BT);
    }

    @Override
    public void remember(Tensor x_BTCHW, Tensor level_BT) {
        stream.commit(x_BTCHW, level_BT);
    }

    @Override
    public void close() {
        stream.close();
    }
}
