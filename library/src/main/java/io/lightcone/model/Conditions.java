// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Conditions the frames of clips on what they are to show and what is done in them: for each of B clips a class, known
 * from its first frame on, and for each of its T frames an action, which that frame and later ones follow. Both are
 * numbers, counted through the names in {@link ModelConfig}.
 *
 * @param classes of each clip its class, or {@link #NULL}; empty if all of them are null
 * @param actions of each clip the action of each frame, or {@link #NULL}; empty if all of them are null
 */
public record Conditions(List<Integer> classes, List<List<Integer>> actions) {
    /**
     * The null condition: the class of a clip, or the action of a frame, that is not given; it has an embedding of its
     * own.
     */
    public static final int NULL = -1;

    /** No conditions: all classes and actions are null. */
    public static final Conditions NONE = new Conditions(List.of(), List.of());

    public Conditions {
        classes = List.copyOf(classes);
        actions = actions.stream().map(List::copyOf).toList();
        if (!classes.isEmpty() && !actions.isEmpty() && classes.size() != actions.size()) {
            throw new IllegalArgumentException(
                    classes.size() + " clips have a class, but " + actions.size() + " have actions");
        }
        for (List<Integer> clip : actions) {
            if (clip.isEmpty() || clip.size() != actions.get(0).size()) {
                throw new IllegalArgumentException("clips of " + clip.size() + " and of "
                        + actions.get(0).size() + " actions cannot be in one batch");
            }
        }
    }

    /**
     * Returns the same conditions for each of {@code clips} clips.
     *
     * @param label their class, or {@link #NULL}
     * @param actions of their frames; empty for the null action
     */
    public static Conditions alike(int clips, int label, List<Integer> actions) {
        return new Conditions(
                label == NULL ? List.of() : Collections.nCopies(clips, label),
                actions.isEmpty() ? List.of() : Collections.nCopies(clips, actions));
    }

    /**
     * Returns the conditions of {@code count} frames from frame {@code from} on; the last action continues for frames
     * beyond it.
     */
    public Conditions frames(int from, int count) {
        return new Conditions(
                classes,
                actions.stream()
                        .map(clip -> IntStream.range(from, from + count)
                                .mapToObj(frame -> clip.get(Math.min(frame, clip.size() - 1)))
                                .toList())
                        .toList());
    }

    /** Returns the conditions of some of the clips, in this order. */
    public Conditions clips(int... numbers) {
        return new Conditions(
                classes.isEmpty()
                        ? classes
                        : IntStream.of(numbers).mapToObj(classes::get).toList(),
                actions.isEmpty()
                        ? actions
                        : IntStream.of(numbers).mapToObj(actions::get).toList());
    }

    /** Returns the conditions of the same clips {@code times} times over, one batch after the other. */
    Conditions repeated(int times) {
        return new Conditions(
                Collections.nCopies(times, classes).stream()
                        .flatMap(List::stream)
                        .toList(),
                Collections.nCopies(times, actions).stream()
                        .flatMap(List::stream)
                        .toList());
    }

    /** Returns these conditions with null classes. */
    public Conditions withoutClasses() {
        return new Conditions(List.of(), actions);
    }
}
