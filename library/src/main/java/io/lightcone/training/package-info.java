// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Trains models and codecs: the step that learns from a batch, the optimiser, and the loop that feeds it, writes the
 * run's folder, and validates and samples as it goes. {@link io.lightcone.training.Runs} is where a program starts, and
 * a kind of training is a {@link io.lightcone.training.ModelStep}.
 */
@NullMarked
package io.lightcone.training;

import org.jspecify.annotations.NullMarked;
