// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/** Training and what surrounds it: strict configuration, the folder of a run with its checkpoints, and its metrics. */
@NullMarked
package io.lightcone.training;

import org.jspecify.annotations.NullMarked;
