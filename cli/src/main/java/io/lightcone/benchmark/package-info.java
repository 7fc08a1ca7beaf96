// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * How fast things are, as ratios: contestants run in turns in one process, and the products that bound them run among them,
 * so that a machine that slows down slows all of them. It may use everything below the command line; only that uses it.
 */
@NullMarked
package io.lightcone.benchmark;

import org.jspecify.annotations.NullMarked;
