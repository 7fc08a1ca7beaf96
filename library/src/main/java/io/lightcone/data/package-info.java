// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Gives clips to train on: one class and one configuration record for each kind of data set, behind
 * {@link io.lightcone.data.ClipDataset}. The package knows files of video and of actions, but no tensors,
 * no models and no noise.
 */
@NullMarked
package io.lightcone.data;

import org.jspecify.annotations.NullMarked;
