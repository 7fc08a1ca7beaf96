// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Configurations as records, read from YAML strictly. {@link io.lightcone.config.ConfigReader} binds YAML to nested
 * records and writes them back, {@link io.lightcone.config.Kinds} binds sections that are of one kind or another, and
 * {@link io.lightcone.config.Migrations} first turns configurations of earlier formats into the present one. The
 * package knows nothing of what the records mean.
 */
@NullMarked
package io.lightcone.config;

import org.jspecify.annotations.NullMarked;
