// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * Draws random tensors for a batch in which every item has a stream of its own: what an item gets depends neither on
 * the items beside it nor on their number. Like its streams, it belongs to the scope in which it was created.
 *
 * <p>Shapes: B items.
 *
 * @param streams one for each item, in their order; at least one
 */
public record RandomBatch(List<RandomStream> streams) {
    static {
        NativeMemory.allow();
    }

    public RandomBatch {
        streams = List.copyOf(streams);
        if (streams.isEmpty()) {
            throw new IllegalArgumentException("a batch has at least one item");
        }
    }

    /** Draws independent standard normal numbers, float32: [B, item's shape...]. */
    public Tensor normal(long... ofItem) {
        long[] shape = one(ofItem);
        return each(stream -> stream.normal(shape));
    }

    /** Draws independent standard normal numbers in the shape and type of {@code batch}, and on its device. */
    public Tensor normalLike(Tensor batch) {
        long[] shape = batch.shape();
        return normal(Arrays.copyOfRange(shape, 1, shape.length)).to(batch.device(), Tensors.type(batch));
    }

    /** Draws independent uniform numbers in [0, 1), float32: [B, item's shape...]. */
    public Tensor uniform(long... ofItem) {
        long[] shape = one(ofItem);
        return each(stream -> stream.uniform(shape));
    }

    /**
     * Applies {@code draw} to each item's stream and concatenates the results along the first dimension.
     *
     * @param draw from a stream to a tensor [1, item's shape...]
     */
    Tensor each(Function<RandomStream, Tensor> draw) {
        return Scopes.scoped(() -> Tensors.cat(0, streams.stream().map(draw).toArray(Tensor[]::new)));
    }

    private static long[] one(long... ofItem) {
        long[] shape = new long[ofItem.length + 1];
        shape[0] = 1;
        System.arraycopy(ofItem, 0, shape, 1, ofItem.length);
        return shape;
    }
}
