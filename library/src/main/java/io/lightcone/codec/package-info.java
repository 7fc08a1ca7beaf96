// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * From pixels to what the diffusion runs on, and back. Here are the pixels themselves, scaled to [-1, 1].
 */
@NullMarked
package io.lightcone.codec;

import org.jspecify.annotations.NullMarked;
