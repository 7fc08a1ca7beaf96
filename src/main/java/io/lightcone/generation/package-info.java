// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Making video: executing a denoising plan with a model, frame after frame, over a bounded window of the past. It knows
 * models only as {@link io.lightcone.diffusion.Denoiser}.
 */
@NullMarked
package io.lightcone.generation;

import org.jspecify.annotations.NullMarked;
