// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

/** Which Lightcone this is. */
public final class Version {
    private Version() {}

    /** As in the build, or "unpackaged" when run from class files. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
