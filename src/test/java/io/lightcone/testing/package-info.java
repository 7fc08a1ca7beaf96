// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
/** What the tests of several packages need; it knows none of them. */
@NullMarked
package io.lightcone.testing;

import org.jspecify.annotations.NullMarked;
