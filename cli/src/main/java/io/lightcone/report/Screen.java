// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import java.util.Locale;
import java.util.Map;

/**
 * The abilities of standard output.
 *
 * @param width characters of a line
 * @param unicode whether block characters can be shown; if not, plain ASCII is the safe choice
 * @param colour whether it is a terminal that shows colours, and NO_COLOR is not set (no-color.org)
 */
public record Screen(int width, boolean unicode, boolean colour) {
    private static final int USUAL = 100;
    private static final int NARROWEST = 20;

    /**
     * Returns the abilities of this process's output: the launcher says whether it is a terminal, since the JVM cannot
     * tell.
     */
    public static Screen current() {
        return of(System.getenv(), Boolean.getBoolean("lightcone.screen"));
    }

    static Screen of(Map<String, String> environment, boolean terminal) {
        String columns = environment.getOrDefault("COLUMNS", "").strip();
        int width = columns.matches("\\d{1,4}") ? Math.max(NARROWEST, Integer.parseInt(columns)) : USUAL;
        return new Screen(width, terminal && isUtf8(environment), terminal && showsColour(environment));
    }

    private static boolean showsColour(Map<String, String> environment) {
        String kind = environment.getOrDefault("TERM", "");
        return environment.getOrDefault("NO_COLOR", "").isEmpty() && !kind.isEmpty() && !kind.equals("dumb");
    }

    /** Returns whether the locale is UTF-8: as in POSIX, the first of the three variables that is set decides. */
    private static boolean isUtf8(Map<String, String> environment) {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String locale = environment.getOrDefault(name, "");
            if (!locale.isBlank()) {
                String plain = locale.toLowerCase(Locale.ROOT).replace("-", "");
                return plain.contains("utf8");
            }
        }
        return false;
    }
}
