// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.testing;

import io.lightcone.testing.Draw.Kind;
import java.util.SplittableRandom;

/**
 * Checks a property on many cases that are drawn by chance, after some at the edges of what may be drawn.
 *
 * <p>Each run of the tests draws other cases. A failure tells what was drawn and the seed, and
 * {@code -Dlightcone.test.seed=7} makes every property draw the cases of seed 7 again.
 */
public final class Cases {
    private static final String SEED = "lightcone.test.seed";

    private Cases() {}

    /** A property that must hold of any case; it takes the case's values out of {@code draw}. */
    @FunctionalInterface
    public interface Property {
        void check(Draw draw) throws Exception;
    }

    /** Checks {@code tries} cases, and stops at the first for which the property does not hold. */
    public static void check(int tries, Property property) {
        check(tries, Long.getLong(SEED, new SplittableRandom().nextLong(1L << 32)), property);
    }

    static void check(int tries, long seed, Property property) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int number = 0; number < tries; number++) {
            Draw draw = new Draw(random.split(), kind(number, tries));
            try {
                property.check(draw);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "case %d of %d does not hold: %s (drawn again by -D%s=%d)%n%s"
                                .formatted(number + 1, tries, draw, SEED, seed, e.getMessage()),
                        e);
            }
        }
    }

    private static Kind kind(int number, int tries) {
        if (number < 2) {
            return number == 0 ? Kind.LEAST : Kind.GREATEST;
        }
        return number < tries / 10 ? Kind.EDGE : Kind.ANY;
    }
}
