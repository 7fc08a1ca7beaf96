// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Makes libtorch safe to use from Java. What is dangerous in the bindings lives here and is used from nowhere else:
 * scopes that free native memory, gradient mode, the dispatcher, thread settings, devices, streams of random numbers,
 * and files of tensors. The packages above use {@code Tensor} and the functions of {@code torch} directly. The timeline
 * of what threads do is here as well, since workers carry it from thread to thread and a GPU has to be waited for. This
 * package knows nothing of videos, attention or models.
 */
@NullMarked
package io.lightcone.tensor;

import org.jspecify.annotations.NullMarked;
