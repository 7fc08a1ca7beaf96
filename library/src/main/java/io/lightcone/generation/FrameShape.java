// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

/** Channels, rows and columns of a frame: a latent one as the model sees it, or a picture. */
public record FrameShape(int channels, int height, int width) {}
