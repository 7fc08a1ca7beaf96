// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.generation.CausalDenoiser;
import io.lightcone.model.Conditions;
import io.lightcone.model.FrameStream;
import org.bytedeco.pytorch.Tensor;

/**
 * A model that remembers finished frames as keys and values, so each call costs what its own frames cost.
 *
 * @param conditions of the video from its first frame on
 */
record StreamDenoiser(FrameStream stream, Conditions conditions) implements CausalDenoiser {
    @Override
    public Tensor predict(Tensor x_BTCHW, Tensor level_BT) {
        return stream.predict(x_BTCHW, level_BT, ofNext(x_BTCHW));
    }

    @Override
    public void remember(Tensor x_BTCHW, Tensor level_BT) {
        stream.commit(x_BTCHW, level_BT, ofNext(x_BTCHW));
    }

    private Conditions ofNext(Tensor x_BTCHW) {
        return conditions.frames(stream.finished(), (int) x_BTCHW.size(1));
    }

    @Override
    public void close() {
        stream.close();
    }
}
