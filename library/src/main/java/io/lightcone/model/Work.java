// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

/**
 * What a part of a model holds and does for one clip, forwards.
 *
 * @param parameters weights
 * @param multiplyAdds of matrix products; sums, norms and activation functions are not counted
 * @param bytes that its matrix products read and write if every operand is read once and every result written once
 */
public record Work(long parameters, long multiplyAdds, long bytes) {
    static final Work NONE = new Work(0, 0, 0);

    /** An affine map with a bias, applied to {@code rows} vectors, computed in numbers of {@code size} bytes. */
    static Work linear(long rows, long in, long out, int size) {
        return withoutBias(rows, in, out, size).plus(new Work(out, 0, 0));
    }

    /** The same without a bias. */
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
