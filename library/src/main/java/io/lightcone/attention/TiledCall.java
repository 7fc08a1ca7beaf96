// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Computes one call of an {@link AttentionKernel} over a {@link TileRun}. Spatial tiles stand where the kernel expects
 * heads, and heads and time tiles where it expects the batch: then the mask, which differs between spatial tiles only,
 * is one and the same for all heads, clips and times.
 *
 * <p>Shapes: B batch, K heads, A = B*K, P time tiles, S spatial tiles, Q queries of a tile, L keys of a tile, M keys on
 * offer, D channels of a head, t y x a tile's frames, rows and columns, h w tiles along a column and a row.
 */
final class TiledCall implements AutoCloseable {
    private final TileRun run;
    private final AttentionKernel kernel;
    /** The tokens of each tile's keys, [P*S*L]; null if they are one stretch from {@code firstKey}. */
    private final @Nullable Tensor keys_I;

    private final long firstKey;
    /**
     * The tokens of overlapping tiles' queries, [S*y*x], and for each token of the frame its place among them; null if
     * no tiles overlap.
     */
    private final @Nullable Tensor queries_I;

    private final @Nullable Tensor tokens_I;
    /** The mask, [1, S, Q, L]: 0 where a query sees a key, else minus infinity; null if all see all. */
    private final @Nullable Tensor mask_1SQL;

    TiledCall(Neighbourhood neighbourhood, TileRun run, ScalarType type, Device device, AttentionKernel kernel) {
        this.run = run;
        this.kernel = kernel;
        boolean oneStretch = run.keysAreOneStretch();
        this.firstKey =
                oneStretch ? (long) run.tiles().get(0).keys()[0] * run.grid().tokens() : 0;
        try (ResourceStack created = new ResourceStack()) {
            this.keys_I = oneStretch ? null : created.add(kept(TileIndex.keys(run), device));
            this.queries_I = run.overlaps() ? created.add(kept(TileIndex.queries(run), device)) : null;
            this.tokens_I = run.overlaps() ? created.add(kept(TileIndex.tokens(run), device)) : null;
            this.mask_1SQL = mask(neighbourhood, type, device);
            created.keep();
        }
    }

    private static Tensor kept(long[] index, Device device) {
        return Scopes.unscoped(() -> Tensors.of(index, index.length).to(device, ScalarType.Long));
    }

    /** Returns whether the keys are used where they are, without a copy. */
    boolean keysAreOneStretch() {
        return keys_I == null;
    }

    /** Returns the number of queries that this call computes. */
    long queries() {
        return (long) frames() * run.grid().tokens();
    }

    /** Returns the number of frames of queries that this call computes. */
    private int frames() {
        return run.timeTiles() * run.tile().frames();
    }

    /**
     * Attends from the queries of this call's frames to the keys of their tiles.
     *
     * @param q_BKnD the queries of this call's frames
     * @param k_BKMD all keys, dense in memory unless {@link #keysAreOneStretch}
     * @param v_BKMD all values, likewise
     * @return [B, K, n, D]
     */
    Tensor attend(Tensor q_BKnD, Tensor k_BKMD, Tensor v_BKMD) {
        long batch = q_BKnD.size(0);
        long heads = q_BKnD.size(1);
        if (keys_I == null) {
            Tensor k_BKLD = k_BKMD.narrow(2, firstKey, run.keys());
            Tensor v_BKLD = v_BKMD.narrow(2, firstKey, run.keys());
            return kernel.attend(q_BKnD, k_BKLD, v_BKLD, mask_1SQL);
        }
        long calls = batch * heads * run.timeTiles();
        long[] shape = {calls, run.spatialTiles(), run.keys(), k_BKMD.size(3)};
        Tensor k_XSLD = k_BKMD.flatten(0, 1).index_select(1, keys_I).view(shape);
        Tensor v_XSLD = v_BKMD.flatten(0, 1).index_select(1, keys_I).view(shape);
        Tensor seen_XSQD = kernel.attend(toTiles(q_BKnD), k_XSLD, v_XSLD, mask_1SQL);
        return fromTiles(seen_XSQD, batch, heads);
    }

    /** Cuts queries into tiles, [B, K, n, D] to [B*K*P, S, Q, D]. */
    private Tensor toTiles(Tensor q_BKnD) {
        Tile tile = run.tile();
        long calls = q_BKnD.size(0) * q_BKnD.size(1) * run.timeTiles();
        long width = q_BKnD.size(3);
        if (queries_I != null) {
            Tensor frames_BKnND = q_BKnD.unflatten(2, frames(), run.grid().tokens());
            return frames_BKnND
                    .index_select(3, queries_I) // B K n S*y*x D
                    .reshape(calls, tile.frames(), run.spatialTiles(), (long) tile.rows() * tile.columns(), width)
                    .transpose(1, 2) // X S t y*x D
                    .reshape(calls, run.spatialTiles(), run.queries(), width);
        }
        return q_BKnD.view(
                        q_BKnD.size(0),
                        q_BKnD.size(1),
                        run.timeTiles(),
                        tile.frames(),
                        run.grid().height() / tile.rows(),
                        tile.rows(),
                        run.grid().width() / tile.columns(),
                        tile.columns(),
                        width) // B K P t h y w x D
                .permute(0, 1, 2, 4, 6, 3, 5, 7, 8) // B K P h w t y x D
                .reshape(calls, run.spatialTiles(), run.queries(), width);
    }

    /** Joins the results of tiles, [B*K*P, S, Q, D] to [B, K, n, D]. */
    private Tensor fromTiles(Tensor seen_XSQD, long batch, long heads) {
        Tile tile = run.tile();
        long width = seen_XSQD.size(3);
        long[] result = {batch, heads, (long) frames() * run.grid().tokens(), width};
        if (tokens_I != null) {
            return seen_XSQD
                    .view(seen_XSQD.size(0), run.spatialTiles(), tile.frames(), -1, width)
                    .transpose(1, 2)
                    .reshape(batch * heads * frames(), -1, width) // B*K*n S*y*x D
                    .index_select(1, tokens_I)
                    .view(result);
        }
        return seen_XSQD
                .view(
                        batch,
                        heads,
                        run.timeTiles(),
                        run.grid().height() / tile.rows(),
                        run.grid().width() / tile.columns(),
                        tile.frames(),
                        tile.rows(),
                        tile.columns(),
                        width) // B K P h w t y x D
                .permute(0, 1, 2, 5, 3, 6, 4, 7, 8) // B K P t h y w x D
                .reshape(result);
    }

    private @Nullable Tensor mask(Neighbourhood neighbourhood, ScalarType type, Device device) {
        try (ResourceStack created = new ResourceStack()) {
            Tensor mask_1SQL = created.add(Scopes.unscoped(() -> Scopes.withoutGrad(
                    () -> aligned(visible(neighbourhood).log().to(device, type)).unsqueeze(0))));
            boolean[] sees = new boolean[1];
            Scopes.run(() -> sees[0] = mask_1SQL.eq(new Scalar(0.0)).all().item_bool());
            if (sees[0]) {
                return null;
            }
            created.keep();
            return mask_1SQL;
        }
    }

    /**
     * Returns the mask with rows that start at multiples of eight numbers; otherwise kernels of GPUs copy it at every
     * call.
     */
    private static Tensor aligned(Tensor mask_SQL) {
        long missing = Math.floorMod(-mask_SQL.size(2), 8L);
        boolean fits = missing == 0 || mask_SQL.is_cpu();
        return fits ? mask_SQL : torch.constant_pad_nd(mask_SQL, 0, missing).narrow(2, 0, mask_SQL.size(2));
    }

    /** Returns [S, Q, L] float32: 1 where a query sees a key, else 0. */
    private Tensor visible(Neighbourhood neighbourhood) {
        TimeTile time = run.tiles().get(0);
        Map<String, Tensor> windows = new HashMap<>();
        Tensor[] frames = new Tensor[time.frames()];
        for (int i = 0; i < frames.length; i++) {
            Tensor[] parts = new Tensor[time.keys().length];
            for (int j = 0; j < parts.length; j++) {
                int distance = time.distances()[i][j];
                Halo rows = run.rows().get(j);
                Halo columns = run.columns().get(j);
                String key = distance + "/" + rows.length() + "/" + columns.length();
                parts[j] = windows.computeIfAbsent(key, k -> window(neighbourhood, distance, rows, columns));
            }
            frames[i] = Tensors.cat(2, parts);
        }
        return Tensors.cat(1, frames);
    }

    /** Returns what one frame of a tile sees in one key frame, [S, y*x, l]. */
    private Tensor window(Neighbourhood neighbourhood, int distance, Halo rows, Halo columns) {
        Tile tile = run.tile();
        long[] shape = {run.spatialTiles(), (long) tile.rows() * tile.columns(), (long) rows.length() * columns.length()
        };
        if (distance == TimeTile.HIDDEN) {
            return torch.zeros(shape);
        }
        float[] y = TileIndex.table(neighbourhood.axis(run.grid().height(), distance), rows, tile.rows());
        float[] x = TileIndex.table(neighbourhood.axis(run.grid().width(), distance), columns, tile.columns());
        Tensor rows_hyl = Tensors.of(y, rows.tiles(), 1, tile.rows(), 1, rows.length(), 1);
        Tensor columns_wxl = Tensors.of(x, 1, columns.tiles(), 1, tile.columns(), 1, columns.length());
        return rows_hyl.mul(columns_wxl).reshape(shape);
    }

    /** Returns the bytes of native memory that this call holds. */
    long bytes() {
        return bytes(keys_I) + bytes(queries_I) + bytes(tokens_I) + bytes(mask_1SQL);
    }

    private static long bytes(@Nullable Tensor tensor) {
        return tensor == null ? 0 : tensor.nbytes();
    }

    @Override
    public void close() {
        for (Tensor tensor : new Tensor[] {keys_I, queries_I, tokens_I, mask_1SQL}) {
            if (tensor != null) {
                tensor.close();
            }
        }
    }
}
