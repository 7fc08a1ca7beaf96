// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import io.lightcone.UserException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds classes and actions by the names that users give them. */
public final class NameLookup {
    private static final int MOST_LISTED = 20;

    private NameLookup() {}

    /**
     * Returns the number of a name in {@code known}, from 0.
     *
     * @param what what is named, for the message: a class or an action
     * @throws UserException if there is none of that name; it says which there are
     */
    public static int index(String what, String name, List<String> known) {
        int number = known.indexOf(name);
        if (number < 0) {
            @Nullable String nearest = Suggestions.nearest(name, known);
            String guess = nearest == null ? "" : " (did you mean " + nearest + "?)";
            throw new UserException("this run knows no " + what + " named '" + name + "'" + guess + "; valid are "
                    + (known.isEmpty() ? "none" : listed(known)));
        }
        return number;
    }

    private static String listed(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(MOST_LISTED, names.size())));
        return names.size() <= MOST_LISTED
                ? first
                : first + " and " + (names.size() - MOST_LISTED) + " more, which its config.yaml names";
    }
}
