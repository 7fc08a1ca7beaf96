// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the keys and values of finished frames for one branch of one layer, which lets a model continue frame by
 * frame at the cost of the new frame alone. Attending through it gives what a call over the whole clip would give for
 * these frames, with the same {@link Branch}: limit and sinks are part of that.
 *
 * <p>Frames in work may be shown any number of times, which leaves what is remembered as it is; {@link #commit} adds
 * the ones shown last to it. Frames that no later frame sees are overwritten in place; a branch with a limit stops
 * growing there, and one with a near limit allocates its memory at once.
 *
 * <p>DILATED frames of different residues never meet, unless there are sinks, so each residue has a {@link FrameRing}
 * of its own; its frames stand side by side in memory and need not be gathered. A ring is created when its first frame
 * is shown, so a stride costs nothing that is longer than the video.
 *
 * <p>With a limit, sinks come along: once they are farther back than everything else that is remembered, and than
 * {@code fixedReach}, their keys are moved in time to stand just there, so that no distance grows with the video (as in
 * StreamingLLM, arXiv 2309.17453, section 3.2). A light cone goes by the distance that is left. The sinks are moved
 * anew for each frame in work, always from where they were at first, so errors of rounding do not add up.
 *
 * <p>It records no gradients and serves one thread at a time.
 *
 * <p>Shapes: B batch, K heads, T frames in work, S tokens of a frame, D channels of a head, M tokens that fit into a
 * ring.
 */
final class FrameCache implements BranchCache {
    private final Branch branch;
    private final Neighbourhood neighbourhood;
    private final AttentionPlans plans;
    private final int block;
    private final KeyShift shift;
    private final int fixedReach;
    private final int residues;
    private final long limit;
    private final SortedMap<Integer, FrameRing> rings = new TreeMap<>();
    private boolean closed;
    /**
     * The newest plan of a branch without a limit, which sees more from frame to frame, so that each plan serves one
     * frame.
     */
    private @Nullable PreparedPlan ownPlan;

    private @Nullable StepKey ownStep;
    private int next;
    private int shown;

    /** Identifies the plan of a streaming step by where its keys lie, and how far back. */
    private record StepKey(Branch branch, Grid frame, List<Integer> slots, List<Integer> distances) {}

    /** Creates an empty cache of keys without positions in time, so that sinks may be any number of frames back. */
    public FrameCache(Branch branch, Grid frame, int block, AttentionPlans plans) {
        this(branch, frame, block, plans, KeyShift.NONE, 0);
    }

    /**
     * Creates an empty cache.
     *
     * @param frame one frame of the branch's own grid
     * @param block the greatest number of frames that are in work at once
     * @param shift moves the keys of sinks
     * @param fixedReach sinks keep their positions for queries among so many frames, their own included
     */
    public FrameCache(Branch branch, Grid frame, int block, AttentionPlans plans, KeyShift shift, int fixedReach) {
        this.branch = branch.neighbourhoodOnly();
        this.neighbourhood = new Neighbourhood(this.branch, new Grid(1, frame.height(), frame.width()));
        this.plans = plans;
        this.block = block;
        this.shift = shift;
        this.fixedReach = fixedReach;
        boolean folds =
                AttentionPlans.foldsByResidue(branch) && branch.frames() != 1; // 1 frame has no past to keep apart
        this.residues = folds ? branch.stride() : 1;
        this.limit = CacheCost.of(branch, frame, 1).limit() / residues;
    }

    @Override
    public int finished() {
        return next;
    }

    @Override
    public Tensor attend(Tensor q_BKND, Tensor k_BKND, Tensor v_BKND) {
        int tokens = neighbourhood.grid().tokensPerFrame();
        shown = BranchCache.framesOf(q_BKND, neighbourhood.grid(), block);
        return Scopes.withoutGrad(() -> {
            Tensor[] seen = new Tensor[shown];
            for (int i = 0; i < shown; i++) {
                FrameRing ring = ringOf(next + i);
                long from = (long) i * tokens;
                ring.show(i / residues, k_BKND.narrow(2, from, tokens), v_BKND.narrow(2, from, tokens));
                seen[i] = attend(next + i, ring, q_BKND.narrow(2, from, tokens));
            }
            return seen.length == 1 ? seen[0] : Tensors.cat(2, seen);
        });
    }

    private FrameRing ringOf(int frame) {
        if (closed) {
            throw new IllegalStateException("the frame cache is closed");
        }
        return rings.computeIfAbsent(frame % residues, residue -> {
            int inWork = (block - 1) / residues + 1;
            return new FrameRing(neighbourhood.grid().tokensPerFrame(), inWork, branch.sinks(), limit);
        });
    }

    private Tensor attend(int frame, FrameRing ring, Tensor q_BKSD) {
        long sinkShift = sinkShift(frame);
        ring.moveSinks(sinkShift, shift);
        int[] keys = neighbourhood.keyFrames(frame);
        int[] slots = IntStream.of(keys).map(key -> slot(key, ring)).toArray();
        int first = IntStream.of(slots).min().orElseThrow();
        int last = IntStream.of(slots).max().orElseThrow();
        if (branch.window() == Branch.ALL && last - first + 1 == slots.length) {
            return plans.kernel()
                    .attend(q_BKSD, ring.keys(first, slots.length), ring.values(first, slots.length), null);
        }
        // In the order of slots: without a light cone, all turns of the ring then share one plan.
        List<Integer> order = IntStream.range(0, keys.length)
                .boxed()
                .sorted(Comparator.comparing(j -> slots[j]))
                .toList();
        StepKey step = new StepKey(
                branch,
                neighbourhood.grid(),
                order.stream().map(j -> slots[j]).toList(),
                order.stream()
                        .map(j -> canonicalDistance(frame - keys[j] - (keys[j] < branch.sinks() ? (int) sinkShift : 0)))
                        .toList());
        return planFor(step, q_BKSD).attend(q_BKSD, ring.allKeys(), ring.allValues());
    }

    private AttentionPlan planFor(StepKey step, Tensor like) {
        if (branch.frames() != Branch.ALL) {
            return plans.plan(step, like, () -> plan(step, like));
        }
        PreparedPlan plan = ownPlan;
        if (plan == null || !step.equals(ownStep)) {
            closeOwnPlan();
            plan = plan(step, like);
            ownPlan = plan;
            ownStep = step;
        }
        return plan;
    }

    private void closeOwnPlan() {
        if (ownPlan != null) {
            ownPlan.close();
            ownPlan = null;
        }
    }

    /** Returns the slot where a ring keeps a frame that is finished, or in work. */
    private int slot(int key, FrameRing ring) {
        return key < next ? ring.slot(key) : ring.shownSlot((key - next) / residues);
    }

    /** Returns the least frame distance with the same window as {@code distance}, so that one plan serves them all. */
    private int canonicalDistance(int distance) {
        LightCone cone = branch.cone();
        if (cone.tokens() == 0 || branch.window() == Branch.ALL) {
            return 0;
        }
        int window = neighbourhood.window(distance);
        int low = 0;
        int high = distance;
        while (low < high) { // windows only widen
            int middle = (low + high) >>> 1;
            if (neighbourhood.window(middle) >= window) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private PreparedPlan plan(StepKey step, Tensor like) {
        int[] slots = step.slots.stream().mapToInt(Integer::intValue).toArray();
        int[][] distances = {step.distances.stream().mapToInt(Integer::intValue).toArray()};
        List<TimeTile> tiles = List.of(new TimeTile(0, slots, distances));
        Tile tile = TileChoice.best(neighbourhood, candidate -> List.of(TileRun.of(neighbourhood, candidate, tiles)));
        TileRun run = TileRun.of(neighbourhood, tile, tiles);
        return new TiledPlan(
                List.of(new TiledCall(neighbourhood, run, Tensors.type(like), like.device(), plans.kernel())));
    }

    @Override
    public void commit() {
        Scopes.runWithoutGrad(() -> {
            for (int i = 0; i < shown; i++) {
                remember(next + i, i / residues);
            }
        });
        next += shown;
        shown = 0;
    }

    /**
     * Returns by how many frames the sinks are moved for {@code frame}: 0 until they are all finished and far enough
     * back.
     */
    private long sinkShift(int frame) {
        boolean stay = branch.sinks() == 0 || branch.frames() == Branch.ALL || shift == KeyShift.NONE;
        if (stay || next < branch.sinks()) {
            return 0;
        }
        long reach = Math.max((branch.frames() - 1L) * branch.stride(), fixedReach - 1L - branch.sinks());
        return Math.max(0, frame - branch.sinks() - reach);
    }

    private void remember(int frame, int place) {
        FrameRing own = ringOf(frame);
        if (frame < branch.sinks()) {
            own.rememberSink(frame, place);
        } else if (frame % branch.keyFrames().keptEvery(branch.stride()) == 0) {
            own.remember(frame, place);
        }
    }

    /** {@inheritDoc} The memory stays allocated. */
    @Override
    public void clear() {
        rings.values().forEach(FrameRing::clear);
        next = 0;
        shown = 0;
    }

    @Override
    public void save(Snapshot to) {
        to.put("finished", next);
        rings.forEach((residue, ring) -> ring.save(to.part("rings", residue)));
    }

    @Override
    public void load(Snapshot from) {
        next = Math.toIntExact(from.number("finished"));
        shown = 0;
        rings.values().forEach(FrameRing::close);
        rings.clear();
        for (int residue = 0; residue < Math.min(residues, next); residue++) {
            ringOf(residue).load(from.part("rings", residue));
        }
    }

    /** {@inheritDoc} Memory that is allocated but not used yet is not counted. */
    @Override
    public long bytes() {
        return rings.values().stream().mapToLong(FrameRing::bytes).sum();
    }

    @Override
    public void close() {
        closed = true;
        rings.values().forEach(FrameRing::close);
        closeOwnPlan();
    }
}
