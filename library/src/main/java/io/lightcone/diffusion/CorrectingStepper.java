// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.Diffusion.Estimate;
import org.bytedeco.pytorch.Tensor;

/** A stepper that has the network look at the result of its step, and then repeats the step with what it said. */
public interface CorrectingStepper extends Stepper {
    /**
     * Repeats the step of the same frames, given what the network says of them where {@link #step} has moved them.
     *
     * @param there what the network says there; not to be used for frames that reach level 0
     * @return [B, T, C, H, W] in the caller's scope
     */
    Tensor correct(Update update, Estimate there);
}
