// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
/** Helps the tests of several packages; of the program it knows {@code tensor} alone. */
@NullMarked
package io.lightcone.testing;

import org.jspecify.annotations.NullMarked;
