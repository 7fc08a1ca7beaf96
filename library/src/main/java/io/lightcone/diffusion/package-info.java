// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * The mathematics of noise: how a level turns a frame into a noisy frame, what a network is asked to predict, which
 * levels training draws, in which order generation removes noise, and one step of that removal. It never sees a model,
 * only what one has predicted.
 */
@NullMarked
package io.lightcone.diffusion;

import org.jspecify.annotations.NullMarked;
