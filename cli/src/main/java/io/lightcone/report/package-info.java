// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Results as text, tables, pictures, JSON and pages. The package formats what others have computed; it neither trains
 * nor generates nor measures, and it knows no command. JSON is written from records whose components are its keys.
 */
@NullMarked
package io.lightcone.report;

import org.jspecify.annotations.NullMarked;
