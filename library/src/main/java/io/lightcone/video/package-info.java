// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Reads and writes files of video, as frames. Everything native about FFmpeg stays in here; what leaves the package is
 * plain Java (bytes, images, paths). The package knows no data sets, no tensors, no models and no noise.
 */
@NullMarked
package io.lightcone.video;

import org.jspecify.annotations.NullMarked;
