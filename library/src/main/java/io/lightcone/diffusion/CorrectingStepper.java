// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.Diffusion.Estimate;
import org.bytedeco.pytorch.Tensor;

/** A stepper that has the network look at the result of its step, and then makes the step again, knowing better. */
public interface CorrectingStepper extends Stepper {
    /**
     * Moves the same frames once more, knowing what the network says of them where {@link #step} has taken them.
     *
     * @param there what it says; of frames that reach level 0 it is not to be used
     * @return [B, T, C, H, W] in the caller's scope
     */
    Tensor correct(Update update, Estimate there);
}
