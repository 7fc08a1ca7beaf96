// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Benchmarks, whose results are ratios: contestants run in turns in one process, and the products that bound them run
 * among them, so that a machine that slows down slows all of them. The package may use everything below the command
 * line; reports and the command line use it.
 */
@NullMarked
package io.lightcone.benchmark;

import org.jspecify.annotations.NullMarked;
