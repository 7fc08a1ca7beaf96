// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.data.ClipDataset;
import io.lightcone.evaluation.Continuation;
import io.lightcone.evaluation.Continuation.Score;
import io.lightcone.run.ClipGrid;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model's continuations of clips that it has never seen: their scores, and a few of them to look at.
 *
 * @param score score of each generated frame
 * @param clips number of clips that are scored
 * @param grid the first few clips with continuations of different seeds
 */
public record SampledContinuations(Score score, int clips, ClipGrid grid) {
    /** The number of frames that are generated after the given ones. */
    public static final int FRAMES = 8;

    private static final int SCORED_CLIPS = 64;
    private static final int SHOWN_CLIPS = 6;
    private static final int SEEDS = 3;

    /**
     * Generates the continuations and scores them.
     *
     * @param data data whose held-out clips are as long as what is given and {@link #FRAMES} more
     * @param check called between any two calls of the model; what it throws ends the work
     */
    public static SampledContinuations of(Continuation continuation, ClipDataset data, Runnable check) {
        List<Clip> truth =
                IntStream.range(0, SCORED_CLIPS).mapToObj(data::heldOut).toList();
        List<Clip> continued = continuation.of(truth, new RandomStreams(1), check);
        List<Clip> shown = truth.subList(0, SHOWN_CLIPS);
        List<List<Clip>> rows = new ArrayList<>(List.of(shown, continued.subList(0, SHOWN_CLIPS)));
        for (int seed = 2; seed <= SEEDS; seed++) {
            rows.add(continuation.of(shown, new RandomStreams(seed), check));
        }
        return new SampledContinuations(
                Score.of(truth, continued, continuation.given()),
                SCORED_CLIPS,
                new ClipGrid(rows, continuation.given()));
    }
}
