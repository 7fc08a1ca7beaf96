// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Judging: loss by noise level on held-out clips, how close a continuation comes to the truth, and pictures that let a
 * person judge. It may use generation.
 */
@NullMarked
package io.lightcone.evaluation;

import org.jspecify.annotations.NullMarked;
