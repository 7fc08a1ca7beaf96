// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import java.lang.System.Logger.Level;
import org.bytedeco.javacpp.Pointer;

/**
 * Lets native memory grow as far as the machine has any. JavaCPP would stop a program at four times Java's heap, since
 * its limit counts the resident memory of the whole process; it reads the limit once, when its first class is loaded,
 * so every class of Lightcone that may be the first to use it calls {@link #allow} when it is loaded itself.
 *
 * <p>A limit that was set for the program holds: {@code -Dorg.bytedeco.javacpp.maxPhysicalBytes=8g}. A program that
 * uses JavaCPP before Lightcone sets that, or {@code 0} for none, itself; else a warning says once that it is too late.
 */
public final class NativeMemory {
    private static final String LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";
    /** The older name of the property, which JavaCPP still reads. */
    private static final String OLD_LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";

    private static final boolean OURS = prepared();

    static {
        warnIfTooLate();
    }

    private NativeMemory() {}

    /** Removes JavaCPP's limit when it is called for the first time; later calls do nothing. */
    public static void allow() {
        // The static initialiser of this class does the work, once.
    }

    private static boolean prepared() {
        if (System.getProperty(LIMIT) != null || System.getProperty(OLD_LIMIT) != null) {
            return false;
        }
        System.setProperty(LIMIT, "0");
        return true;
    }

    private static void warnIfTooLate() {
        if (OURS && Pointer.maxPhysicalBytes() > 0) {
            System.getLogger("io.lightcone")
                    .log(
                            Level.WARNING,
                            "JavaCPP was in use before Lightcone and limits the memory of this program to {0} MB;"
                                    + " start it with -D" + LIMIT + "=0 for no limit.",
                            Pointer.maxPhysicalBytes() >> 20);
        }
    }
}
