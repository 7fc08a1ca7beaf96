// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.UserException;
import io.lightcone.model.ElementBytes;
import io.lightcone.model.ModelCost;
import io.lightcone.model.TrainingMemory;
import io.lightcone.run.Models;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.ResidentMemory;
import io.lightcone.tensor.Workers;
import io.lightcone.training.Trainer;
import io.lightcone.video.Clip;
import java.util.List;

/**
 * Measures the memory of training steps beside what is predicted: the most that was resident at once while a model was
 * made and trained for some steps, above what the process had before. A small model of the same kind is trained before,
 * so that the code of Java and libtorch is in memory already. The clips are random pixels.
 *
 * <p>One measurement in a process: what the first has freed the C library keeps for the second.
 */
public final class MemoryBenchmark {
    private static final int WARM_UP = 10;

    private MemoryBenchmark() {}

    /**
     * The memory of training steps, in bytes.
     *
     * @param step how they were computed
     * @param predicted what {@code cost} says of them
     * @param measured what they took at their peak
     */
    public record MemoryResult(TrainingMemory.Step step, TrainingMemory predicted, long measured) {
        /** Returns what was predicted in terms of what was measured. */
        public double ratio() {
            return (double) predicted.total() / measured;
        }
    }

    /**
     * Trains the workload's model for {@code steps} steps.
     *
     * @param workers number of workers, or 0 for as many as training would take
     * @throws UserException if the computer does not tell what memory is resident, or steps are not computed in it
     */
    public static MemoryResult run(Workload workload, int workers, int steps, BenchmarkListener listener) {
        if (!workload.device().is_cpu()) {
            throw new UserException("the memory of training is measured on a CPU only");
        }
        RunConfig config = workload.config();
        int count = Models.workers(config, workers, workload.device());
        train(workload.with(small(config)), 1, WARM_UP, listener.part(0, 0.1));
        long measured = ResidentMemory.growth(() -> train(workload, count, steps, listener.part(0.1, 1)));
        TrainingMemory.Step step = Models.step(config, count);
        return new MemoryResult(step, predicted(workload).training(step), measured);
    }

    private static ModelCost predicted(Workload workload) {
        RunConfig config = workload.config();
        ElementBytes bytes = Models.bytes(config);
        return ModelCost.of(
                workload.modelOnClip(),
                workload.latentFrames(),
                workload.latentHeight(),
                workload.latentWidth(),
                bytes);
    }

    /** Returns the configuration with as few layers as it can have, for one clip at a time. */
    private static RunConfig small(RunConfig config) {
        String[] layers = config.model().separable()
                ? new String[] {"model.depth=2", "model.encoder=1", "model.temporalEvery=1"}
                : new String[] {"model.depth=1", "model.temporalEvery=1"};
        return Workload.changed(
                Workload.changed(config, layers),
                "training.batch=1",
                "training.accumulate=1",
                "training.recompute=" + config.training().recompute());
    }

    private static void train(Workload workload, int workers, int steps, BenchmarkListener listener) {
        RunConfig config = workload.config();
        List<Clip> clips = StepBenchmark.clips(workload);
        Workers sharing = Workers.sharing(workers, workload.device());
        try (Trainer trainer = Trainer.fresh(config, workload.device(), sharing, () -> Models.compute(config))) {
            for (int step = 0; step < steps; step++) {
                listener.next("step " + (step + 1) + " of " + steps, (double) step / steps);
                trainer.step(step, clips, config.training().optimizer().learningRate(step, 0));
            }
        }
    }
}
