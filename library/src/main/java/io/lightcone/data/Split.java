// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which windows of {@code frames} frames may be trained on, and which are held out. No window goes over a gap of its
 * video.
 *
 * <p>A video of which the held-out share is at least one clip long, with a clip left to train on, gives its end. Of the
 * shorter videos every so-manieth is held out whole. If that leaves nothing held out, the last of several videos is;
 * and a single short video gives its last clip, or, if it is shorter than two clips, is its own held-out part.
 *
 * @param training runs of frames to train on
 * @param heldOut runs of frames held out
 * @param overlapping true if the two are the same frames, because there are too few
 */
record Split(List<Run> training, List<Run> heldOut, boolean overlapping) {
    /** The frames {@code from} (inclusive) to {@code to} (exclusive) of video number {@code video}. */
    record Run(int video, int from, int to) {
        /** How many windows of {@code frames} frames lie in this run. */
        long windows(int frames) {
            return Math.max(0, to - from - frames + 1);
        }
    }

    /** One window: a clip of video number {@code video} that begins with frame {@code from}. */
    record Window(int video, int from) {}

    /**
     * Splits videos.
     *
     * @param videos of each the stretches, one of them at least {@code frames} long
     * @param share what share to hold out, between 0 and 1
     */
    static Split of(List<Stretches> videos, int frames, double share) {
        List<Run> training = new ArrayList<>();
        List<Run> heldOut = new ArrayList<>();
        int everyShort = (int) Math.max(2, Math.round(1 / share));
        int shortVideos = 0;
        for (int video = 0; video < videos.size(); video++) {
            Stretches stretches = videos.get(video);
            int length = stretches.frames();
            int border = length - (int) Math.round(length * share);
            List<Run> beginning = stretches.runs(video, 0, border, frames);
            List<Run> end = stretches.runs(video, border, length, frames);
            if (!beginning.isEmpty() && !end.isEmpty()) {
                training.addAll(beginning);
                heldOut.addAll(end);
            } else {
                boolean hold = ++shortVideos % everyShort == 0;
                (hold ? heldOut : training).addAll(stretches.runs(video, 0, length, frames));
            }
        }
        if (!heldOut.isEmpty()) {
            return new Split(List.copyOf(training), List.copyOf(heldOut), false);
        }
        int last = videos.size() - 1;
        List<Run> others = training.stream().filter(run -> run.video() < last).toList();
        List<Run> lastOnes =
                training.stream().filter(run -> run.video() == last).toList();
        return others.isEmpty() ? single(lastOnes, frames) : new Split(others, lastOnes, false);
    }

    /**
     * Splits videos class by class, each as above, so that every class is trained on and, where it has more than one
     * clip's worth of video, judged too.
     *
     * @param stretches of each video, one of them at least {@code frames} long
     * @param labels the class of each video
     * @param share what share to hold out, between 0 and 1
     */
    static Split ofClasses(List<Stretches> stretches, List<Integer> labels, int frames, double share) {
        List<Run> training = new ArrayList<>();
        List<Run> heldOut = new ArrayList<>();
        for (int label : new TreeSet<>(labels)) {
            int[] videos = IntStream.range(0, labels.size())
                    .filter(video -> labels.get(video) == label)
                    .toArray();
            Split own = of(Arrays.stream(videos).mapToObj(stretches::get).toList(), frames, share);
            own.training.forEach(run -> training.add(new Run(videos[run.video], run.from, run.to)));
            if (!own.overlapping) {
                own.heldOut.forEach(run -> heldOut.add(new Run(videos[run.video], run.from, run.to)));
            }
        }
        boolean nothing = heldOut.isEmpty();
        return new Split(List.copyOf(training), List.copyOf(nothing ? training : heldOut), nothing);
    }

    /**
     * Of one video the last clip if its last stretch holds two, else its last stretch, else nothing that is its own.
     */
    private static Split single(List<Run> runs, int frames) {
        Run last = runs.get(runs.size() - 1);
        int border = last.to() - frames;
        if (border - last.from() < frames && runs.size() == 1) {
            return new Split(runs, runs, true);
        }
        List<Run> training = new ArrayList<>(runs.subList(0, runs.size() - 1));
        if (border - last.from() < frames) {
            return new Split(List.copyOf(training), List.of(last), false);
        }
        training.add(new Run(last.video(), last.from(), border));
        return new Split(List.copyOf(training), List.of(new Run(last.video(), border, last.to())), false);
    }

    /** How many windows there are in some runs. */
    static long windows(List<Run> runs, int frames) {
        return runs.stream().mapToLong(run -> run.windows(frames)).sum();
    }

    /** Window number {@code index} of some runs, 0 to {@link #windows} - 1. */
    static Window window(List<Run> runs, int frames, long index) {
        long left = index;
        for (Run run : runs) {
            long here = run.windows(frames);
            if (left < here) {
                return new Window(run.video(), run.from() + (int) left);
            }
            left -= here;
        }
        throw new IndexOutOfBoundsException("window " + index);
    }
}
