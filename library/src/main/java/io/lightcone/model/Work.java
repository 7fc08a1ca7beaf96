// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

/**
 * Counts what a part of a model holds and does in the forward pass over one clip.
 *
 * @param parameters number of weights
 * @param multiplyAdds multiply-adds of matrix products; sums, norms and activation functions are not counted
 * @param bytes bytes that its matrix products read and write if every operand is read once and every result written
 *     once
 */
public record Work(long parameters, long multiplyAdds, long bytes) {
    static final Work NONE = new Work(0, 0, 0);

    /**
     * Returns the work of an affine map with a bias, applied to {@code rows} vectors, computed in numbers of
     * {@code size} bytes.
     */
    static Work linear(long rows, long in, long out, int size) {
        return withoutBias(rows, in, out, size).plus(new Work(out, 0, 0));
    }

    /** Returns the work of a linear map without a bias, applied to {@code rows} vectors. */
    static Work withoutBias(long rows, long in, long out, int size) {
        long weights = Math.multiplyExact(in, out);
        long moved = Math.addExact(Math.multiplyExact(rows, Math.addExact(in, out)), weights);
        return new Work(weights, Math.multiplyExact(rows, weights), Math.multiplyExact(size, moved));
    }

    Work plus(Work other) {
        return new Work(
                parameters + other.parameters,
                Math.addExact(multiplyAdds, other.multiplyAdds),
                Math.addExact(bytes, other.bytes));
    }
}
