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
 * An implementation of attention: by tiles of a given or chosen size, or by one masked call over all pairs.
 *
 * @param name how tables and JSON call it
 * @param method by tiles or by one mask
 * @param tile the tile, or null where the cost model or the method chooses
 */
public record AttentionImplementation(
        String name, Method method, @Nullable Tile tile) {
    /** The implementation that training uses: the cost model chooses the tile. */
    static final AttentionImplementation CHOSEN =
            new AttentionImplementation("as the cost model chooses", Method.TILED, null);

    /** The numbers of frames that are tried together in one call. */
    private static final int[] GROUPS = {1, 2, 4, 8, 16};

    /**
     * Lists the implementations that libtorch offers for frame-causal attention on {@code grid}: as the cost model
     * chooses; groups of some frames, each with all frames up to its last and a mask inside the group; and one masked
     * call over all pairs. Those whose masks take too much memory are left out.
     */
    static List<AttentionImplementation> dense(Grid grid) {
        List<AttentionImplementation> implementations = new ArrayList<>();
        implementations.add(CHOSEN);
        for (int group : IntStream.of(GROUPS)
                .map(frames -> Math.min(frames, grid.frames()))
                .distinct()
                .toArray()) {
            if (group == 1 || MaskMemory.fits(grid.tokens())) {
                String name = group == 1 ? "frame by frame" : group + " frames a call";
                implementations.add(
                        new AttentionImplementation(name, Method.TILED, new Tile(group, grid.height(), grid.width())));
            }
        }
        if (MaskMemory.fits(grid.tokens())) {
            implementations.add(new AttentionImplementation("one masked call", Method.REFERENCE, null));
        }
        return implementations;
    }

    /** Creates an empty cache of plans for this implementation; the caller closes it. */
    AttentionPlans plans() {
        return new AttentionPlans(method, tile, MaskMemory.LARGEST);
    }

    /**
     * Counts the multiply-adds that this implementation spends on dense attention, masked ones included.
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
