// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.experiment.LongRollOut.Milestone;
import io.lightcone.tensor.ResidentMemory;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Holds the latest frames of several videos that are generated together, and measures them at a milestone. They are
 * examined when the last of them is there: a search for digits between two frames would slow down the next one.
 */
final class RecentFrames {
    private final DigitMatch match;
    private final double trueLight;
    private final List<List<Clip>> frames = new ArrayList<>();
    private final List<Double> seconds = new ArrayList<>();

    /**
     * Creates a holder without frames.
     *
     * @param trueLight sum of the pixels of a true frame
     */
    RecentFrames(DigitMatch match, double trueLight) {
        this.match = match;
        this.trueLight = trueLight;
    }

    /** Returns the sum of a frame's pixels, averaged over frames and clips. */
    static double light(List<Clip> clips) {
        return clips.stream()
                .mapToDouble(clip -> light(clip) / clip.frames())
                .average()
                .orElseThrow();
    }

    /** Returns the sum of all pixels of all frames. */
    private static double light(Clip clip) {
        double sum = 0;
        for (byte pixel : clip.pixels()) {
            sum += pixel & 0xff;
        }
        return sum;
    }

    /** Keeps a frame of each video, which took that many seconds together. */
    void add(List<Clip> frame, double took) {
        frames.add(List.copyOf(frame));
        seconds.add(took / frame.size());
    }

    /** Measures the frames added since the last milestone, of which there must be one at least, and drops them. */
    Milestone milestone(int frame) {
        Mean recognisable = each(clip -> match.recognises(clip, 0) ? 1 : 0);
        Mean brightness = each(clip -> light(clip) / trueLight);
        double secondsPerFrame = LongRollOut.median(seconds);
        frames.clear();
        seconds.clear();
        return new Milestone(frame, recognisable, brightness, secondsPerFrame, ResidentMemory.bytes());
    }

    private Mean each(ToDoubleFunction<Clip> measure) {
        return Mean.of(IntStream.range(0, frames.get(0).size())
                .parallel()
                .mapToObj(video -> frames.stream()
                        .mapToDouble(frame -> measure.applyAsDouble(frame.get(video)))
                        .average()
                        .orElseThrow())
                .toList());
    }
}
