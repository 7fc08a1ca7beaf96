// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.report.Units;

/** Compares the pictures that a command is going to hold with the memory that Java has. */
final class PictureMemory {
    /** The share of Java's memory that may be pictures. */
    private static final double SHARE = 0.8;

    private PictureMemory() {}

    /**
     * Requires that copies of clips fit into Java's memory.
     *
     * @param clip bytes of a clip
     * @param clips number of clips
     * @param copies how many copies of all clips are held at the same time
     * @param options names of the options that make them fewer or smaller, for the message
     */
    static void require(long clip, int clips, int copies, String options) {
        double bytes = (double) clip * clips * copies;
        Arguments.require(
                clip <= Integer.MAX_VALUE && bytes <= Runtime.getRuntime().maxMemory() * SHARE,
                "so many pictures take " + Units.bytes((long) bytes) + " of Java's memory, more than there is; make "
                        + options + " smaller");
    }
}
