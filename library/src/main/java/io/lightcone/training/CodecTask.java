// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.run.Checkpoint;
import io.lightcone.run.CodecRunConfig;
import io.lightcone.run.MemoryAdvice;
import io.lightcone.tensor.Workers;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;

/** A codec that is to be trained. */
record CodecTask(CodecRunConfig config) implements Task {
    @Override
    public String training() {
        return "reconstruction";
    }

    @Override
    public CodecTask resolved(Device device, Consumer<String> messages) {
        return new CodecTask(config.resolved());
    }

    @Override
    public Learning fresh(Device device, Workers workers) {
        return new CodecLearning(
                config,
                AutoencoderTrainer.fresh(
                        config.autoencoder(),
                        config.training().loss(),
                        config.training().optimizer(),
                        config.training().seed(),
                        device,
                        workers));
    }

    @Override
    public Learning resumed(Device device, Workers workers, Checkpoint checkpoint) {
        return new CodecLearning(
                config,
                AutoencoderTrainer.resumed(
                        config.autoencoder(),
                        config.training().loss(),
                        config.training().optimizer(),
                        config.training().seed(),
                        device,
                        workers,
                        checkpoint));
    }

    @Override
    public String memoryAdvice(int workers) {
        return MemoryAdvice.of(config, workers);
    }
}
