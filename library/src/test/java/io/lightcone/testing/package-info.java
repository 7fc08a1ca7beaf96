// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
/** What the tests of several packages need; of the program it knows {@code tensor} alone. */
@NullMarked
package io.lightcone.testing;

import org.jspecify.annotations.NullMarked;
