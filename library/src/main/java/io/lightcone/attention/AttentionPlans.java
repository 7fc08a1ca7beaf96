// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The plans in use, made at first need and shared by all layers and steps. When they hold more than a given amount of
 * memory, those that have been unused for longest go; libtorch keeps what a backward pass still needs.
 *
 * <p>Not for several threads at once.
 */
public final class AttentionPlans implements AutoCloseable {
    private static final long DEFAULT_BYTES = 2L << 30;

    /** How attention is computed; the result is the same. */
    public enum Method {
        /** By tiles, at about the cost of what a query really sees. */
        TILED,
        /** By one mask over all pairs of tokens: slow, and simple enough to be believed. */
        REFERENCE
    }

    /** What a plan was made for: a {@link Neighbourhood} of a clip, or where a streaming step finds its keys. */
    private record Key(Object what, ScalarType type, String device) {}

    private final Map<Key, PreparedPlan> plans = new LinkedHashMap<>(16, 0.75f, true);
    private final Method method;
    private final @Nullable Tile tile;
    private final long limit;
    private final AttentionKernel kernel;
    private long bytes;
    private long created;

    /** Plans by tiles that the cost model chooses, holding at most 2 GiB. */
    public AttentionPlans() {
        this(Method.TILED, null, DEFAULT_BYTES);
    }

    /** Plans of a given kind, holding at most 2 GiB. */
    public AttentionPlans(Method method) {
        this(method, null, DEFAULT_BYTES);
    }

    /** Plans of a given kind that compute with libtorch's kernel; see the constructor that takes another one. */
    public AttentionPlans(Method method, @Nullable Tile tile, long limit) {
        this(method, tile, limit, AttentionKernel.ofLibtorch());
    }

    /**
     * Plans of a given kind, all of which compute with {@code kernel}, as the frame caches do that share them.
     *
     * @param tile the tile of {@link Method#TILED}, cut to the grid, or null to let the cost model choose
     * @param limit bytes of native memory that all plans may hold together; a plan that alone needs more is kept until the
     *     next is made
     */
    public AttentionPlans(Method method, @Nullable Tile tile, long limit, AttentionKernel kernel) {
        this.method = method;
        this.tile = tile;
        this.limit = limit;
        this.kernel = kernel;
    }

    /** What all plans compute with. */
    AttentionKernel kernel() {
        return kernel;
    }

    /**
     * Returns an empty cache for frames that are computed one after the other, which shares these plans and their kernel.
     *
     * @param branch as far as it shall look back
     * @param frame one frame of the branch's own grid
     * @param block the most frames that are in work at once
     * @param shift moves the keys of sinks
     * @param fixedReach how many frames, their own included, queries know to look over; sinks among these stay where they are
     * @return for the caller to close, before these plans
     */
    public BranchCache cache(Branch branch, Grid frame, int block, KeyShift shift, int fixedReach) {
        return new FrameCache(branch, frame, block, this, shift, fixedReach);
    }

    /**
     * The plan of {@code branch} for a clip on {@code grid}, the branch's own grid. It is good until the next call of this
     * method, which may close it to make room.
     *
     * @param like a tensor of the type and device of the queries
     */
    public AttentionPlan plan(Branch branch, Grid grid, Tensor like) {
        Neighbourhood neighbourhood = new Neighbourhood(branch.neighbourhoodOnly(), grid);
        return plan(neighbourhood, like, () -> make(neighbourhood, Tensors.type(like), like.device()));
    }

    /** The plan under a key that describes it wholly. The caller need not be in a scope. */
    AttentionPlan plan(Object what, Tensor like, Supplier<PreparedPlan> maker) {
        return Scopes.within(() -> find(what, like, maker));
    }

    private AttentionPlan find(Object what, Tensor like, Supplier<PreparedPlan> maker) {
        Key key = new Key(what, Tensors.type(like), like.device().str().getString());
        PreparedPlan found = plans.get(key);
        if (found != null) {
            return found;
        }
        PreparedPlan made = maker.get();
        created++;
        bytes += made.bytes();
        evict();
        plans.put(key, made);
        return made;
    }

    private PreparedPlan make(Neighbourhood neighbourhood, ScalarType type, Device device) {
        if (method == Method.REFERENCE) {
            return new MaskedPlan(neighbourhood, type, device, kernel);
        }
        if (foldsByResidue(neighbourhood.branch())) {
            Neighbourhood residue = DilatedPlan.residue(neighbourhood);
            PreparedPlan inner = new TiledPlan(residue, tileFor(residue), type, device, kernel);
            return new DilatedPlan(neighbourhood, inner);
        }
        return new TiledPlan(neighbourhood, tileFor(neighbourhood), type, device, kernel);
    }

    /** Sinks are seen by all residues, so they do not fold. */
    static boolean foldsByResidue(Branch branch) {
        return branch.stride() > 1 && branch.keyFrames() == KeyFrames.DILATED && branch.sinks() == 0;
    }

    private Tile tileFor(Neighbourhood neighbourhood) {
        return tile == null ? TileChoice.best(neighbourhood) : tile;
    }

    private void evict() {
        var eldest = plans.entrySet().iterator();
        while (bytes > limit && eldest.hasNext()) {
            PreparedPlan plan = eldest.next().getValue();
            bytes -= plan.bytes();
            plan.close();
            eldest.remove();
        }
    }

    /** How many plans have been made so far; it stands still while the cache does its work. */
    public long created() {
        return created;
    }

    @Override
    public void close() {
        plans.values().forEach(PreparedPlan::close);
        plans.clear();
        bytes = 0;
    }
}
