// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

/** The channels, rows and columns of a frame, which is a latent one as the model sees it, or a picture. */
public record FrameShape(int channels, int height, int width) {}
