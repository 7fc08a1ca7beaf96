// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.cli.Interrupts.Registration;
import io.lightcone.run.CodecRunConfig;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.training.CodecRuns;
import io.lightcone.training.RunOptions;
import io.lightcone.training.Runs;
import io.lightcone.training.TrainingRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Device;

/** Trains runs for commands, with progress on the terminal, and with Ctrl-C in mind. */
final class TrainingRunner {
    private static final String RESUME = "train --resume";
    private static final String RESUME_CODEC = "train-codec --resume";

    private final Session session;
    private final Console console;
    private final Device device;
    private final int workers;
    private final int profile;

    TrainingRunner(Session session, Device device) {
        this(session, device, 0, 0);
    }

    /**
     * Prepares trainings.
     *
     * @param workers how many, or 0 for as many as train fastest here
     * @param profile steps of which is recorded where their time goes, or 0 for none
     */
    TrainingRunner(Session session, Device device, int workers, int profile) {
        this.session = session;
        this.console = session.console();
        this.device = device;
        this.workers = workers;
        this.profile = profile;
    }

    /** Trains a new run in {@code target}, to its end or until Ctrl-C. */
    void start(RunConfig config, Path target) throws InterruptedException {
        requireFree(target, RESUME);
        try (TrainingRun run = Runs.start(config, target, options())) {
            run(run, target, RESUME);
        }
    }

    /** Trains a new codec in {@code target}, to its end or until Ctrl-C. */
    void startCodec(CodecRunConfig config, Path target) throws InterruptedException {
        requireFree(target, RESUME_CODEC);
        try (TrainingRun run = CodecRuns.start(config, target, options())) {
            run(run, target, RESUME_CODEC);
        }
    }

    /** Trains a new run in {@code target} that begins with a trained one, to its end or until Ctrl-C. */
    void fineTune(Path trained, List<String> settings, Path target) throws InterruptedException {
        requireFree(target, RESUME);
        try (TrainingRun run = Runs.fineTune(trained, settings, target, options())) {
            run(run, target, RESUME);
        }
    }

    /** Distils the run in {@code trained} into a new one in {@code target}, to its end or until Ctrl-C. */
    void distil(Path trained, List<String> settings, Path target) throws InterruptedException {
        requireFree(target, RESUME);
        try (TrainingRun run = Runs.distil(trained, settings, target, options())) {
            run(run, target, RESUME);
        }
    }

    private static void requireFree(Path target, String resume) {
        if (!RunFolder.isFree(target)) {
            throw new UserException(
                    target + " exists already; choose another --out, or resume it: " + resume + " " + target);
        }
    }

    /**
     * Trains a run to its end or until Ctrl-C, whether it is new, was stopped before or has ended already.
     *
     * @throws UserException if there is a run in {@code target} that was trained otherwise
     */
    void complete(RunConfig config, Path target) throws InterruptedException {
        finish(Runs.complete(config, target, options()), target);
    }

    /** Distils a run to the end or until Ctrl-C, whether that is new, was stopped before or has ended already. */
    void completeDistilled(Path trained, List<String> settings, Path target) throws InterruptedException {
        finish(Runs.completeDistilled(trained, settings, target, options()), target);
    }

    private void finish(Optional<TrainingRun> unfinished, Path target) throws InterruptedException {
        if (unfinished.isPresent()) {
            try (TrainingRun run = unfinished.get()) {
                run(run, target, RESUME);
            }
        }
    }

    /** Resumes a run and trains it to its end or until Ctrl-C. */
    void resume(Path path, List<String> settings) throws InterruptedException {
        try (TrainingRun run = Runs.resume(path, settings, options())) {
            run(run, path, RESUME);
        }
    }

    /** Resumes the training of a codec, to its end or until Ctrl-C. */
    void resumeCodec(Path path, List<String> settings) throws InterruptedException {
        try (TrainingRun run = CodecRuns.resume(path, settings, options())) {
            run(run, path, RESUME_CODEC);
        }
    }

    private RunOptions options() {
        return RunOptions.defaults()
                .withDevice(device.str().getString())
                .withWorkers(workers)
                .withProfile(profile)
                .withCommand(session.commandLine())
                .withListener(new ConsoleTrainingListener(console))
                .withStop(session.interrupts()::happened);
    }

    private void run(TrainingRun run, Path path, String resume) throws InterruptedException {
        try (Registration registration = session.interrupts().onStop(run::stop)) {
            run.run();
        } catch (RuntimeException | Error e) {
            if (run.isSaved()) {
                console.line("Saved at step " + run.step() + "; resume with: lightcone " + resume + " " + path);
            }
            throw e;
        }
        if (session.interrupts().happened()) {
            console.line("Stopped and saved at step " + run.step() + "; resume with: lightcone " + resume + " " + path);
        }
    }
}
