// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Data sets of short clips: one class and one configuration record for each kind, behind
 * {@link io.lightcone.data.ClipDataset}. The package knows files of video, but no tensors, no models and no noise.
 */
@NullMarked
package io.lightcone.data;

import org.jspecify.annotations.NullMarked;
