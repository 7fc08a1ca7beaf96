// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * A run as its parts: its configuration and presets, its folder with checkpoints and metrics, and the model that it has
 * trained ({@link io.lightcone.run.RunModel}, and {@link io.lightcone.run.TrainedModel} which owns its weights).
 * Training writes runs and generation starts from them; neither is known here.
 */
@NullMarked
package io.lightcone.run;

import org.jspecify.annotations.NullMarked;
