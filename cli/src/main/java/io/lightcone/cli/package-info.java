// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Implements the command line: it reads options, calls the packages below, and prints. {@link io.lightcone.cli.Main} is
 * the entry point.
 */
@NullMarked
package io.lightcone.cli;

import org.jspecify.annotations.NullMarked;
