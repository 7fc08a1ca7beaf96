// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Stores the keys and values of some frames, in slots of one frame each:
 *
 * <pre>
 * [ frames in work, newest first | sinks | a ring of finished frames ]
 * </pre>
 *
 * so that what a frame sees is one stretch of memory whenever it sees everything that is remembered. When the ring has
 * reached its limit, a finished frame overwrites the oldest. Where the limit is far, the ring doubles when it is full,
 * up to the limit, which copies what there is: less and less often, but it may hold twice what is remembered.
 *
 * <p>Shapes: B batch, K heads, S tokens of a frame, D channels of a head, M tokens of all slots, n tokens of some.
 */
final class FrameRing implements AutoCloseable {
    private static final int FIRST_ROOM = 8;
    /** Rings up to this limit are allocated whole. */
    private static final int WHOLE_ROOM = 128;

    private static final long UNKNOWN = -1;

    private final int tokens;
    private final int inWork;
    private final int sinks;
    private final long limit;
    private final Map<Integer, Integer> slots = new HashMap<>();
    private final Deque<Integer> ring = new ArrayDeque<>();
    private @Nullable Tensor keys_BKMD;
    private @Nullable Tensor values_BKMD;
    /** The keys of the sinks before they were moved. */
    private @Nullable Tensor firstSinks_BKnD;
    /**
     * The number of frames that the keys of the sinks have been moved by; {@link #UNKNOWN} after a restore, since it is
     * not saved.
     */
    private long moved;

    private int room;

    /**
     * Creates an empty ring, which allocates memory when the first frame is shown.
     *
     * @param tokens S
     * @param inWork the greatest number of frames in work at once
     * @param sinks frames that are remembered for ever
     * @param limit the greatest number of other frames that are remembered
     */
    FrameRing(int tokens, int inWork, int sinks, long limit) {
        this.tokens = tokens;
        this.inWork = inWork;
        this.sinks = sinks;
        this.limit = limit;
        this.room = limit <= WHOLE_ROOM ? (int) limit : FIRST_ROOM;
    }

    /** Returns the slot of a frame in work; {@code place} counts those of this ring. */
    int shownSlot(int place) {
        return inWork - 1 - place;
    }

    /** Returns the slot of a finished frame. */
    int slot(int frame) {
        Integer slot = slots.get(frame);
        if (slot == null) {
            throw new IllegalStateException("frame " + frame + " is not remembered");
        }
        return slot;
    }

    /** Writes the keys and values of a frame in work, [B, K, S, D] each, over those shown in its place before. */
    void show(int place, Tensor k_BKSD, Tensor v_BKSD) {
        if (keys_BKMD == null) {
            hold(() -> empty(k_BKSD, room), () -> empty(v_BKSD, room));
        } else if (Tensors.type(allKeys()) != Tensors.type(k_BKSD)) { // restored, and saved where another was faster
            ScalarType type = Tensors.type(k_BKSD);
            hold(
                    () -> Scopes.unscoped(() -> allKeys().to(type)),
                    () -> Scopes.unscoped(() -> allValues().to(type)));
        }
        if (k_BKSD.size(0) != allKeys().size(0)) {
            throw new IllegalArgumentException(
                    "the cache holds a batch of " + allKeys().size(0) + ", not of " + k_BKSD.size(0));
        }
        keys(shownSlot(place), 1).copy_(k_BKSD);
        values(shownSlot(place), 1).copy_(v_BKSD);
    }

    /** Replaces the keys and values that are held by new ones, unless one of the two cannot be created. */
    private void hold(Supplier<Tensor> keys, Supplier<Tensor> values) {
        try (ResourceStack created = new ResourceStack()) {
            Tensor newKeys = created.add(keys.get());
            Tensor newValues = created.add(values.get());
            created.keep();
            closeKeysAndValues();
            keys_BKMD = newKeys;
            values_BKMD = newValues;
        }
    }

    private Tensor empty(Tensor like_BKSD, int room) {
        long all = (long) (inWork + sinks + room) * tokens;
        long[] shape = {like_BKSD.size(0), like_BKSD.size(1), all, like_BKSD.size(3)};
        return Scopes.unscoped(
                () -> torch.empty(shape, like_BKSD.options(), new org.bytedeco.pytorch.MemoryFormatOptional()));
    }

    /** Returns the keys of neighbouring slots, a view [B, K, n, D]. */
    Tensor keys(int slot, int count) {
        return stretch(allKeys(), slot, count);
    }

    /** Returns the values of neighbouring slots, a view [B, K, n, D]. */
    Tensor values(int slot, int count) {
        return stretch(allValues(), slot, count);
    }

    private Tensor stretch(Tensor x_BKMD, int slot, int count) {
        return x_BKMD.narrow(2, (long) slot * tokens, (long) count * tokens);
    }

    Tensor allKeys() {
        return shown(keys_BKMD);
    }

    Tensor allValues() {
        return shown(values_BKMD);
    }

    private static Tensor shown(@Nullable Tensor tensor) {
        if (tensor == null) {
            throw new IllegalStateException("no frame was shown yet");
        }
        return tensor;
    }

    /** Copies the frame in work at {@code place} into the ring as a finished frame. */
    void remember(int frame, int place) {
        if (limit == 0) {
            return;
        }
        if (ring.size() == limit) {
            int oldest = ring.removeFirst();
            put(frame, place, slots.remove(oldest));
        } else {
            if (ring.size() == room) {
                grow();
            }
            put(frame, place, inWork + sinks + ring.size());
        }
        ring.addLast(frame);
    }

    /**
     * Copies the frame in work at {@code place} to the sinks, which are kept for ever; it is one of the first frames.
     */
    void rememberSink(int frame, int place) {
        put(frame, place, inWork + frame);
    }

    private void put(int frame, int place, int slot) {
        keys(slot, 1).copy_(keys(shownSlot(place), 1));
        values(slot, 1).copy_(values(shownSlot(place), 1));
        slots.put(frame, slot);
    }

    /**
     * Moves the keys of the sinks to {@code frames} frames later than they were at first; unless that is 0, all sinks
     * must be finished.
     */
    void moveSinks(long frames, KeyShift shift) {
        if (frames == moved) {
            return;
        }
        Tensor stretch = keys(inWork, sinks);
        Tensor first = firstSinks_BKnD;
        if (first == null) {
            first = Scopes.unscoped(() -> stretch.clone());
            firstSinks_BKnD = first;
        }
        stretch.copy_(frames == 0 ? first : shift.later(first, frames));
        moved = frames;
    }

    /** Forgets all frames. */
    void clear() {
        slots.clear();
        ring.clear();
        closeSinks();
    }

    private void closeSinks() {
        if (firstSinks_BKnD != null) {
            firstSinks_BKnD.close();
            firstSinks_BKnD = null;
        }
        moved = 0;
    }

    /** Saves all slots as they lie, since the order of sums depends on it. */
    void save(Snapshot to) {
        if (keys_BKMD == null || values_BKMD == null) {
            return;
        }
        to.put("room", room);
        to.put(
                "slots",
                slots.entrySet().stream()
                        .flatMapToLong(slot -> LongStream.of(slot.getKey(), slot.getValue()))
                        .toArray());
        to.put("ring", ring.stream().mapToLong(Integer::longValue).toArray());
        to.put("keys", keys_BKMD);
        to.put("values", values_BKMD);
        if (firstSinks_BKnD != null) {
            to.put("firstSinks", firstSinks_BKnD);
        }
    }

    /**
     * Restores what a ring like this one has saved.
     *
     * @throws IllegalArgumentException if the saved ring had another size
     */
    void load(Snapshot from) {
        close();
        slots.clear();
        ring.clear();
        if (!from.has("keys") || (limit == 0 && sinks == 0)) {
            return;
        }
        room = Math.toIntExact(from.number("room"));
        Tensor keys = from.tensor("keys");
        if (keys.dim() != 4 || keys.size(2) != (long) (inWork + sinks + room) * tokens) {
            throw new IllegalArgumentException("what was saved has frames of another size, or remembers more or fewer");
        }
        long[] pairs = from.numbers("slots");
        for (int i = 0; i < pairs.length; i += 2) {
            slots.put((int) pairs[i], (int) pairs[i + 1]);
        }
        LongStream.of(from.numbers("ring")).forEach(frame -> ring.addLast((int) frame));
        Tensor values = from.tensor("values");
        hold(() -> Scopes.unscoped(() -> keys.clone()), () -> Scopes.unscoped(() -> values.clone()));
        if (from.has("firstSinks")) {
            firstSinks_BKnD = Scopes.unscoped(() -> from.tensor("firstSinks").clone());
            moved = UNKNOWN;
        }
    }

    private void grow() {
        int larger = (int) Math.min(limit, 2L * room);
        hold(() -> grown(allKeys(), larger), () -> grown(allValues(), larger));
        room = larger;
    }

    private Tensor grown(Tensor small, int larger) {
        try (ResourceStack created = new ResourceStack()) {
            Tensor large = created.add(empty(small, larger));
            Scopes.runWithoutGrad(() -> stretch(large, 0, inWork + sinks + room).copy_(small));
            created.keep();
            return large;
        }
    }

    /** Returns the bytes of the finished frames that are remembered. */
    long bytes() {
        Tensor keys = keys_BKMD;
        Tensor values = values_BKMD;
        if (keys == null || values == null) {
            return 0;
        }
        return (keys.nbytes() + values.nbytes()) / (inWork + sinks + room) * slots.size();
    }

    @Override
    public void close() {
        closeKeysAndValues();
        closeSinks();
    }

    private void closeKeysAndValues() {
        if (keys_BKMD != null && values_BKMD != null) {
            keys_BKMD.close();
            values_BKMD.close();
            keys_BKMD = null;
            values_BKMD = null;
        }
    }
}
