// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Defines what a query may see, and computes that: the neighbourhood of a token (windows, strided frames, light cone),
 * the plans that turn a neighbourhood into a call of libtorch, and their cache. It knows tensors of queries, keys and
 * values, not models. Sources: MSC (arXiv 2412.09828) for the two branches, NATTEN for windows at borders.
 */
@NullMarked
package io.lightcone.attention;

import org.jspecify.annotations.NullMarked;
