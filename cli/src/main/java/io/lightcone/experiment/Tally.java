// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.experiment.LongRollOut.Station;
import io.lightcone.tensor.ResidentMemory;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Some frames of several videos that are made together. They are looked at when the last of them is made: a search for digits
 * between two frames would be in the way of the next one.
 */
final class Tally {
    private final DigitMatch match;
    private final double trueLight;
    private final List<List<Clip>> frames = new ArrayList<>();
    private final List<Double> seconds = new ArrayList<>();

    /**
     * Of none yet.
     *
     * @param trueLight sum of the pixels of a true frame
     */
    Tally(DigitMatch match, double trueLight) {
        this.match = match;
        this.trueLight = trueLight;
    }

    /** The sum of a frame's pixels, averaged over frames and clips. */
    static double light(List<Clip> clips) {
        return clips.stream()
                .mapToDouble(clip -> light(clip) / clip.frames())
                .average()
                .orElseThrow();
    }

    /** The sum of all pixels of all frames. */
    private static double light(Clip clip) {
        double sum = 0;
        for (byte pixel : clip.pixels()) {
            sum += pixel & 0xff;
        }
        return sum;
    }

    /** Keeps a frame of each video, which took that long together. */
    void add(List<Clip> frame, double took) {
        frames.add(List.copyOf(frame));
        seconds.add(took / frame.size());
    }

    /** What is to be seen in the frames since the last time, of which there is one at least; they are forgotten. */
    Station station(int frame) {
        Mean recognisable = each(clip -> match.recognises(clip, 0) ? 1 : 0);
        Mean brightness = each(clip -> light(clip) / trueLight);
        double secondsPerFrame = LongRollOut.median(seconds);
        frames.clear();
        seconds.clear();
        return new Station(frame, recognisable, brightness, secondsPerFrame, ResidentMemory.bytes());
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
