// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Computes attention by tiles: neighbouring queries see nearly the same keys, so a tile of them gathers those keys once
 * and attends to them in a small dense product, with a mask for what a single query does not see. A few calls serve the
 * whole clip: one for each of the first time tiles, which look back less far, and one for all the others.
 *
 * <p>It covers whole-frame attention too: there a tile is one or more whole frames, and if its keys are the clip's
 * first frames, nothing is copied.
 */
final class TiledPlan implements PreparedPlan {
    private final List<TiledCall> calls;
    private final long[] tokens;
    private final boolean inPlace;

    TiledPlan(Neighbourhood neighbourhood, Tile tile, ScalarType type, Device device, AttentionKernel kernel) {
        this(calls(
                TileRun.cut(neighbourhood, tile.within(neighbourhood.grid())),
                run -> new TiledCall(neighbourhood, run, type, device, kernel)));
    }

    /** Creates a call for each run with {@code factory}; if it fails at one, those before it are closed. */
    static List<TiledCall> calls(List<TileRun> runs, Function<TileRun, TiledCall> factory) {
        try (ResourceStack created = new ResourceStack()) {
            List<TiledCall> calls = new ArrayList<>();
            for (TileRun run : runs) {
                calls.add(created.add(factory.apply(run)));
            }
            created.keep();
            return List.copyOf(calls);
        }
    }

    /** Creates a plan of calls for frames that follow each other; it owns them. */
    TiledPlan(List<TiledCall> calls) {
        this.calls = calls;
        this.tokens = calls.stream().mapToLong(TiledCall::queries).toArray();
        this.inPlace = calls.stream().allMatch(TiledCall::keysAreOneStretch);
    }

    @Override
    public Tensor attend(Tensor q_BKND, Tensor k_BKND, Tensor v_BKND) {
        // Keys and values are copied into the kernel's order once, not by every call that gathers from them.
        Tensor keys = inPlace ? k_BKND : k_BKND.contiguous();
        Tensor values = inPlace ? v_BKND : v_BKND.contiguous();
        if (calls.size() == 1) {
            return calls.get(0).attend(q_BKND, keys, values);
        }
        TensorVector queries = q_BKND.split_with_sizes(tokens, 2);
        Tensor[] seen = new Tensor[calls.size()];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = calls.get(i).attend(queries.get(i), keys, values);
        }
        return Tensors.cat(2, seen);
    }

    @Override
    public long bytes() {
        return calls.stream().mapToLong(TiledCall::bytes).sum();
    }

    @Override
    public void close() {
        calls.forEach(TiledCall::close);
    }
}
