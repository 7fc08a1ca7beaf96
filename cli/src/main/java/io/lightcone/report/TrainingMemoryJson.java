// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.model.TrainingMemory;

/** The keys of the memory of a training step, in bytes. */
record TrainingMemoryJson(
        long totalBytes, long weights, long gradients, long optimizer, long average, long activations, long scratch) {
    static TrainingMemoryJson of(TrainingMemory memory) {
        return new TrainingMemoryJson(
                memory.total(),
                memory.weights(),
                memory.gradients(),
                memory.optimizer(),
                memory.average(),
                memory.activations(),
                memory.scratch());
    }
}
