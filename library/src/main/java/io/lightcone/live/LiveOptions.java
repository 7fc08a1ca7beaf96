// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.model.ModelConfig;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a live video begins.
 *
 * @param seed of its noise: the same seed, the same video
 * @param className what to show, one of {@link ModelConfig#classes()}; null for whatever comes
 * @param given images that come first, in the size that the model was trained on; empty to begin from nothing
 * @param settings over those of the run, such as {@code sampling.steps=10}
 * @param device cpu, cuda, cuda:N, or auto
 */
public record LiveOptions(
        long seed, @Nullable String className, List<BufferedImage> given, List<String> settings, String device) {
    public LiveOptions {
        given = List.copyOf(given);
        settings = List.copyOf(settings);
    }

    /** From nothing, with seed 0, as the run generates, on a GPU where there is one. */
    public static LiveOptions defaults() {
        return new LiveOptions(0, null, List.of(), List.of(), "auto");
    }

    /** The same with another seed. */
    public LiveOptions withSeed(long other) {
        return new LiveOptions(other, className, given, settings, device);
    }

    /** The same, to show a class. */
    public LiveOptions showing(String name) {
        return new LiveOptions(seed, name, given, settings, device);
    }

    /** The same, to go on from these images. */
    public LiveOptions goingOnFrom(List<BufferedImage> images) {
        return new LiveOptions(seed, className, images, settings, device);
    }

    /** The same with one more setting, such as {@code sampling.steps=10}. */
    public LiveOptions with(String setting) {
        List<String> more = new ArrayList<>(settings);
        more.add(setting);
        return new LiveOptions(seed, className, given, more, device);
    }

    /** The same on another device. */
    public LiveOptions on(String otherDevice) {
        return new LiveOptions(seed, className, given, settings, otherDevice);
    }
}
