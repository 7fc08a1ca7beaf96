// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Guesses which valid name was meant by one that does not exist. */
public final class Suggestions {
    private Suggestions() {}

    /**
     * Returns the one of {@code valid} that is nearest to {@code name}, or null if none is near: at most one edit (a
     * letter added, left out, replaced, or swapped with its neighbour) for every three letters. Case, dashes and
     * underscores count for nothing.
     */
    public static @Nullable String nearest(String name, Collection<String> valid) {
        String wanted = plain(name);
        String best = null;
        int bestDistance = Integer.MAX_VALUE;
        for (String candidate : valid) {
            int distance = distance(wanted, plain(candidate));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return bestDistance <= Math.max(1, wanted.length() / 3) && bestDistance < wanted.length() ? best : null;
    }

    /** Returns the second half of an error message: "did you mean x?" or, when nothing is near, every valid name. */
    public static String hint(String name, Collection<String> valid) {
        String nearest = nearest(name, valid);
        return nearest != null ? "did you mean " + nearest + "?" : "valid are " + String.join(", ", valid);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /**
     * Returns the number of edits between two words, a swap of neighbours counted as one (optimal string alignment).
     */
    static int distance(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replace = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replace, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    edits[i][j] = Math.min(edits[i][j], 1 + edits[i - 2][j - 2]);
                }
            }
        }
        return edits[a.length()][b.length()];
    }
}
