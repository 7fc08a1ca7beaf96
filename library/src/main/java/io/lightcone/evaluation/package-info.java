// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Numbers that judge a model: loss by noise level on held-out clips, the distance of a continuation from the truth, and
 * what becomes of the rules of a world in its videos. The package draws nothing and writes no files.
 */
@NullMarked
package io.lightcone.evaluation;

import org.jspecify.annotations.NullMarked;
