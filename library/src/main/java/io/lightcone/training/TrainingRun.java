// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.data.ClipDataset;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.MetricsLog;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.run.RunLock;
import io.lightcone.run.TrainedModel;
import io.lightcone.run.TrainingConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.training.TrainingListener.Progress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.pytorch.Device;

/**
 * A run from its first step, or from a checkpoint, to its end: the loop around {@link Trainer}, with everything that
 * touches files and clocks. {@link #stop} may be called from any thread; the run then saves and returns.
 */
public final class TrainingRun implements AutoCloseable {
    private final RunConfig config;
    private final RunFolder folder;
    private final RunLock lock;
    private final ClipDataset data;
    private final Device device;
    private final TrainingListener listener;
    private final Provenance provenance;
    private final Trainer trainer;
    private final AtomicBoolean stop = new AtomicBoolean();
    private long step;
    private long savedStep = -1;
    private double secondsBefore;
    private long started;

    private TrainingRun(
            RunConfig config,
            RunFolder.Locked place,
            ClipDataset data,
            Device device,
            TrainingListener listener,
            Provenance provenance,
            Trainer trainer) {
        this.config = config;
        this.folder = place.folder();
        this.lock = place.lock();
        this.data = data;
        this.device = device;
        this.listener = listener;
        this.provenance = provenance;
        this.trainer = trainer;
    }

    /**
     * A new run, whose folder is made once all else that may fail has been done.
     *
     * @param path of its folder
     * @throws UserException if there is something at {@code path} already, or it cannot be written
     */
    public static TrainingRun fresh(
            RunConfig config,
            Path path,
            ClipDataset data,
            Device device,
            TrainingListener listener,
            Provenance provenance) {
        RunFolder.requireFree(path);
        Trainer trainer = Trainer.fresh(config, device);
        try {
            RunFolder.Locked place = RunFolder.createLocked(path, config.yaml());
            return new TrainingRun(config, place, data, device, listener, provenance, trainer);
        } catch (RuntimeException | Error e) {
            trainer.close();
            throw e;
        }
    }

    /**
     * A run that goes on from the newest checkpoint in {@code folder}.
     *
     * @param provenance of this process; its checkpoints keep the fingerprint of the data that the run started on
     * @throws UserException if there is no checkpoint, it is damaged or of another model, or somebody else is
     *     training this run
     */
    public static TrainingRun resumed(
            RunConfig config,
            RunFolder folder,
            ClipDataset data,
            Device device,
            TrainingListener listener,
            Provenance provenance) {
        TrainingRun[] run = new TrainingRun[1];
        RunLock lock = RunLock.take(folder.path());
        try {
            Scopes.run(() -> {
                Checkpoint checkpoint = folder.latestCheckpoint();
                TrainingState state = checkpoint.state();
                Provenance kept = provenance.startedOn(state.provenance().dataFingerprint());
                Trainer trainer = Trainer.resumed(config, device, checkpoint);
                RunFolder.Locked place = new RunFolder.Locked(folder, lock);
                run[0] = new TrainingRun(config, place, data, device, listener, kept, trainer);
                run[0].step = state.step();
                run[0].savedStep = state.step();
                run[0].secondsBefore = state.secondsTrained();
            });
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
        return run[0];
    }

    /** Where the run is. */
    public RunFolder folder() {
        return folder;
    }

    /** Asks the run to save and return after the step in progress. */
    public void stop() {
        stop.set(true);
    }

    /** Whether there is nothing left to do. */
    public boolean finished() {
        return done() >= 1;
    }

    /** Whether the data with this fingerprint is what the run started on. */
    public boolean startedOn(String fingerprint) {
        return provenance.dataFingerprint().equals(fingerprint);
    }

    /** Numbers in the model's weights. */
    public long parameters() {
        return trainer.model().parameters().count();
    }

    /** Steps done so far. */
    public long step() {
        return step;
    }

    /**
     * Trains to the end of the run, or until {@link #stop}. There is a checkpoint from the first moment on, so that whatever
     * happens the run can be resumed. Whatever goes wrong, what has been learned by then is saved first; if training has left
     * the finite numbers, no earlier checkpoint is deleted for that, since the way on may lead from there.
     *
     * @throws UserException if the loss is not finite, the data cannot be read or the disk is full; the last
     *     checkpoint is then whole
     */
    public void run() throws InterruptedException {
        saveIfNew();
        TrainingConfig training = config.training();
        RandomStreams streams = new RandomStreams(training.seed());
        try (BatchLoader batches = new BatchLoader(data, streams, training.batch(), step);
                MetricsLog metrics = MetricsLog.open(folder, step)) {
            started = System.nanoTime(); // Only now, or a short budget might be spent on the first checkpoint.
            train(batches, metrics);
        }
    }

    private void train(BatchLoader batches, MetricsLog metrics) throws InterruptedException {
        try {
            steps(batches, metrics);
            saveIfNew();
        } catch (DivergedException e) {
            throw diverged(e);
        } catch (RuntimeException | Error | InterruptedException e) {
            saveDespite(e);
            throw e;
        }
    }

    private void steps(BatchLoader batches, MetricsLog metrics) throws InterruptedException {
        TrainingConfig training = config.training();
        Judge judge = new Judge(folder, data, metrics, listener, this::check);
        Window window = new Window();
        boolean last = finished();
        while (!last && !stop.get()) {
            double done = done();
            double learningRate = training.optimizer().learningRate(step, done);
            Optional<Batch> batch = batches.next(stop::get);
            if (batch.isEmpty()) {
                return;
            }
            Trainer.Step result = trainer.step(step, batch.get().clips(), learningRate, done);
            step++;
            done = done();
            last = done >= 1; // Asked once a step: the clock may pass the end between two reports.
            window.add(result);
            listener.step(window.progress(done));
            if (due(training.reports().log(), last)) {
                metrics.log(step, window.metrics(learningRate));
                window = new Window();
            }
            if (due(training.reports().checkpoint(), last)) {
                saveIfNew();
            }
            judge(judge, last);
        }
    }

    /** Saves the step before, beside the checkpoints that there are, and says what to do with it. */
    private UserException diverged(DivergedException e) {
        if (step != savedStep) {
            save();
        }
        return new UserException(
                e.getMessage()
                        + "; what was learned before is saved, and if going on with train --resume fails at once,"
                        + " delete the folder " + folder.checkpoint(step) + " to go on from the checkpoint before",
                e);
    }

    /** Saves what has been learned before a failure is passed on, if there is something whole to save. */
    private void saveDespite(Throwable failure) {
        if (!trainer.isWhole()) {
            return;
        }
        boolean interrupted = Thread.interrupted(); // files that an interrupted thread writes to are closed
        try {
            saveIfNew();
        } catch (RuntimeException | Error e) {
            failure.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean due(long every, boolean last) {
        return last || step % every == 0;
    }

    /**
     * Shows how far the model is. That may take minutes, and may fail for want of memory or disk, but must not cost what was
     * learned: it is saved before. When the run is to stop, this is left.
     */
    private void judge(Judge judge, boolean last) {
        boolean validate = due(config.training().reports().validate(), last);
        boolean sample = due(config.training().reports().sample(), last);
        if (!validate && !sample) {
            return;
        }
        saveIfNew();
        try {
            if (validate) {
                judge.validate(step, average());
            }
            if (sample) {
                judge.sample(step, average());
            }
        } catch (CancellationException e) {
            if (!stop.get()) {
                throw e;
            }
        }
    }

    /** Leaves what is being done if the run is to stop. */
    private void check() {
        if (stop.get()) {
            throw new CancellationException("the run is to stop");
        }
    }

    private double done() {
        return config.training().done(step, seconds());
    }

    private double seconds() {
        return secondsBefore + (started == 0 ? 0 : (System.nanoTime() - started) / 1e9);
    }

    /** The steps since the last line of metrics. */
    private final class Window {
        private final long since = System.nanoTime();
        private double lossSum;
        private double normSum;
        private int steps;

        void add(Trainer.Step result) {
            lossSum += result.loss();
            normSum += result.gradientNorm();
            steps++;
        }

        double clipsPerSecond() {
            return steps * config.training().batch() / ((System.nanoTime() - since) / 1e9);
        }

        Progress progress(double done) {
            double left = done >= 1 ? 0 : (System.nanoTime() - started) / 1e9 * (1 - done) / Math.max(1e-9, done);
            if (secondsBefore > 0) {
                left = seconds() * (1 - done) / Math.max(1e-9, done);
            }
            return new Progress(step, lossSum / steps, clipsPerSecond(), Math.min(1, done), Math.max(0, left));
        }

        Map<String, Double> metrics(double learningRate) {
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("loss", lossSum / steps);
            values.put("gradientNorm", normSum / steps);
            values.put("learningRate", learningRate);
            values.put("clipsPerSecond", clipsPerSecond());
            values.put("seconds", seconds());
            return values;
        }
    }

    /** The moving average, to look at or to generate with; it stays this run's. */
    public TrainedModel average() {
        return new TrainedModel(config, trainer.average(), trainer.codec(), device, data.framesPerSecond());
    }

    private void saveIfNew() {
        if (step != savedStep) {
            save();
            folder.keep(config.training().reports().keep());
        }
    }

    private void save() {
        TrainingState state =
                new TrainingState(step, config.training().seed(), seconds(), data.framesPerSecond(), provenance);
        folder.saveCheckpoint(trainer.checkpoint(state));
        savedStep = step;
        listener.saved(step);
    }

    /** Whether all that has been learned so far is in a checkpoint. */
    public boolean isSaved() {
        return step == savedStep;
    }

    @Override
    public void close() {
        try (lock) {
            trainer.close();
        }
    }
}
