// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
/**
 * Training a model: configuration and presets, the run folder with its checkpoints, the optimiser, and the loop that puts
 * model, diffusion and data together. It may use generation and evaluation, to sample and validate as it goes; and what a run
 * has trained is taken from here: a model with its configuration.
 */
@NullMarked
package io.lightcone.training;

import org.jspecify.annotations.NullMarked;
