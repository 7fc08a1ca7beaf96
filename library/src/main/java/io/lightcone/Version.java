// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

/** Tells which version of Lightcone is running. */
public final class Version {
    private Version() {}

    /** Returns the version of the build, or "unpackaged" when run from class files. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
