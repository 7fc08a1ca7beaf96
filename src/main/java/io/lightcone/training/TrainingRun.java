// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.training.TrainingListener.Progress;
import io.lightcone.video.ClipDataset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.pytorch.Device;

/**
 * A run from its first step, or from a checkpoint, to its end: the loop around {@link Trainer}, with everything that
 * touches files and clocks. {@link #stop} may be called from any thread; the run then saves and returns.
 */
public final class TrainingRun implements AutoCloseable {
    private final RunConfig config;
    private final RunFolder folder;
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
            RunFolder folder,
            ClipDataset data,
            Device device,
            TrainingListener listener,
            Provenance provenance,
            Trainer trainer) {
        this.config = config;
        this.folder = folder;
        this.data = data;
        this.device = device;
        this.listener = listener;
        this.provenance = provenance;
        this.trainer = trainer;
    }

    /** A new run in {@code folder}. */
    public static TrainingRun fresh(
            RunConfig config,
            RunFolder folder,
            ClipDataset data,
            Device device,
            TrainingListener listener,
            Provenance provenance) {
        Trainer trainer = Trainer.fresh(config, device);
        return new TrainingRun(config, folder, data, device, listener, provenance, trainer);
    }

    /**
     * A run that goes on from the newest checkpoint in {@code folder}.
     *
     * @param provenance of this process; its checkpoints keep the fingerprint of the data that the run started on
     */
    public static TrainingRun resumed(
            RunConfig config,
            RunFolder folder,
            ClipDataset data,
            Device device,
            TrainingListener listener,
            Provenance provenance) {
        TrainingRun[] run = new TrainingRun[1];
        Scopes.run(() -> {
            Checkpoint checkpoint = folder.latestCheckpoint();
            TrainingState state = checkpoint.state();
            Provenance kept = provenance.startedOn(state.provenance().dataFingerprint());
            Trainer trainer = Trainer.resumed(config, device, checkpoint);
            run[0] = new TrainingRun(config, folder, data, device, listener, kept, trainer);
            run[0].step = state.step();
            run[0].savedStep = state.step();
            run[0].secondsBefore = state.secondsTrained();
        });
        return run[0];
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
     * happens the run can be resumed.
     *
     * @throws io.lightcone.UserException if the loss is not finite or the disk is full; the last checkpoint is then whole
     */
    public void run() throws InterruptedException {
        saveIfNew();
        TrainingConfig training = config.training();
        RandomStreams streams = new RandomStreams(training.seed());
        try (BatchLoader batches = new BatchLoader(data, streams, training.batch(), step);
                MetricsLog metrics = MetricsLog.open(folder, step)) {
            Judge judge = new Judge(folder, data, metrics, listener);
            started = System.nanoTime(); // Only now, or a short budget might be spent on the first checkpoint.
            Window window = new Window();
            boolean last = finished();
            while (!last && !stop.get()) {
                double done = done();
                double learningRate = training.optimizer().learningRate(step, done);
                Trainer.Step result = trainer.step(step, batches.next().clips(), learningRate, done);
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
            saveIfNew();
        }
    }

    private boolean due(long every, boolean last) {
        return last || step % every == 0;
    }

    /** Shows how far the model is. That may fail, for want of memory or disk, but must not cost what was learned. */
    private void judge(Judge judge, boolean last) {
        ReportConfig reports = config.training().reports();
        try {
            if (due(reports.validate(), last)) {
                judge.validate(step, average());
            }
            if (due(reports.sample(), last)) {
                judge.sample(step, average());
            }
        } catch (RuntimeException e) {
            try {
                saveIfNew();
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
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
        return new TrainedModel(config, trainer.average(), device, data.framesPerSecond());
    }

    private void saveIfNew() {
        if (step == savedStep) {
            return;
        }
        TrainingState state =
                new TrainingState(step, config.training().seed(), seconds(), data.framesPerSecond(), provenance);
        folder.saveCheckpoint(trainer.checkpoint(state));
        folder.keep(config.training().reports().keep());
        savedStep = step;
        listener.saved(step);
    }

    @Override
    public void close() {
        trainer.close();
    }
}
