// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import java.util.List;
import java.util.Locale;

/** Formats numbers and lists as people write them, for messages. */
public final class TextFormat {
    private TextFormat() {}

    /** Returns the number with at most two decimals and without trailing zeros. */
    public static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    /** Returns a count with its noun in singular or plural: {@code 1 frame}, {@code 2 frames}. */
    public static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** Returns the first {@code most} texts joined by commas, and how many more there are. */
    public static String list(List<String> texts, int most) {
        String some = String.join(", ", texts.subList(0, Math.min(most, texts.size())));
        return texts.size() <= most ? some : some + " and " + (texts.size() - most) + " more";
    }

    /** Returns the text with a lower-case first letter. */
    public static String uncapitalized(String text) {
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
