// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import java.util.List;
import java.util.Locale;

/** Numbers and lists as people write them. */
public final class TextFormat {
    private TextFormat() {}

    /** At most two decimals, and none that are zero. */
    public static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    /** {@code 1 frame}, {@code 2 frames}. */
    public static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** The first few of some texts, and how many more there are. */
    public static String list(List<String> texts, int most) {
        String some = String.join(", ", texts.subList(0, Math.min(most, texts.size())));
        return texts.size() <= most ? some : some + " and " + (texts.size() - most) + " more";
    }

    /** The text with a small first letter. */
    public static String uncapitalized(String text) {
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
