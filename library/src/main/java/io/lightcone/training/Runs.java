// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.config.Difference;
import io.lightcone.model.ModelConfig;
import io.lightcone.run.ProtectedFiles;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainingState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/**
 * Starts, resumes and completes the training of runs from a program, and fine-tunes and distils trained ones.
 *
 * <pre>{@code
 * RunConfig config = RunConfig.read(Presets.named("msc-tiny").forVideos(films), null, List.of("training.minutes=20"));
 * try (TrainingRun run = Runs.start(config, Path.of("runs/films"), RunOptions.defaults())) {
 *     run.run();
 * }
 * }</pre>
 *
 * A returned run is ready for its first step, and is the caller's to run and to close. The data is opened before that,
 * which may decode videos for minutes; if {@link RunOptions#stop} returns true meanwhile, that ends with a
 * {@link CancellationException}.
 */
public final class Runs {
    /** The largest number of differing settings that a message names. */
    private static final int NAMED = 5;

    private Runs() {}

    /**
     * Starts a new run.
     *
     * @param folder of the run, which is created; nothing may be there
     * @throws UserException if there is something already, the data cannot be used, or would be written over by the
     *     run, or there is no such device or not enough memory
     */
    public static TrainingRun start(RunConfig config, Path folder, RunOptions options) {
        requireUndistilled(config, options);
        return RunStart.start(new ModelTask(config, options.kind(), options.cache()), folder, options);
    }

    /**
     * Starts a new run that begins with the weights of a trained one, namely their moving average in its newest
     * checkpoint, and learns on from there: fine-tuning, on other data or for longer. The configuration is that of the
     * trained run, but for the types to compute with, which are those that suit this machine; the optimiser, the course
     * of the learning rate and the count of steps begin anew. What is learned is to denoise, whatever
     * {@link RunOptions#kind} says. The trained run is only read, and not needed once this one has begun.
     *
     * @param trained folder of the trained run, which may be an exported one
     * @param settings over those of the trained run, such as {@code data.source=films}
     * @param folder of the new run, which is created; nothing may be there
     * @throws UserException if the trained run has no checkpoint, or is distilled, or {@code settings} or the data
     *     would make it another model, or as {@link #start}
     */
    public static TrainingRun fineTune(Path trained, List<String> settings, Path folder, RunOptions options) {
        RunConfig config = FineTuning.config(RunFolder.open(trained), settings);
        new ProtectedFiles().run(trained).requireNotOverwrittenBy("folder", folder);
        TrainedRun from = TrainedRun.of(trained);
        options.listener()
                .message("Beginning with the weights of " + trained + ", as they are after " + from.step() + " steps");
        return start(config, folder, options.withKind(FineTuning.of(from)));
    }

    /**
     * Starts a new run that makes frames in few updates: its decoder is distilled from that of a trained one with an
     * encoder, as the newest checkpoint of that has it (consistency distillation, arXiv 2605.15141). The configuration
     * is that of the trained run, but for the usual settings of distillation, among which are 10 minutes of training,
     * and 2 updates of a frame. The trained run is only read, and not needed once this one has begun.
     *
     * @param trained folder of the trained run
     * @param settings over all these, such as {@code training.minutes=20}
     * @param folder of the new run, which is created; nothing may be there
     * @throws UserException if the trained run has no encoder, has no checkpoint, or is a shortcut model or distilled
     *     itself, or {@code settings} would make it another model, or as {@link #start}
     */
    public static TrainingRun distil(Path trained, List<String> settings, Path folder, RunOptions options) {
        RunConfig config = Distillation.config(RunFolder.open(trained), settings);
        new ProtectedFiles().run(trained).requireNotOverwrittenBy("folder", folder);
        TrainedRun teacher = TrainedRun.of(trained);
        options.listener()
                .message("Distilling the decoder of " + trained + ", as it is after " + teacher.step() + " steps");
        return start(config, folder, options.withKind(Distillation.of(teacher)));
    }

    /**
     * Resumes a run from its newest checkpoint, whether it was started or distilled.
     *
     * @param folder of the run
     * @param settings over those of the run, such as {@code training.steps=2000}; the run keeps them
     * @throws UserException if there is no such run, it is finished, or somebody else is training it, or
     *     {@code settings} or another kind of training would make it another one, or its codec is another one now, or
     *     the data cannot be used
     */
    public static TrainingRun resume(Path folder, List<String> settings, RunOptions options) {
        RunFolder place = RunFolder.open(folder);
        RunConfig before = place.config(List.of());
        RunConfig changed = place.config(settings);
        requireSameRun(before, changed);
        return RunStart.resume(continuing(changed, place, options), place, options);
    }

    /**
     * Starts a run, or resumes it if it was started before.
     *
     * @return nothing if it has reached its end already
     * @throws UserException as {@link #start} and {@link #resume}, or if the run that is there has another
     *     configuration; what {@code config} leaves to the machine or to the data is as the run has it
     */
    public static Optional<TrainingRun> complete(RunConfig config, Path folder, RunOptions options) {
        return Files.notExists(folder)
                ? Optional.of(start(config, folder, options))
                : unfinished(config, folder, options);
    }

    /**
     * Distils a run, or resumes that if it was begun before.
     *
     * @return nothing if it has reached its end already
     * @throws UserException as {@link #distil} and {@link #complete}
     */
    public static Optional<TrainingRun> completeDistilled(
            Path trained, List<String> settings, Path folder, RunOptions options) {
        return Files.notExists(folder)
                ? Optional.of(distil(trained, settings, folder, options))
                : unfinished(Distillation.config(RunFolder.open(trained), settings), folder, options);
    }

    private static Optional<TrainingRun> unfinished(RunConfig config, Path folder, RunOptions options) {
        RunFolder place = RunFolder.open(folder);
        requireAskedFor(folder, place.config(List.of()), config);
        RunStart.requireSameTraining(continuing(config, place, options), place);
        TrainingState state = place.latestState();
        return config.training().done(state.step(), state.secondsTrained()) < 1
                ? Optional.of(resume(folder, List.of(), options))
                : Optional.empty();
    }

    /** Requires that the run which is in {@code folder}, with the configuration {@code saved}, is the one asked for. */
    private static void requireAskedFor(Path folder, RunConfig saved, RunConfig asked) {
        List<Difference> differences = Difference.between(saved, decidedAs(saved, asked));
        if (!differences.isEmpty()) {
            int more = differences.size() - Math.min(differences.size(), NAMED);
            throw new UserException("run " + folder + " was made with other settings: "
                    + differences.stream()
                            .limit(NAMED)
                            .map(each -> each.key() + " is " + each.first() + " there and " + each.second() + " here")
                            .collect(Collectors.joining(", "))
                    + (more == 0 ? "" : ", and " + more + " more")
                    + "; choose another folder, or delete it");
        }
    }

    /**
     * Returns {@code asked} with what it leaves open as it was decided when the run {@code saved} started: AUTO, which
     * depends on the processor, the names of classes and actions, which are those of the data, and what is measured of
     * latents.
     */
    private static RunConfig decidedAs(RunConfig saved, RunConfig asked) {
        ModelConfig model = asked.model();
        ModelConfig named = model.conditioned(
                model.classes().isEmpty() ? saved.model().classes() : model.classes(),
                model.actions().isEmpty() ? saved.model().actions() : model.actions());
        return asked.with(named)
                .with(asked.codec().or(saved.codec()))
                .resolved(
                        () -> saved.training().linear(), () -> saved.training().attentionType());
    }

    /** Returns the task of a run that goes on, by its own kind of training if that is one of this library's. */
    private static ModelTask continuing(RunConfig config, RunFolder place, RunOptions options) {
        boolean distilled = place.latestState().training().equals(Distillation.NAME);
        return new ModelTask(
                config,
                distilled && options.kind() == Trainer.KIND ? Distillation.CONTINUED : options.kind(),
                options.cache());
    }

    /** Requires that a run that learns from data alone is not configured as one that learns from a trained run. */
    private static void requireUndistilled(RunConfig config, RunOptions options) {
        if (options.kind() == Trainer.KIND && config.training().consistency().distils()) {
            throw new UserException("training.consistency.levels is "
                    + config.training().consistency().levels()
                    + ", but a model is distilled from a run that is trained; distil one, or set it to 0");
        }
    }

    private static void requireSameRun(RunConfig before, RunConfig changed) {
        if (!changed.training().consistency().equals(before.training().consistency())) {
            throw new UserException("a run keeps training.consistency as it is; distil a new run for another one");
        }
        if (!changed.model().equals(before.model())
                || !changed.data().equalsButForPlaces(before.data())
                || !changed.codec().equalsButForPlaces(before.codec())
                || !changed.diffusion().equals(before.diffusion())
                || changed.training().seed() != before.training().seed()) {
            throw new UserException(
                    "a run keeps the model, data, codec, diffusion and seed that it has; what may change are settings"
                            + " of training and sampling, and the places of data and codec where these have moved");
        }
    }
}
