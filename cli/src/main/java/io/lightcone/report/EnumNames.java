// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import java.util.Locale;

/** The names of enum constants as they are typed and printed: in lower case, with hyphens. */
public final class EnumNames {
    private EnumNames() {}

    /** Returns the name of {@code value}, such as {@code clean-past} for {@code CLEAN_PAST}. */
    public static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
