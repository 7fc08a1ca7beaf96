// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import java.util.Locale;

/** Formats numbers of any size in three figures, with thousands as k, M, G, T, P and E. */
public final class Units {
    private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};

    private Units() {}

    /** Formats a count, such as "163 G". */
    public static String count(long value) {
        return count((double) value);
    }

    /** Formats a count, such as "163 G". */
    static String count(double value) {
        return scaled(value, "").strip();
    }

    /** Formats a count with its noun, such as "1 frame" and "1,000 frames". */
    public static String counted(long count, String thing) {
        return String.format(Locale.ROOT, "%,d %s%s", count, thing, count == 1 ? "" : "s");
    }

    /** Formats a number of bytes, such as "1.25 GB". */
    public static String bytes(long value) {
        return scaled((double) value, "B");
    }

    /** Formats a quotient, such as "13.3x", or "-" if the divisor is 0. */
    static String ratio(long value, long unit) {
        return unit == 0 ? "-" : figures((double) value / unit) + "x";
    }

    private static String scaled(double value, String unit) {
        double scaled = value;
        int prefix = 0;
        // Not 1000: what rounds to 1000 belongs to the next prefix.
        while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
            scaled /= 1000;
            prefix++;
        }
        boolean whole = prefix == 0 && value == Math.rint(value);
        return (whole ? String.valueOf((long) value) : figures(scaled)) + " " + PREFIXES[prefix] + unit;
    }

    private static String figures(double value) {
        int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
