// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.data.ClipDataset;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.LoopConfig;
import io.lightcone.run.MetricsLog;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunFolder;
import io.lightcone.run.RunLock;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.OutOfMemory;
import io.lightcone.tensor.Profiler;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Timeline;
import io.lightcone.tensor.Workers;
import io.lightcone.training.TrainingListener.Progress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.bytedeco.pytorch.Device;

/**
 * Trains a run from its first step, or from a checkpoint, to its end: the loop around a {@link TrainingStep}, with
 * everything that touches files and clocks. {@link Runs} creates it. {@link #stop} may be called from any thread; the
 * run then saves and returns.
 */
public final class TrainingRun implements AutoCloseable {
    /** The number of steps after a start that prepare plans and memory for the others, and are not profiled. */
    private static final int NOT_PROFILED = 3;

    private final Task task;
    private final LoopConfig training;
    private final RunFolder folder;
    private final RunLock lock;
    private final ClipDataset data;
    private final Device device;
    private final TrainingListener listener;
    private final Provenance provenance;
    private final Learning learning;
    private final int workers;
    private final BooleanSupplier stopAsked;
    private final int profiled;
    private final AtomicBoolean stop = new AtomicBoolean();
    private long step;
    private long savedStep = -1;
    private double secondsBefore;
    private Provenance resumedFrom;
    private long started;

    /**
     * Holds the parts that a run is created from, except for its folder.
     *
     * @param provenance of this process, and of the data
     */
    record Setup(Task task, ClipDataset data, Device device, Provenance provenance, RunOptions options) {
        /** Returns workers to train with. */
        Workers workers() {
            return Workers.sharing(count(), device);
        }

        int count() {
            return task.workers(options.workers(), device);
        }
    }

    private TrainingRun(Setup setup, RunFolder.Locked place, Provenance provenance, Learning learning) {
        this.task = setup.task;
        this.training = setup.task.config().training();
        this.folder = place.folder();
        this.lock = place.lock();
        this.data = setup.data;
        this.device = setup.device;
        this.listener = setup.options.listener();
        this.stopAsked = setup.options.stop();
        this.profiled = setup.options.profile();
        this.provenance = provenance;
        this.resumedFrom = provenance;
        this.learning = learning;
        this.workers = setup.count();
    }

    /**
     * Creates a new run, whose folder is created once everything else that may fail has been done.
     *
     * @param path of its folder
     * @throws UserException if there is something at {@code path} already, or it cannot be written
     */
    static TrainingRun fresh(Setup setup, Path path) {
        RunFolder.requireFree(path);
        Learning learning = setup.task.fresh(setup.device, setup.workers());
        try {
            RunFolder.Locked place =
                    RunFolder.createLocked(path, setup.task.config().yaml());
            try {
                learning.begin(place.folder());
                return new TrainingRun(setup, place, setup.provenance, learning);
            } catch (RuntimeException | Error e) {
                place.lock().close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            learning.step().close();
            throw e;
        }
    }

    /**
     * Restores a run from the newest checkpoint in {@code folder}.
     *
     * @param setup of this process; checkpoints keep what the run started on
     * @throws UserException if there is no checkpoint, it is damaged or of something else, or somebody else is
     *     training this run
     */
    static TrainingRun resumed(Setup setup, RunFolder folder) {
        TrainingRun[] run = new TrainingRun[1];
        RunLock lock = RunLock.take(folder.path());
        try {
            Scopes.run(() -> {
                Checkpoint checkpoint = folder.latestCheckpoint();
                TrainingState state = checkpoint.state();
                Provenance kept = setup.provenance.begunAs(state.provenance());
                try (ResourceStack created = new ResourceStack()) {
                    Learning learning = setup.task.resumed(setup.device, setup.workers(), checkpoint);
                    created.add(learning.step());
                    state.requireCodec(learning.codec(), folder.checkpoint(state.step()));
                    run[0] = new TrainingRun(setup, new RunFolder.Locked(folder, lock), kept, learning);
                    created.keep();
                }
                run[0].step = state.step();
                run[0].savedStep = state.step();
                run[0].secondsBefore = state.secondsTrained();
                run[0].resumedFrom = state.provenance();
            });
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
        return run[0];
    }

    /** Returns the folder of the run. */
    public RunFolder folder() {
        return folder;
    }

    /** Returns the preset that the run's configuration began with. */
    String preset() {
        return task.config().preset();
    }

    /** Asks the run to save and return after the step in progress. */
    public void stop() {
        stop.set(true);
    }

    private boolean stopped() {
        return stop.get() || stopAsked.getAsBoolean();
    }

    /** Returns whether the run has reached its end. */
    public boolean finished() {
        return done() >= 1;
    }

    /** Returns whether the run started on the data with this fingerprint. */
    boolean startedOn(String fingerprint) {
        return provenance.dataFingerprint().equals(fingerprint);
    }

    /** Returns the provenance of the checkpoint that the run was resumed from; of a fresh run, its own. */
    Provenance resumedFrom() {
        return resumedFrom;
    }

    /** Returns how many numbers the weights in training hold. */
    long parameters() {
        return learning.step().parameters();
    }

    /** Returns how many steps are done so far. */
    public long step() {
        return step;
    }

    /**
     * Trains to the end of the run, or until {@link #stop}. A checkpoint exists from the first moment on, so that the
     * run can be resumed whatever happens. After a failure, what has been learned by then is saved first; if the loss
     * or a gradient is no longer finite, no earlier checkpoint is deleted for that, since the run may have to be
     * resumed from there.
     *
     * @throws UserException if the loss is not finite, the data cannot be read or the disk is full; the last checkpoint
     *     is then whole
     */
    public void run() throws InterruptedException {
        if (isSaved()) {
            publish(); // which a crash after the checkpoint may have prevented
        }
        saveIfNew();
        try (BatchLoader batches = new BatchLoader(data, training, step);
                MetricsLog metrics = MetricsLog.open(folder, step);
                Profiler profiler = new Profiler("step", NOT_PROFILED, profiled, device, folder.profiles(), listener)) {
            started = System.nanoTime(); // Only now, or a short budget might be spent on the first checkpoint.
            train(batches, metrics, profiler);
        }
    }

    private void train(BatchLoader batches, MetricsLog metrics, Profiler profiler) throws InterruptedException {
        try {
            steps(batches, metrics, profiler);
            saveIfNew();
        } catch (DivergedException e) {
            throw diverged(e);
        } catch (RuntimeException | Error | InterruptedException e) {
            saveDespite(e);
            if (OutOfMemory.caused(e)) {
                throw outOfMemory(e);
            }
            throw e;
        }
    }

    /** Returns an error that says what to lower for a step to fit into memory. */
    private UserException outOfMemory(Throwable failure) {
        return new UserException(
                "step " + step + " needs more memory than there is; " + task.memoryAdvice(workers)
                        + (isSaved() ? ", and resume the run, for what it has learned is saved" : ""),
                failure);
    }

    private void steps(BatchLoader batches, MetricsLog metrics, Profiler profiler) throws InterruptedException {
        Window window = new Window();
        boolean last = finished();
        while (!last && !stopped()) {
            profiler.begin(step + 1);
            double done = done();
            double learningRate = training.optimizer().learningRate(step, done);
            Optional<Batch> batch = batches.next(this::stopped);
            if (batch.isEmpty()) {
                return;
            }
            TrainingStep.Result result = learning.step().step(step, batch.get().clips(), learningRate, done);
            step++;
            done = done();
            last = done >= 1; // Asked once a step: the clock may pass the end between two reports.
            window.add(result);
            listener.step(window.progress(done));
            if (due(training.reports().log(), last)) {
                log(metrics, window.metrics(learningRate));
                window = new Window();
            }
            if (due(training.reports().checkpoint(), last)) {
                saveIfNew();
            }
            evaluate(metrics, last);
            profiler.end();
        }
    }

    private void log(MetricsLog metrics, Map<String, Double> values) {
        try (Timeline.Span span = Timeline.span("metrics")) {
            metrics.log(step, values);
        }
    }

    /** Saves the step before, beside the existing checkpoints, and returns an error that says what to do with it. */
    private UserException diverged(DivergedException e) {
        if (step != savedStep) {
            save();
        }
        return new UserException(
                e.getMessage()
                        + "; what was learned before is saved, and if resuming from there fails at once,"
                        + " delete the folder " + folder.checkpoint(step) + " to resume from the checkpoint before",
                e);
    }

    /** Saves what has been learned before a failure is passed on, if the state to save is whole. */
    private void saveDespite(Throwable failure) {
        if (!learning.step().isWhole()) {
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
     * Validates and samples when due. That may take minutes, and may fail for want of memory or disk, but must not cost
     * what was learned, so the run is saved before. When the run is to stop, this is abandoned.
     */
    private void evaluate(MetricsLog metrics, boolean last) {
        boolean validates = due(training.reports().validate(), last);
        boolean samples = due(training.reports().sample(), last);
        if (!validates && !samples) {
            return;
        }
        saveIfNew();
        Learning.Report report = new Learning.Report(step, folder, data, metrics, listener, this::check);
        try (Timeline.Span span = Timeline.span("validation")) {
            if (validates) {
                learning.validate(report);
            }
            if (samples) {
                learning.sample(report);
            }
        } catch (CancellationException e) {
            if (!stopped()) {
                throw e;
            }
        }
    }

    /** Throws a {@link CancellationException} if the run is to stop. */
    private void check() {
        if (stopped()) {
            throw new CancellationException("the run is to stop");
        }
    }

    private double done() {
        return training.done(step, seconds());
    }

    private double seconds() {
        return secondsBefore + (started == 0 ? 0 : (System.nanoTime() - started) / 1e9);
    }

    /** Accumulates the results of the steps since the last line of metrics. */
    private final class Window {
        private final long since = System.nanoTime();
        private double lossSum;
        private double normSum;
        private int steps;

        void add(TrainingStep.Result result) {
            lossSum += result.loss();
            normSum += result.gradientNorm();
            steps++;
        }

        double clipsPerSecond() {
            return steps * training.batch() / ((System.nanoTime() - since) / 1e9);
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

    private void saveIfNew() {
        if (step != savedStep) {
            save();
            folder.keep(training.reports().keep());
        }
    }

    private void save() {
        TrainingState state = new TrainingState(
                step,
                training.seed(),
                seconds(),
                data.framesPerSecond(),
                learning.codec(),
                task.training(),
                provenance);
        try (Timeline.Span span = Timeline.span("checkpoint")) {
            folder.saveCheckpoint(learning.step().checkpoint(state));
            savedStep = step;
            publish();
        }
        listener.saved(step);
    }

    /** Writes what is for others to use, once anything has been learned. */
    private void publish() {
        if (step > 0) {
            learning.publish(folder);
        }
    }

    /** Returns whether a checkpoint holds all that has been learned so far. */
    public boolean isSaved() {
        return step == savedStep;
    }

    @Override
    public void close() {
        try (lock) {
            learning.step().close();
        }
    }
}
