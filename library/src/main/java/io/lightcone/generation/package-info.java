// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * The generation of video: {@link io.lightcone.generation.RollOut} executes a denoising plan with a model, frame after
 * frame. The package knows models only as {@link io.lightcone.generation.CausalDenoiser}, which predicts frames in work
 * and remembers finished ones.
 */
@NullMarked
package io.lightcone.generation;

import org.jspecify.annotations.NullMarked;
