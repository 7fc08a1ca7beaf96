// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other sites out: pages in the browser of this machine can reach every server on it, under a name of their own
 * (DNS rebinding) or from afar. So a request must be for a number, for localhost or for the host that the server was
 * told to be; and a page that it comes from must be of the same host and port.
 */
final class Guard {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");
    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");

    private final Set<String> names;

    Guard(String host) {
        names = new HashSet<>(List.of("localhost", host.toLowerCase(Locale.ROOT)));
    }

    /** Returns whether a request is for this server. */
    boolean knows(@Nullable String host) {
        if (host == null) {
            return false;
        }
        String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
        return names.contains(name) || NUMBER.matcher(name).matches();
    }

    /**
     * Returns whether a request comes from a page of this server, or from none.
     *
     * @param origin header Origin of the request; null if it has none, as of programs
     * @param host header Host of the request
     */
    boolean isOwn(@Nullable String origin, String host) {
        return origin == null
                || origin.equalsIgnoreCase("http://" + host)
                || origin.equalsIgnoreCase("https://" + host);
    }
}
