// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Describes a part of the clips of a step, with the numbers that name what is drawn for them: these count through the
 * whole batch, so that it makes no difference which worker computes which part.
 *
 * @param first number in the whole batch of the first of {@code clips}
 * @param all clips of the whole batch
 * @param firstDraw number of the first of the noisy versions of each clip that are in this part
 * @param draws noisy versions of each clip in this part
 * @param allDraws noisy versions of each clip in the whole batch
 */
record BatchPart(long step, int first, int all, List<Clip> clips, int firstDraw, int draws, int allDraws) {
    /** The greatest number of clips that a message names. */
    private static final int MOST_NAMED = 8;

    /** Describes clips with all of their draws. */
    BatchPart(long step, int first, int all, List<Clip> clips, int draws) {
        this(step, first, all, clips, 0, draws, draws);
    }

    /**
     * Returns the numbers of the draws in the whole batch, in the order of a tensor whose first B clips are one draw of
     * each, whose next B clips are the second draw, and so on.
     */
    int[] drawNumbers() {
        return IntStream.range(0, draws * clips.size())
                .map(i -> (first + i % clips.size()) * allDraws + firstDraw + i / clips.size())
                .toArray();
    }

    /**
     * Returns this part as the shares of at most so many workers, in order: as clips where there are enough, else as
     * draws of single clips, for which more than one worker then has to encode the clip.
     */
    List<BatchPart> shares(int workers) {
        if (workers <= clips.size()) {
            return split(workers);
        }
        List<BatchPart> shares = new ArrayList<>();
        List<BatchPart> single = split(clips.size());
        for (int i = 0; i < single.size(); i++) {
            int own = workers * (i + 1) / single.size() - workers * i / single.size();
            shares.addAll(single.get(i).splitDraws(own));
        }
        return shares;
    }

    private List<BatchPart> splitDraws(int count) {
        int parts = Math.min(count, draws);
        List<BatchPart> split = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            int from = draws * i / parts;
            int to = draws * (i + 1) / parts;
            split.add(new BatchPart(step, first, all, clips, firstDraw + from, to - from, allDraws));
        }
        return split;
    }

    /** Returns this part as at most {@code count} smaller ones, in order, whose sizes differ by one clip at most. */
    List<BatchPart> split(int count) {
        int parts = Math.min(count, clips.size());
        List<BatchPart> split = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            int from = clips.size() * i / parts;
            int to = clips.size() * (i + 1) / parts;
            split.add(new BatchPart(step, first + from, all, clips.subList(from, to), firstDraw, draws, allDraws));
        }
        return split;
    }

    /**
     * Returns the name of a clip in messages: its number in the batch, which with the step and the seed identifies it,
     * and what it shows.
     */
    String named(int b) {
        return "clip " + (first + b + 1) + " of " + all + " (" + clips.get(b).name() + ")";
    }

    /** Returns the names of the clips, since a gradient does not tell which of them it came from. */
    String named() {
        String named = IntStream.range(0, Math.min(MOST_NAMED, clips.size()))
                .mapToObj(this::named)
                .collect(Collectors.joining(", "));
        return clips.size() > MOST_NAMED ? named + " or one of the others" : named;
    }
}
