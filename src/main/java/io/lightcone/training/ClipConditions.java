// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.model.Conditions;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import io.lightcone.video.Clip.Tags;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** What clips tell a model of themselves: their classes and actions. */
final class ClipConditions {
    private static final String PURPOSE = "condition dropout";

    private ClipConditions() {}

    /** All that is known of the clips of a batch. */
    static Conditions of(List<Clip> clips) {
        return ofTags(clips.stream().map(Clip::tags).toList());
    }

    /**
     * The same for a step of training: with the given probability a clip keeps its class to itself, and, independently of that,
     * all of its actions. What a clip hides depends on the seed, the step and its place in the batch alone.
     */
    static Conditions dropped(List<Clip> clips, double probability, RandomStreams streams, long step) {
        return ofTags(IntStream.range(0, clips.size())
                .mapToObj(item -> dropped(clips.get(item).tags(), probability, streams.numbers(PURPOSE, step, item)))
                .toList());
    }

    private static Tags dropped(Tags tags, double probability, SplittableRandom random) {
        boolean noLabel = random.nextDouble() < probability;
        boolean noActions = random.nextDouble() < probability;
        return new Tags(noLabel ? Tags.NONE.label() : tags.label(), noActions ? List.of() : tags.actions());
    }

    private static Conditions ofTags(List<Tags> batch) {
        int frames =
                batch.stream().mapToInt(tags -> tags.actions().size()).max().orElse(0);
        List<Integer> unknown = Collections.nCopies(frames, Conditions.NULL);
        boolean labels = batch.stream().anyMatch(tags -> tags.label() != Tags.NONE.label());
        return new Conditions(
                labels ? batch.stream().map(ClipConditions::label).toList() : List.of(),
                frames == 0
                        ? List.of()
                        : batch.stream()
                                .map(tags -> tags.actions().isEmpty() ? unknown : tags.actions())
                                .toList());
    }

    private static int label(Tags tags) {
        return tags.label() == Tags.NONE.label() ? Conditions.NULL : tags.label();
    }
}
