// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.training.RunConfig;

/**
 * One of the trainings that are compared.
 *
 * @param name that tables and folders call it by
 * @param config everything about it
 */
public record Contender(String name, RunConfig config) {}
