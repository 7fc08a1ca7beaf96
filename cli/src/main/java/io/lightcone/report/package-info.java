// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Results as text, tables, pictures, JSON and pages. The package formats what others have computed; it starts no work and
 * knows no command.
 */
@NullMarked
package io.lightcone.report;

import org.jspecify.annotations.NullMarked;
