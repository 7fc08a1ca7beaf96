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
 * @param training ranges of frames to train on
 * @param heldOut ranges of frames held out
 * @param overlapping true if the two are the same frames, because there are too few
 */
record Split(List<FrameRange> training, List<FrameRange> heldOut, boolean overlapping) {
    /** One window: a clip of video number {@code video} that begins with frame {@code from}. */
    record Window(int video, int from) {}

    /**
     * Splits videos.
     *
     * @param videos of each the segments, one of them at least {@code frames} long
     * @param share what share to hold out, between 0 and 1
     */
    static Split of(List<Segments> videos, int frames, double share) {
        List<FrameRange> training = new ArrayList<>();
        List<FrameRange> heldOut = new ArrayList<>();
        int everyShort = (int) Math.max(2, Math.round(1 / share));
        int shortVideos = 0;
        for (int video = 0; video < videos.size(); video++) {
            Segments segments = videos.get(video);
            int length = segments.frames();
            int border = length - (int) Math.round(length * share);
            List<FrameRange> beginning = segments.ranges(video, 0, border, frames);
            List<FrameRange> end = segments.ranges(video, border, length, frames);
            if (!beginning.isEmpty() && !end.isEmpty()) {
                training.addAll(beginning);
                heldOut.addAll(end);
            } else {
                boolean hold = ++shortVideos % everyShort == 0;
                (hold ? heldOut : training).addAll(segments.ranges(video, 0, length, frames));
            }
        }
        if (!heldOut.isEmpty()) {
            return new Split(List.copyOf(training), List.copyOf(heldOut), false);
        }
        int last = videos.size() - 1;
        List<FrameRange> others =
                training.stream().filter(range -> range.video() < last).toList();
        List<FrameRange> lastOnes =
                training.stream().filter(range -> range.video() == last).toList();
        return others.isEmpty() ? single(lastOnes, frames) : new Split(others, lastOnes, false);
    }

    /**
     * Splits videos class by class, each as above, so that every class is trained on and, where it has more than one
     * clip's worth of video, judged too.
     *
     * @param segments of each video, one of them at least {@code frames} long
     * @param labels the class of each video
     * @param share what share to hold out, between 0 and 1
     */
    static Split ofClasses(List<Segments> segments, List<Integer> labels, int frames, double share) {
        List<FrameRange> training = new ArrayList<>();
        List<FrameRange> heldOut = new ArrayList<>();
        for (int label : new TreeSet<>(labels)) {
            int[] videos = IntStream.range(0, labels.size())
                    .filter(video -> labels.get(video) == label)
                    .toArray();
            Split own = of(Arrays.stream(videos).mapToObj(segments::get).toList(), frames, share);
            own.training.forEach(
                    range -> training.add(new FrameRange(videos[range.video()], range.from(), range.to())));
            if (!own.overlapping) {
                own.heldOut.forEach(
                        range -> heldOut.add(new FrameRange(videos[range.video()], range.from(), range.to())));
            }
        }
        boolean nothing = heldOut.isEmpty();
        return new Split(List.copyOf(training), List.copyOf(nothing ? training : heldOut), nothing);
    }

    /**
     * Of one video the last clip if its last segment holds two, else its last segment, else nothing that is its own.
     */
    private static Split single(List<FrameRange> ranges, int frames) {
        FrameRange last = ranges.get(ranges.size() - 1);
        int border = last.to() - frames;
        if (border - last.from() < frames && ranges.size() == 1) {
            return new Split(ranges, ranges, true);
        }
        List<FrameRange> training = new ArrayList<>(ranges.subList(0, ranges.size() - 1));
        if (border - last.from() < frames) {
            return new Split(List.copyOf(training), List.of(last), false);
        }
        training.add(new FrameRange(last.video(), last.from(), border));
        return new Split(List.copyOf(training), List.of(new FrameRange(last.video(), border, last.to())), false);
    }

    /** How many windows there are in some ranges. */
    static long windows(List<FrameRange> ranges, int frames) {
        return ranges.stream().mapToLong(range -> range.windows(frames)).sum();
    }

    /** Window number {@code index} of some ranges, 0 to {@link #windows} - 1. */
    static Window window(List<FrameRange> ranges, int frames, long index) {
        long left = index;
        for (FrameRange range : ranges) {
            long here = range.windows(frames);
            if (left < here) {
                return new Window(range.video(), range.from() + (int) left);
            }
            left -= here;
        }
        throw new IndexOutOfBoundsException("window " + index);
    }
}
