// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The part of a checkpoint that generation needs: the averaged weights, and the state of their training.
 *
 * @param weights moving averages of the weights by name; they belong to the scope around the reading
 * @param state state of the training that they come from
 */
public record AveragedWeights(Map<String, Tensor> weights, TrainingState state) {}
