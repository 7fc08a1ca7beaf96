// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.UserException;
import java.nio.file.Path;

/**
 * How a server serves.
 *
 * @param host name or number of the interface that it listens at; those of this machine alone are {@code 127.0.0.1} and
 *     {@code localhost}
 * @param port 0 for one that is free
 * @param sessions most plays at a time
 * @param framesPerSecond pace of all worlds; 0 for the pace of each
 * @param recordings folder that recordings go into
 */
public record PlayOptions(String host, int port, int sessions, double framesPerSecond, Path recordings) {
    /** The usual port. */
    public static final int PORT = 7860;

    private static final int MOST_SESSIONS = 32;

    public PlayOptions {
        require(port >= 0 && port <= 0xFFFF, "port must lie between 0 and 65535, not " + port);
        require(
                sessions >= 1 && sessions <= MOST_SESSIONS,
                "sessions must lie between 1 and " + MOST_SESSIONS + ", not " + sessions);
        require(
                framesPerSecond == 0
                        || (framesPerSecond >= ClientMessage.SLOWEST && framesPerSecond <= ClientMessage.FASTEST),
                "fps must lie between " + ClientMessage.SLOWEST + " and " + (int) ClientMessage.FASTEST
                        + ", or be 0 for that of the world, not " + framesPerSecond);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new UserException(message);
        }
    }

    /** Returns options for this machine alone, at the usual port, with four sessions at the pace of their worlds. */
    public static PlayOptions defaults() {
        return new PlayOptions("127.0.0.1", PORT, 4, 0, Path.of("recordings"));
    }
}
