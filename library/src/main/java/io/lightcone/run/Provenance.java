// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * The provenance of a checkpoint: the process that wrote it, and the data that the run began with.
 *
 * @param version version of Lightcone that wrote it
 * @param command command that wrote it, as the user entered it
 * @param dataFingerprint fingerprint of the data that the run began with, whatever it was resumed on
 * @param created when that command began, in ISO 8601
 * @param machine what it computed on: the device, and of a CPU the processor, threads and workers; empty if it did not
 *     say
 */
public record Provenance(String version, String command, String dataFingerprint, String created, String machine) {
    /** Returns the provenance of the same process, in a run that began with other data. */
    public Provenance startedOn(String dataFingerprint) {
        return new Provenance(version, command, dataFingerprint, created, machine);
    }
}
