// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import java.util.random.RandomGenerator;

/** Supplies random digits without end. */
interface GlyphSource {
    /** Returns a random digit about {@code size} pixels high; from the held-out part if {@code heldOut}. */
    Glyph draw(RandomGenerator random, double size, boolean heldOut);

    /** Returns the largest label that a digit may have. */
    int largestLabel();

    /** Describes the digits in a few words. */
    String description();

    /** Returns a hexadecimal SHA-256 of all that decides how the digits look, wherever their files lie. */
    String hash();
}
