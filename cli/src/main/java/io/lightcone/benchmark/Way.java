// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.attention.AttentionPlans;
import io.lightcone.attention.AttentionPlans.Method;
import io.lightcone.attention.Grid;
import io.lightcone.attention.Tile;
import io.lightcone.model.LayerCost;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A way to compute attention.
 *
 * @param tile or null where the cost model or the method chooses
 */
public record Way(String name, Method method, @Nullable Tile tile) {
    static final Way CHOSEN = new Way("as the cost model chooses", Method.TILED, null);

    /** Frames of a group. */
    private static final int[] GROUPS = {1, 2, 4, 8, 16};

    /**
     * The ways that libtorch offers for frame-causal attention on {@code grid}: as the cost model chooses; groups of so and
     * so many frames, each with all frames up to its last and a mask inside the group; one masked call over all pairs.
     */
    static List<Way> dense(Grid grid) {
        List<Way> ways = new ArrayList<>();
        ways.add(CHOSEN);
        for (int group : IntStream.of(GROUPS)
                .map(frames -> Math.min(frames, grid.frames()))
                .distinct()
                .toArray()) {
            if (group == 1 || Masks.fits(grid.tokens())) {
                String name = group == 1 ? "frame by frame" : group + " frames a call";
                ways.add(new Way(name, Method.TILED, new Tile(group, grid.height(), grid.width())));
            }
        }
        if (Masks.fits(grid.tokens())) {
            ways.add(new Way("one masked call", Method.REFERENCE, null));
        }
        return ways;
    }

    /** Plans that go this way; the caller closes them. */
    AttentionPlans plans() {
        return new AttentionPlans(method, tile, Masks.LARGEST);
    }

    /**
     * Multiply-adds of dense attention that are computed this way, masked ones included.
     *
     * @param width channels of all heads
     * @param layer cost of the dense layer as the cost model chooses
     */
    long done(Grid grid, int width, LayerCost layer) {
        if (equals(CHOSEN)) {
            return layer.attentionDone();
        }
        int group = tile == null ? grid.frames() : tile.frames();
        long frames = 0; // pairs of frames
        for (int from = 0; from < grid.frames(); from += group) {
            int to = Math.min(grid.frames(), from + group);
            frames += (long) (to - from) * to;
        }
        long pairs = frames * grid.tokensPerFrame() * grid.tokensPerFrame();
        return 2 * pairs * width;
    }
}
