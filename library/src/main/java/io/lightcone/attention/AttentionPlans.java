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
 * Keeps the attention plans in use, which are created at first need and shared by all layers and steps. When they hold
 * more than a given amount of memory, those that have been unused for longest are closed; libtorch keeps what a
 * backward pass still needs.
 *
 * <p>An instance serves one thread at a time.
 */
public final class AttentionPlans implements AutoCloseable {
    private static final long DEFAULT_BYTES = 2L << 30;

    /** Names how attention is computed; the results are the same. */
    public enum Method {
        /** Attention is computed by tiles, at about the cost of what a query really sees. */
        TILED,
        /** Attention is computed with one mask over all pairs of tokens: slow, and simple enough to be believed. */
        REFERENCE
    }

    /**
     * Identifies a plan by what it was created for: a {@link Neighbourhood} of a clip, or where a streaming step finds
     * its keys.
     */
    private record Key(Object what, ScalarType type, String device) {}

    private final Map<Key, PreparedPlan> plans = new LinkedHashMap<>(16, 0.75f, true);
    private final Method method;
    private final @Nullable Tile tile;
    private final long limit;
    private final AttentionKernel kernel;
    private long bytes;
    private long created;

    /** Creates a set of plans by tiles, which the cost model chooses, that holds at most 2 GiB. */
    public AttentionPlans() {
        this(Method.TILED, null, DEFAULT_BYTES);
    }

    /** Creates a set of plans of the given method that holds at most 2 GiB. */
    public AttentionPlans(Method method) {
        this(method, null, DEFAULT_BYTES);
    }

    /** Creates a set of plans that compute with libtorch's kernel; see the constructor that takes another one. */
    public AttentionPlans(Method method, @Nullable Tile tile, long limit) {
        this(method, tile, limit, AttentionKernel.ofLibtorch());
    }

    /**
     * Creates a set of plans, all of which compute with {@code kernel}, as the frame caches do that share them.
     *
     * @param tile the tile of {@link Method#TILED}, cut to the grid, or null to let the cost model choose
     * @param limit bytes of native memory that all plans may hold together; a plan that alone needs more is kept until
     *     the next is created
     */
    public AttentionPlans(Method method, @Nullable Tile tile, long limit, AttentionKernel kernel) {
        this.method = method;
        this.tile = tile;
        this.limit = limit;
        this.kernel = kernel;
    }

    /** Returns the kernel that all plans compute with. */
    AttentionKernel kernel() {
        return kernel;
    }

    /**
     * Creates an empty cache for frames that are computed one after the other, which shares these plans and their
     * kernel.
     *
     * @param branch what a query sees; its limits say how far back
     * @param frame one frame of the branch's own grid
     * @param block the greatest number of frames that are in work at once
     * @param shift moves the keys of sinks
     * @param fixedReach sinks keep their positions for queries among so many frames, their own included
     * @return for the caller to close, before these plans
     */
    public BranchCache cache(Branch branch, Grid frame, int block, KeyShift shift, int fixedReach) {
        return branch.isWithinFrame()
                ? new WithinFrame(branch, frame, block, this)
                : new FrameCache(branch, frame, block, this, shift, fixedReach);
    }

    /**
     * Returns the plan of {@code branch} for a clip on {@code grid}, the branch's own grid. It is valid until the next
     * call of this method, which may close it to make room.
     *
     * @param like a tensor of the type and device of the queries
     */
    public AttentionPlan plan(Branch branch, Grid grid, Tensor like) {
        Neighbourhood neighbourhood = new Neighbourhood(branch.neighbourhoodOnly(), grid);
        return plan(neighbourhood, like, () -> make(neighbourhood, Tensors.type(like), like.device()));
    }

    /**
     * Returns the plan under a key that describes it wholly, creating it at first need. The caller need not be in a
     * scope.
     */
    AttentionPlan plan(Object what, Tensor like, Supplier<PreparedPlan> factory) {
        return Scopes.within(() -> find(what, like, factory));
    }

    private AttentionPlan find(Object what, Tensor like, Supplier<PreparedPlan> factory) {
        Key key = new Key(what, Tensors.type(like), like.device().str().getString());
        PreparedPlan found = plans.get(key);
        if (found != null) {
            return found;
        }
        PreparedPlan plan = factory.get();
        created++;
        bytes += plan.bytes();
        evict();
        plans.put(key, plan);
        return plan;
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

    /**
     * Returns whether a clip is computed as one shorter clip for each residue; sinks are seen by all residues, so they
     * do not fold.
     */
    static boolean foldsByResidue(Branch branch) {
        return branch.stride() > 1 && branch.keyFrames().separatesResidues() && branch.sinks() == 0;
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

    /**
     * Returns how many plans have been created so far; the number stays the same as long as existing ones are found.
     */
    long created() {
        return created;
    }

    @Override
    public void close() {
        plans.values().forEach(PreparedPlan::close);
        plans.clear();
        bytes = 0;
    }
}
