// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import java.nio.file.Path;
import java.util.function.Consumer;

/** From a configuration to a data set. */
public final class Datasets {
    private Datasets() {}

    /**
     * Opens what {@code config} names.
     *
     * @param frames frames of a clip
     * @param cache where decoded videos are kept
     * @param messages hears what is being read and what is skipped
     * @param check called now and then meanwhile, between the frames of a video too; what it throws ends the opening
     */
    public static ClipDataset open(
            DataConfig config, int frames, Path cache, Consumer<String> messages, Runnable check) {
        if (config.source().equals(DataConfig.MOVING_DIGITS)) {
            return MovingDigits.of(config, frames);
        }
        return VideoDataset.open(config, frames, cache, messages, check);
    }
}
