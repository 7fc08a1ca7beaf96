// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Videos as bytes: reading and writing files, and data sets of short clips cut out of them. Everything native about
 * FFmpeg stays in here; what leaves the package is plain Java (bytes, images, paths). The package knows no tensors, no
 * models and no noise.
 */
@NullMarked
package io.lightcone.video;

import org.jspecify.annotations.NullMarked;
