// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Video for programs: {@link io.lightcone.live.LiveVideo} is a trained model that makes images one by one, and does what it is
 * told between them. It knows everything below it and nothing of the command line.
 */
@NullMarked
package io.lightcone.live;

import org.jspecify.annotations.NullMarked;
