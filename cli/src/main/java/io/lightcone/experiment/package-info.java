// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Questions answered by training and measuring, kept with the code so that anybody can ask them again: what is trained, what
 * is generated with it, and what is measured. Commands run them.
 */
@NullMarked
package io.lightcone.experiment;

import org.jspecify.annotations.NullMarked;
