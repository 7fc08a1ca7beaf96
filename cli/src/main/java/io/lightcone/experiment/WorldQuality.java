// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.evaluation.WorldJudgement;
import io.lightcone.evaluation.WorldJudgement.FrameVerdict;
import io.lightcone.evaluation.WorldJudgement.Stretch;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The quality of videos of a world, as its judge finds it. Where a roll-out was stopped early, it is that of the frames
 * that were made.
 *
 * @param videos judgements of the long videos, all of as many frames
 * @param distances distances to the simulator soon after the given frames
 * @param returns differences after going away and coming back, or turning around fully; none where the world has no way
 *     back
 * @param secondsPerFrame seconds to make a frame of one video alone, median; NaN where no model made it
 * @param moments a few frames to look at
 */
public record WorldQuality(
        List<WorldJudgement> videos,
        List<Distance> distances,
        List<Return> returns,
        double secondsPerFrame,
        List<Moment> moments) {
    /** The number of frames of a stretch. */
    public static final int SPAN = 100;

    /**
     * The distance to the simulator under the same actions, over several videos.
     *
     * @param frame number of the frame, from 1 behind the given ones
     * @param psnr PSNR to the simulator's picture, in dB
     * @param readable share of the frames that show a state
     * @param errors by how much what these show differs from the simulator, by the world's measures
     */
    public record Distance(int frame, Mean psnr, double readable, Map<String, Mean> errors) {}

    /**
     * The difference between two frames that should be the same, over several videos.
     *
     * @param after number of the frame from which the player went away; 0 for the last given one, which is true
     * @param steps the most steps of the way there and back
     * @param psnr PSNR of the two frames, in dB
     * @param readable share of the videos in which both frames show a state
     * @param differences by how much what they show differs in these videos, by the world's measures
     */
    public record Return(int after, int steps, Mean psnr, double readable, Map<String, Mean> differences) {}

    /**
     * A frame to look at.
     *
     * @param video number of its video
     * @param frame number of the frame, from 1 behind the given ones
     * @param truth the simulator's picture
     * @param picture the frame
     * @param readable whether it shows a state
     */
    public record Moment(int video, int frame, Clip truth, Clip picture, boolean readable) {}

    /**
     * The quality of a stretch of frames, over one or all videos.
     *
     * @param from number of its first frame
     * @param to number of its last frame
     * @param readable share of frames that show a state, video by video
     * @param brokenPerThousand broken rules per 1,000 frames that are read and follow one that is
     * @param obedience share of frames that do what the action says, of those where that can be told
     */
    public record Span(int from, int to, Mean readable, double brokenPerThousand, double obedience) {}

    public WorldQuality {
        videos = List.copyOf(videos);
        distances = List.copyOf(distances);
        returns = List.copyOf(returns);
        moments = List.copyOf(moments);
    }

    /** Returns the number of frames of each long video. */
    public int frames() {
        return videos.stream().mapToInt(video -> video.frames().size()).min().orElse(0);
    }

    /** Returns the quality of all frames. */
    public Span whole() {
        return span(1, frames());
    }

    /** Returns the quality of the last {@link #SPAN} frames before frame 100, 1,000 and so on, and before the end. */
    public List<Span> spans() {
        return LongRollOut.milestones(frames()).stream()
                .map(to -> span(Math.max(1, to - SPAN + 1), to))
                .toList();
    }

    private Span span(int from, int to) {
        int count = to - from + 1;
        Stretch all = new WorldJudgement(videos.stream()
                        .flatMap(video -> video.frames().subList(from - 1, to).stream())
                        .toList())
                .whole();
        List<Double> readable = videos.stream()
                .map(video -> video.stretch(from, count).readable())
                .toList();
        return new Span(from, to, Mean.of(readable), all.brokenPerThousand(), all.obedience());
    }

    /** Returns the worst {@link #SPAN} consecutive frames of any video: those of which the fewest are readable. */
    public Span worst() {
        int count = Math.min(SPAN, frames());
        Stretch worst = videos.stream()
                .map(video -> video.worst(count))
                .min(Comparator.comparingDouble(Stretch::readable)
                        .thenComparingDouble(stretch -> -stretch.brokenPerThousand()))
                .orElseThrow();
        return new Span(
                worst.from(),
                worst.from() + count - 1,
                new Mean(worst.readable(), 0),
                worst.brokenPerThousand(),
                worst.obedience());
    }

    /**
     * Returns how often each rule is broken that is broken at all, per 1,000 frames that are read and follow one; NaN
     * if none does.
     */
    public Map<String, Double> brokenPerThousand() {
        long following = videos.stream()
                .flatMap(video -> video.frames().stream())
                .filter(FrameVerdict::follows)
                .count();
        Map<String, Double> perThousand = new TreeMap<>();
        videos.forEach(video -> video.brokenRules()
                .forEach((rule, times) -> perThousand.merge(
                        rule, following == 0 ? Double.NaN : 1000.0 * times / following, Double::sum)));
        return perThousand;
    }

    /** Returns the mean of each measure over the maps that have it. */
    static Map<String, Mean> means(List<Map<String, Double>> measured) {
        Map<String, Mean> means = new TreeMap<>();
        measured.stream()
                .flatMap(each -> each.keySet().stream())
                .distinct()
                .forEach(name -> means.put(
                        name,
                        Mean.of(measured.stream()
                                .filter(each -> each.containsKey(name))
                                .map(each -> each.getOrDefault(name, Double.NaN))
                                .toList())));
        return means;
    }

    /** Returns the frames to look at of a video: 1, 2, 5, 10 and so on, and the last one. */
    static List<Integer> moments(int frames) {
        List<Integer> moments = IntStream.iterate(1, power -> power <= frames, power -> power * 10)
                .flatMap(power -> IntStream.of(power, 2 * power, 5 * power))
                .filter(frame -> frame < frames)
                .boxed()
                .collect(Collectors.toCollection(ArrayList::new));
        moments.add(frames);
        return moments;
    }
}
