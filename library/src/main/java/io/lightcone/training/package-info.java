// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Training a model: the step that learns from a batch, the optimiser, and the loop that feeds it, writes the run's folder, and
 * validates and samples as it goes.
 */
@NullMarked
package io.lightcone.training;

import org.jspecify.annotations.NullMarked;
