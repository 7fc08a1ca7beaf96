// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Small worlds whose state is known: simulators that are stepped and drawn, and readers that find the state of a
 * picture again, or say that it shows none. So they are data to train on without end, and judges of what a model makes
 * of them. The package knows pictures as bytes and nothing else: no files, no clips, no models.
 */
@NullMarked
package io.lightcone.world;

import org.jspecify.annotations.NullMarked;
