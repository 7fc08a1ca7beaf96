// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * Where a checkpoint comes from: the process that wrote it, and the data that the run began with.
 *
 * @param version of Lightcone that wrote it
 * @param command that wrote it, as it was typed
 * @param dataFingerprint of the data that the run began with, whatever it was resumed on
 * @param created when that command began, in ISO 8601
 */
public record Provenance(String version, String command, String dataFingerprint, String created) {
    /** The same process, in a run that began with other data. */
    public Provenance startedOn(String dataFingerprint) {
        return new Provenance(version, command, dataFingerprint, created);
    }
}
