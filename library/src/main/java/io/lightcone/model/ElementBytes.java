// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

/**
 * Says how many bytes a number takes where a model may compute in more than one type; everything else is float32.
 *
 * @param linear in large matrix products: 4 in float32, 2 in bfloat16
 * @param attention in attention within a clip, likewise
 */
public record ElementBytes(int linear, int attention) {
    /** All numbers are float32. */
    public static final ElementBytes FLOAT32 = new ElementBytes(4, 4);

    /** The bytes of a number in bfloat16. */
    public static final int BFLOAT16 = 2;
}
