// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.run.Checkpoint;
import io.lightcone.run.CodecRunConfig;
import io.lightcone.run.MemoryAdvice;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Workers;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;

/** A codec that is to be trained. */
record CodecTask(CodecRunConfig config) implements Task {
    @Override
    public String training() {
        return "reconstruction";
    }

    @Override
    public CodecTask resolved(Device device) {
        return new CodecTask(config.resolved());
    }

    @Override
    public Learning fresh(Device device, Workers workers) {
        return learning(device, workers, () -> AutoencoderTrainer.fresh(config, device, workers));
    }

    @Override
    public Learning resumed(Device device, Workers workers, Checkpoint checkpoint) {
        return learning(device, workers, () -> AutoencoderTrainer.resumed(config, device, workers, checkpoint));
    }

    /** Makes a step, which owns the workers, where there is room for it; else the workers are closed. */
    private Learning learning(Device device, Workers workers, Supplier<AutoencoderTrainer> made) {
        try (ResourceStack opened = new ResourceStack()) {
            opened.add(workers);
            CodecMemory.requireRoom(config, device, workers.count());
            opened.keep();
        }
        return new CodecLearning(config, made.get());
    }

    @Override
    public String memoryAdvice(int workers) {
        return MemoryAdvice.of(config, workers);
    }
}
