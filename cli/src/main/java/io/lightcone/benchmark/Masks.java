// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import java.util.Locale;

/** Masks over all pairs of tokens, which soon take more memory than there is. */
final class Masks {
    /** Bytes that masks may take. */
    static final long LARGEST = 4L << 30;

    private Masks() {}

    static boolean fits(long tokens) {
        return bytes(tokens) <= LARGEST;
    }

    private static double bytes(long tokens) {
        return (double) tokens * tokens * Float.BYTES;
    }

    static String leftOut(long tokens) {
        return String.format(
                Locale.ROOT,
                "One masked call is left out: its mask over %,d tokens would take %.0f GB.",
                tokens,
                bytes(tokens) / 1e9);
    }
}
