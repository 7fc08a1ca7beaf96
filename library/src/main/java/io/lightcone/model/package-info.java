// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Contains the networks, written to be read like the papers: {@link io.lightcone.model.TransformerStack} is the place
 * to start, from top to bottom; {@link io.lightcone.model.VideoTransformer} and
 * {@link io.lightcone.model.SeparableTransformer} consist of it. A network maps noisy frames and the level of each
 * frame to a prediction for each frame, causally. It never sees a noise schedule, a data set or a file.
 */
@NullMarked
package io.lightcone.model;

import org.jspecify.annotations.NullMarked;
