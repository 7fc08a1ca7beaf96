// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint holds all that training needs to resume. The tensors stay with whoever created them; those of one that
 * was read belong to the scope around the reading.
 *
 * @param model weights by name
 * @param ema their moving averages, which generation uses
 * @param optimizer state of the optimiser
 * @param teacher weights that teach and are not trained, by name; empty where nothing teaches
 * @param state everything else
 * @param about what the files of weights shall say of their model; null for nothing, as in a checkpoint that was read
 */
public record Checkpoint(
        Map<String, Tensor> model,
        Map<String, Tensor> ema,
        Map<String, Tensor> optimizer,
        Map<String, Tensor> teacher,
        TrainingState state,
        @Nullable SavedModel about) {}
