// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Video while it is made: {@link io.lightcone.live.VideoInProgress} can be told more between two frames, saved and resumed; the
 * command line uses it, and {@link io.lightcone.live.LiveVideo} gives it to programs, an image a call, many of one
 * {@link io.lightcone.live.LiveModel} at a time. {@link io.lightcone.live.Recording} makes files of it. The package knows
 * everything below it and nothing of commands.
 */
@NullMarked
package io.lightcone.live;

import org.jspecify.annotations.NullMarked;
