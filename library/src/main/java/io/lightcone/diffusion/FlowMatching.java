// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

/**
 * Flow matching mixes frames and noise along straight lines (arXiv 2210.02747, 2209.03003): {@code alpha = 1 - s',
 * sigma = s'}, with the time shift of Stable Diffusion 3 (arXiv 2403.03206, section 5.3.2)
 *
 * <pre>
 * s' = shift s / (1 + (shift - 1) s)
 * </pre>
 *
 * @param shift 1 for none; above it, more of the path is spent at high noise, as large frames need. It divides the root
 *     of the signal-to-noise ratio
 */
record FlowMatching(double shift) implements NoiseSchedule {
    @Override
    public double alpha(double level) {
        return (1 - level) / (1 + (shift - 1) * level);
    }

    @Override
    public double sigma(double level) {
        return shift * level / (1 + (shift - 1) * level);
    }
}
