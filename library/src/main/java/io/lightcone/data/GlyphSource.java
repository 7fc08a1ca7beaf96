// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import java.util.random.RandomGenerator;

/** An endless supply of digits. */
interface GlyphSource {
    /** A random digit about {@code size} pixels high; from the part kept from training if {@code heldOut}. */
    Glyph draw(RandomGenerator random, double size, boolean heldOut);

    /** The largest label that a digit may have. */
    int largestLabel();

    /** What the digits are, for people. */
    String description();

    /** A hexadecimal SHA-256 of all that decides how the digits look, wherever it lies. */
    String hash();
}
