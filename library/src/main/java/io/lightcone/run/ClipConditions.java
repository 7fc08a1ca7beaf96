// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.codec.LatentLayout;
import io.lightcone.model.Conditions;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import io.lightcone.video.Clip.Tags;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Collects the conditions of clips for a model: their classes and actions. The action of a latent frame is that of the
 * first of its pictures: what was done just before any of it was to be seen.
 */
public final class ClipConditions {
    private static final String PURPOSE = "condition dropout";

    private ClipConditions() {}

    /** Returns all known conditions of the clips of a batch, for each of their latent frames. */
    public static Conditions of(List<Clip> clips, LatentLayout latents) {
        return ofTags(clips.stream().map(Clip::tags).toList(), latents);
    }

    /**
     * Returns the conditions of the clips of a training step, some of them dropped: with the given probability the
     * class of a clip is hidden, and, independently of that, the actions of its first few frames, of any number from
     * one to all, as when a video is continued of whose past the actions are not known. What is hidden of a clip
     * depends on the seed, the step and its number in the whole batch alone.
     *
     * @param first number of the first of {@code clips} in the whole batch
     */
    public static Conditions dropped(
            List<Clip> clips, LatentLayout latents, int first, double probability, RandomStreams streams, long step) {
        Conditions known = of(clips, latents);
        List<Integer> classes = new ArrayList<>(known.classes());
        List<List<Integer>> actions = new ArrayList<>(known.actions());
        for (int item = 0; item < clips.size(); item++) {
            SplittableRandom random = streams.numbers(PURPOSE, step, first + item);
            boolean noClass = random.nextDouble() < probability;
            boolean noActions = random.nextDouble() < probability;
            if (noClass && !classes.isEmpty()) {
                classes.set(item, Conditions.NULL);
            }
            if (noActions && !actions.isEmpty()) {
                List<Integer> hidden = new ArrayList<>(actions.get(item));
                Collections.fill(hidden.subList(0, 1 + random.nextInt(hidden.size())), Conditions.NULL);
                actions.set(item, hidden);
            }
        }
        return new Conditions(classes, actions);
    }

    private static Conditions ofTags(List<Tags> batch, LatentLayout latents) {
        int frames = latents.frames(
                batch.stream().mapToInt(tags -> tags.actions().size()).max().orElse(0));
        List<Integer> unknown = Collections.nCopies(frames, Conditions.NULL);
        boolean labels = batch.stream().anyMatch(tags -> tags.label() != Tags.NONE.label());
        return new Conditions(
                labels ? batch.stream().map(ClipConditions::label).toList() : List.of(),
                frames == 0
                        ? List.of()
                        : batch.stream()
                                .map(tags -> tags.actions().isEmpty() ? unknown : actions(tags, frames, latents))
                                .toList());
    }

    private static List<Integer> actions(Tags tags, int frames, LatentLayout latents) {
        return IntStream.range(0, frames)
                .mapToObj(frame -> tags.actions().get(latents.pictures(frame)))
                .toList();
    }

    private static int label(Tags tags) {
        return tags.label() == Tags.NONE.label() ? Conditions.NULL : tags.label();
    }
}
