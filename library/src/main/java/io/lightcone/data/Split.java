// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The windows of {@code frames} frames that may be trained on, and those that are held out. No window crosses a gap of
 * its video.
 *
 * <p>If the held-out share of a video is at least one clip long, with a clip left to train on, its end is held out. Of
 * the shorter videos, one in about {@code 1 / share} (at most every second) is held out whole. If that leaves nothing
 * held out, the last of several videos is; and of a single short video the last clip is, or, if it is shorter than two
 * clips, the whole video is both trained on and held out.
 *
 * @param training ranges of frames to train on
 * @param heldOut ranges of frames held out
 * @param overlapping true if the two are the same frames, because there are too few
 */
record Split(List<FrameRange> training, List<FrameRange> heldOut, boolean overlapping) {
    /** A window of the data: a clip of video number {@code video} that begins with frame {@code from}. */
    record Window(int video, int from) {}

    /**
     * Splits videos into a training part and a held-out part.
     *
     * @param videos the segments of each video, one of them at least {@code frames} long
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
     * Splits videos class by class, each as {@link #of} does, so that every class is trained on and, where it has more
     * than one clip's worth of video, held out in part too.
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
     * Splits one short video: its last clip is held out if its last segment holds two, else its last segment, else all
     * of it is in both parts.
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

    /** Returns how many windows there are in some ranges. */
    static long windows(List<FrameRange> ranges, int frames) {
        return ranges.stream().mapToLong(range -> range.windows(frames)).sum();
    }

    /** Returns window number {@code index} of some ranges, 0 to {@link #windows} - 1. */
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
