// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Generates video while it is watched: {@link io.lightcone.live.VideoInProgress} takes new actions between two frames,
 * and can be saved and resumed; the command line uses it, and {@link io.lightcone.live.LiveVideo} gives it to programs,
 * an image a call, many of one {@link io.lightcone.live.LiveModel} at a time. {@link io.lightcone.live.Recording}
 * writes it to files. The package knows everything below it and nothing of commands.
 */
@NullMarked
package io.lightcone.live;

import org.jspecify.annotations.NullMarked;
