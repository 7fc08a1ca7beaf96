// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * The configuration of how often, in steps, a run reports and saves what; the end of the run always does.
 *
 * @param log steps between lines of metrics
 * @param validate steps between validations on held-out clips
 * @param validationClips held-out clips per validation, from 1 to 10,000
 * @param sample steps between sample clips
 * @param checkpoint steps between checkpoints; there is one before every validation and sample too
 * @param keep how many of the newest checkpoints are kept
 */
public record ReportConfig(long log, long validate, int validationClips, long sample, long checkpoint, int keep) {
    /** The largest number of validation clips, which are all in memory at once. */
    private static final int MOST_CLIPS = 10_000;

    public ReportConfig {
        if (log < 1 || validate < 1 || validationClips < 1 || sample < 1 || checkpoint < 1 || keep < 1) {
            throw new IllegalArgumentException(
                    "log, validate, validationClips, sample, checkpoint and keep must all be at least 1");
        }
        if (validationClips > MOST_CLIPS) {
            throw new IllegalArgumentException(
                    "validationClips must lie between 1 and " + MOST_CLIPS + ", not " + validationClips);
        }
    }
}
