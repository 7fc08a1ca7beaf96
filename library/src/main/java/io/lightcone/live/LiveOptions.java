// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.RecordCopy;
import io.lightcone.model.ModelConfig;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the options with which a live video begins.
 *
 * @param seed of its noise: the same seed, the same video
 * @param className the class to show, one of {@link ModelConfig#classes()}; null for any
 * @param given images that come first, in the size that the model was trained on; empty to generate from noise alone
 * @param givenActions for each of those the name of the action that it follows, or null where that is not known; empty
 *     if none is known. The last one counts as named
 * @param settings over those of the run, such as {@code sampling.steps=10}
 * @param device cpu, cuda, cuda:N, or auto
 */
public record LiveOptions(
        long seed,
        @Nullable String className,
        List<BufferedImage> given,
        List<@Nullable String> givenActions,
        List<String> settings,
        String device) {
    public LiveOptions {
        given = List.copyOf(given);
        givenActions = Collections.unmodifiableList(new ArrayList<>(givenActions)); // copyOf takes no null
        settings = List.copyOf(settings);
        if (!givenActions.isEmpty() && givenActions.size() != given.size()) {
            throw new IllegalArgumentException("there are " + givenActions.size() + " actions for " + given.size()
                    + " given images; name one for each, or none");
        }
    }

    /**
     * Returns options that generate from noise alone, with seed 0 and the settings of the run, on a GPU where there is
     * one.
     */
    public static LiveOptions defaults() {
        return new LiveOptions(0, null, List.of(), List.of(), List.of(), "auto");
    }

    /** Returns a copy of these options with another seed. */
    public LiveOptions withSeed(long other) {
        return RecordCopy.of(this).with(LiveOptions::seed, other).build();
    }

    /** Returns a copy of these options that shows a class. */
    public LiveOptions withClass(String name) {
        return RecordCopy.of(this).with(LiveOptions::className, name).build();
    }

    /** Returns a copy of these options that continues the given images, whose actions are not known. */
    public LiveOptions withGiven(List<BufferedImage> images) {
        return withGiven(images, List.of());
    }

    /**
     * Returns a copy of these options that continues the given images.
     *
     * @param actions for each of them the name of the action that it follows, or null where that is not known
     */
    public LiveOptions withGiven(List<BufferedImage> images, List<@Nullable String> actions) {
        return RecordCopy.of(this)
                .with(LiveOptions::given, images)
                .with(LiveOptions::givenActions, actions)
                .build();
    }

    /** Returns a copy of these options with one more setting, such as {@code sampling.steps=10}. */
    public LiveOptions with(String setting) {
        List<String> more = new ArrayList<>(settings);
        more.add(setting);
        return RecordCopy.of(this).with(LiveOptions::settings, more).build();
    }

    /** Returns a copy of these options that computes on another device. */
    public LiveOptions withDevice(String otherDevice) {
        return RecordCopy.of(this).with(LiveOptions::device, otherDevice).build();
    }
}
