// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * The provenance of a checkpoint: the process that wrote it, and the data and weights that the run began with.
 *
 * @param version version of Lightcone that wrote it
 * @param command command that wrote it, as the user entered it
 * @param dataFingerprint fingerprint of the data that the run began with, whatever it was resumed on
 * @param created when that command began, in ISO 8601
 * @param machine what it computed on: the device, and of a CPU the processor, threads and workers; empty if it did not
 *     say
 * @param measured how that CPU computes, as measured, and what was chosen for it; empty if it did not say
 * @param origin the checkpoint of a trained run whose averaged weights the run began with, as its path; empty for a run
 *     that began with drawn weights
 */
public record Provenance(
        String version,
        String command,
        String dataFingerprint,
        String created,
        String machine,
        String measured,
        String origin) {
    /** Returns the provenance of the same process, in a run that began as {@code first} says. */
    public Provenance begunAs(Provenance first) {
        return new Provenance(version, command, first.dataFingerprint, created, machine, measured, first.origin);
    }
}
