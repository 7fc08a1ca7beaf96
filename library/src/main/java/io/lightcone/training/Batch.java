// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.video.Clip;
import java.util.List;

/** A batch holds the clips of one training step. */
record Batch(long step, List<Clip> clips) {}
