// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Moving pictures as bytes: reading and writing video files, data sets of clips, and the built-in moving digits. It knows
 * nothing of tensors, models or noise.
 */
@NullMarked
package io.lightcone.video;

import org.jspecify.annotations.NullMarked;
