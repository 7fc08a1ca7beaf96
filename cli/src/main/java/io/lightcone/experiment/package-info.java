// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Experiments: questions answered by training and measuring, kept with the code so that anybody can repeat them. The
 * package says what is trained and what is generated with it, and measures the result; commands run the trainings.
 */
@NullMarked
package io.lightcone.experiment;

import org.jspecify.annotations.NullMarked;
