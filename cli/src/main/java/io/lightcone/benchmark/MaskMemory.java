// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import java.util.Locale;

/** Counts the memory of masks over all pairs of tokens, which soon take more than there is. */
final class MaskMemory {
    /** The largest number of bytes that masks may take. */
    static final long LARGEST = 4L << 30;

    private MaskMemory() {}

    /** Returns whether a float32 mask over that many tokens may be built. */
    static boolean fits(long tokens) {
        return bytes(tokens) <= LARGEST;
    }

    private static double bytes(long tokens) {
        return (double) tokens * tokens * Float.BYTES;
    }

    /** Says in a sentence that the masked call was left out, and how large its mask would be. */
    static String leftOut(long tokens) {
        return String.format(
                Locale.ROOT,
                "One masked call is left out: its mask over %,d tokens would take %.0f GB.",
                tokens,
                bytes(tokens) / 1e9);
    }
}
