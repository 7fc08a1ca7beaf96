// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Grid;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Predicts a video with a {@link VideoTransformer}: it remembers keys and values of finished frames, in every layer.
 */
final class TransformerStream implements FrameStream {
    private final VideoTransformer model;
    private final ModulationCache modulations;
    private final LayerCaches caches;

    /** Creates a stream before its first frame; the model must outlive it. */
    TransformerStream(VideoTransformer model, Grid frame, int block, ContextWindow window, Rotary rotary) {
        this.model = model;
        this.modulations = new ModulationCache(model::modulations);
        this.caches = new LayerCaches(model.config(), frame, block, window, model.compute(), rotary);
    }

    @Override
    public Tensor predict(Tensor x_BTCHW, Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions) {
        caches.requireFits(model.grid(x_BTCHW));
        return Scopes.withoutGrad(
                () -> model.predict(x_BTCHW, modulations.of(level_BT, model.told(step_BT), conditions), caches));
    }

    @Override
    public void commit(Tensor x_BTCHW, Tensor level_BT, Conditions conditions) {
        Scopes.run(() -> predict(x_BTCHW, level_BT, conditions));
        caches.commit();
    }

    @Override
    public int finished() {
        return caches.finished();
    }

    @Override
    public void save(Snapshot to) {
        caches.save(to);
    }

    @Override
    public void load(Snapshot from) {
        caches.load(from);
    }

    @Override
    public long bytes() {
        return caches.bytes();
    }

    @Override
    public void close() {
        caches.close();
        modulations.close();
    }
}
