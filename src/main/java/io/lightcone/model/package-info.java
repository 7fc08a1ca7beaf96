// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * The network, reading like the paper: {@link io.lightcone.model.VideoTransformer} is the place to start, from top to
 * bottom. It maps noisy frames and the level of each frame to a prediction for each frame, causally. It never sees a noise
 * schedule, a data set or a file.
 */
@NullMarked
package io.lightcone.model;

import org.jspecify.annotations.NullMarked;
