// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.video.Clip;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Collects the pictures that are decoded for some clips, a few of each at a time, into clips of the same shape. */
final class DecodedClips {
    private final List<Clip> truth;
    private final List<byte[]> pixels;

    /**
     * Begins clips that have the first pictures of others, and are black after these.
     *
     * @param truth those others, all of one shape
     * @param given how many pictures of them are taken over
     */
    DecodedClips(List<Clip> truth, int given) {
        this.truth = truth;
        this.pixels = truth.stream()
                .map(clip -> Arrays.copyOf(clip.pixels(), given * clip.frameBytes())) // and no byte beyond these
                .map(start -> Arrays.copyOf(start, truth.get(0).pixels().length))
                .toList();
    }

    /** Puts the next pictures of each clip at place {@code first} and after it, as far as there is room. */
    void put(int first, List<Clip> pictures) {
        for (int b = 0; b < pixels.size(); b++) {
            byte[] whole = pixels.get(b);
            byte[] more = pictures.get(b).pixels();
            int to = first * truth.get(b).frameBytes();
            System.arraycopy(more, 0, whole, to, Math.min(more.length, whole.length - to));
        }
    }

    /** Returns the clips with the tags of the true ones, each named as the {@code what} of one of these. */
    List<Clip> named(String what) {
        return IntStream.range(0, truth.size())
                .mapToObj(b -> {
                    Clip clip = truth.get(b);
                    return new Clip(
                            what + " of " + clip.name(),
                            clip.frames(),
                            clip.height(),
                            clip.width(),
                            clip.channels(),
                            pixels.get(b),
                            clip.tags());
                })
                .toList();
    }
}
