// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.diffusion.FlowMatching;
import io.lightcone.evaluation.ClipGrid;
import io.lightcone.evaluation.Continuation.Score;
import io.lightcone.evaluation.ValidationLoss;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.training.TrainingListener.Progress;
import io.lightcone.video.Clip;
import io.lightcone.video.ClipDataset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;

/**
 * A run from its first step, or from a checkpoint, to its end: the loop around {@link Trainer}, with everything that
 * touches files and clocks. {@link #stop} may be called from any thread; the run then saves and returns.
 */
public final class TrainingRun implements AutoCloseable {
    private static final int SAMPLE_CLIPS = 6;

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

    /** A run that goes on from the newest checkpoint in {@code folder}. */
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
            Trainer trainer = Trainer.resumed(config, device, checkpoint);
            run[0] = new TrainingRun(
                    config, folder, data, device, listener, checkpoint.state().provenance(), trainer);
            run[0].step = checkpoint.state().step();
            run[0].savedStep = run[0].step;
            run[0].secondsBefore = checkpoint.state().secondsTrained();
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
     * Trains to the end of the run, or until {@link #stop}.
     *
     * @throws io.lightcone.UserException if the loss is not finite or the disk is full; the last checkpoint is then whole
     */
    public void run() throws InterruptedException {
        started = System.nanoTime();
        TrainingConfig training = config.training();
        RandomStreams streams = new RandomStreams(training.seed());
        try (BatchLoader batches = new BatchLoader(data, streams, training.batch(), step);
                MetricsLog metrics = MetricsLog.open(folder, step)) {
            Window window = new Window();
            while (!finished() && !stop.get()) {
                double learningRate = training.optimizer().learningRate(step, done());
                Trainer.Step result = trainer.step(step, batches.next().clips(), learningRate);
                step++;
                window.add(result);
                listener.step(window.progress());
                if (due(training.reports().log())) {
                    metrics.log(step, window.metrics(learningRate));
                    window = new Window();
                }
                if (due(training.reports().validate())) {
                    validate(metrics);
                }
                if (due(training.reports().sample())) {
                    sample(metrics);
                }
                if (due(training.reports().checkpoint())) {
                    save();
                }
            }
            if (step > savedStep) {
                save();
            }
        }
    }

    private boolean due(long every) {
        return step % every == 0 || finished();
    }

    /** Share of the run that is done, by steps or by the clock, whichever is further. */
    private double done() {
        TrainingConfig training = config.training();
        double bySteps = (double) step / training.steps();
        double byClock = training.minutes() == 0 ? 0 : seconds() / (60 * training.minutes());
        return Math.max(bySteps, byClock);
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

        Progress progress() {
            double done = done();
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

    private void validate(MetricsLog metrics) {
        List<Clip> clips = heldOut(config.training().reports().validationClips());
        Map<String, Double> losses = ValidationLoss.of(
                trainer.average()::predict,
                new FlowMatching(),
                clips,
                new RandomStreams(config.training().seed()),
                device);
        Map<String, Double> named = new LinkedHashMap<>();
        losses.forEach((bin, loss) -> named.put("validation/" + bin, loss));
        metrics.log(step, named);
        listener.validated(step, losses);
    }

    private List<Clip> heldOut(int count) {
        return IntStream.range(0, count).mapToObj(data::heldOut).toList();
    }

    /** Lets the average continue held-out clips: measures it, and writes a picture of the first few, truth above. */
    private void sample(MetricsLog metrics) {
        int given = Math.min(config.sampling().given(), config.training().frames() - 1);
        if (given < 1) {
            return;
        }
        List<Clip> clips = heldOut(config.training().reports().validationClips());
        List<Clip> continued = average()
                .continuation(given)
                .of(clips, new RandomStreams(config.training().seed()));
        Score score = Score.of(clips, continued, given);
        int frames = config.training().frames() - given;
        Map<String, Double> psnr = new LinkedHashMap<>();
        psnr.put("continuation/psnr", score.model(frames));
        psnr.put("continuation/repeatLast", score.repeatLast(frames));
        metrics.log(step, psnr);

        int shown = Math.min(SAMPLE_CLIPS, clips.size());
        Path file = folder.samples().resolve("step-" + step + ".gif");
        new ClipGrid(List.of(clips.subList(0, shown), continued.subList(0, shown)), given)
                .write(file, data.framesPerSecond());
        listener.sampled(step, file, score.model(frames), score.repeatLast(frames));
    }

    /** The moving average, to look at or to generate with; it stays this run's. */
    public TrainedModel average() {
        return new TrainedModel(config, trainer.average(), device);
    }

    private void save() {
        TrainingState state = new TrainingState(step, config.training().seed(), seconds(), provenance);
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
