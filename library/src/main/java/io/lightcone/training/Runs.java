// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.Version;
import io.lightcone.config.Difference;
import io.lightcone.data.ClipDataset;
import io.lightcone.data.VideosConfig;
import io.lightcone.model.ModelConfig;
import io.lightcone.run.Machine;
import io.lightcone.run.ProtectedFiles;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainingConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Devices;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.Workers;
import io.lightcone.training.TrainingListener.Start;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/**
 * Starts, resumes and completes the training of runs from a program, and distils trained ones.
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
        Device device = device(options);
        requireMeasured(device, options);
        RunConfig placed = config.resolved(() -> Machine.linearOn(device), () -> Machine.attentionOn(device));
        requireSource(placed);
        requireUndistilled(placed, options);
        sources(placed).requireNotOverwrittenByRun(folder);
        RunFolder.requireFree(folder); // before videos are decoded for minutes
        ClipDataset data = open(placed, options);
        options.listener().message(data.description());
        if (!placed.codec().isPixels()) {
            options.listener()
                    .message("Measuring what the codec " + placed.codec().kind() + " makes of the data ...");
        }
        RunConfig resolved = placed.conditioned(data).measured(data, device);
        TrainingRun run = TrainingRun.fresh(setup(resolved, data, device, options), folder);
        return announced(run, false, options);
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
        RunFolder teacher = RunFolder.open(trained);
        RunConfig config = Distillation.config(teacher, settings);
        new ProtectedFiles().run(trained).requireNotOverwrittenBy("folder", folder);
        options.listener()
                .message("Distilling the decoder of " + trained + ", as it is after "
                        + teacher.latestState().step() + " steps");
        return start(config, folder, options.withKind(Distillation.of(trained)));
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
        TrainingState state = place.latestState();
        RunOptions own = continuing(state, options);
        requireSameTraining(place, state, own); // before videos are decoded for minutes
        Device device = device(options);
        requireMeasured(device, options);
        RunConfig changed =
                place.config(settings).resolved(() -> Machine.linearOn(device), () -> Machine.attentionOn(device));
        requireSameRun(before, changed);
        sources(changed).requireNotOverwrittenByRun(folder);
        ClipDataset data = open(changed, options);
        RunConfig config = changed.conditioned(data);
        options.listener().message(data.description());
        TrainingRun run = TrainingRun.resumed(setup(config, data, device, own), place);
        try {
            if (!run.startedOn(data.fingerprint())) {
                options.listener()
                        .message("Note: the data has changed since this run started, so it is no longer the same run.");
            }
            if (run.finished()) {
                throw new UserException("run " + folder + " is finished after " + run.step()
                        + " steps; to continue it, raise training.steps or training.minutes");
            }
            noteOtherMachine(config, device, run.computedOn(), options);
            place.replaceConfig(config.yaml());
        } catch (RuntimeException | Error e) {
            run.close();
            throw e;
        }
        return announced(run, true, options);
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
        TrainingState state = place.latestState();
        requireSameTraining(place, state, continuing(state, options));
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

    private static Device device(RunOptions options) {
        Libtorch.start(0);
        return Devices.resolve(options.device());
    }

    private static void requireSource(RunConfig config) {
        if (config.data() instanceof VideosConfig videos && !videos.isPlaced()) {
            throw new UserException(
                    "preset " + config.preset() + " watches videos: name a folder or a file in data.source");
        }
    }

    /** Requires that the state that a run is resumed from is of the kind of training that is to continue. */
    private static void requireSameTraining(RunFolder place, TrainingState state, RunOptions options) {
        state.requireTraining(options.kind().name(), place.checkpoint(state.step()));
    }

    /** Returns the options with the kind of training that {@code state} is of, if it is one of this library's. */
    private static RunOptions continuing(TrainingState state, RunOptions options) {
        boolean distilled = state.training().equals(Distillation.NAME);
        return distilled && options.kind() == Trainer.KIND ? options.withKind(Distillation.CONTINUED) : options;
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

    /** Returns the files or folders that the clips, or the digits that they show, and the codec are read from. */
    private static ProtectedFiles sources(RunConfig config) {
        ProtectedFiles sources = new ProtectedFiles();
        config.data().places().forEach(sources::file);
        config.codec().places().forEach(sources::file);
        return sources;
    }

    private static ClipDataset open(RunConfig config, RunOptions options) {
        Runnable check = () -> { // the videos decoded so far are kept
            if (options.stop().getAsBoolean()) {
                throw new CancellationException("the run is to stop");
            }
        };
        TrainingConfig training = config.training();
        ClipDataset data = config.data().open(training.frames(), options.cache(), options.listener()::message, check);
        if (training.longest() > data.longest()) {
            throw new UserException("training.lengths has clips of " + training.longest()
                    + " frames, but the longest stretch of video to train on, without a gap in it, has "
                    + data.longest() + "; take shorter ones, or data with longer videos");
        }
        return data.withActions(config.model().actions());
    }

    private static TrainingRun.Setup setup(RunConfig config, ClipDataset data, Device device, RunOptions options) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Provenance provenance = new Provenance(
                Version.current(), options.command(), data.fingerprint(), now, machine(config, device, options));
        return new TrainingRun.Setup(config, data, device, provenance, options);
    }

    /** Says so if this machine has to be measured first, which takes a moment. */
    private static void requireMeasured(Device device, RunOptions options) {
        if (device.is_cpu() && !Machine.isKnown()) {
            options.listener().message("Measuring once how this machine computes best ...");
            Machine machine = Machine.current();
            options.listener()
                    .message(String.format(
                            Locale.ROOT,
                            "%s: %.0f GFLOP/s in float32, %.0f in bfloat16.",
                            machine.processor(),
                            machine.float32(),
                            machine.bfloat16()));
        }
    }

    /**
     * Says so if a resumed run computes elsewhere or otherwise than before, and whether this machine would have chosen
     * another type of products, which the run keeps.
     *
     * @param before what it computed on before; empty if it did not say
     */
    private static void noteOtherMachine(RunConfig config, Device device, String before, RunOptions options) {
        String now = machine(config, device, options);
        if (before.isEmpty() || before.equals(now)) {
            return;
        }
        Precision linear = config.training().linear();
        Precision fastest = Machine.linearOn(device);
        String types = linear == fastest
                ? ""
                : " It keeps large products in " + name(linear) + ", though they are faster here in " + name(fastest)
                        + ".";
        options.listener()
                .message("Note: the run was trained on " + before + " and continues on " + now
                        + ", so it is the same run but for rounding." + types);
    }

    private static String name(Precision precision) {
        return precision.toString().toLowerCase(Locale.ROOT);
    }

    /** Returns in words what a training computes on. */
    private static String machine(RunConfig config, Device device, RunOptions options) {
        int workers = Workers.count(options.workers(), config.training().batch(), device);
        String name = device.str().getString();
        return device.is_cpu()
                ? String.format(
                        Locale.ROOT,
                        "%s (%s), threads: %d, workers: %d",
                        name,
                        Machine.processorName(),
                        torch.get_num_threads(),
                        workers)
                : name;
    }

    private static TrainingRun announced(TrainingRun run, boolean resumed, RunOptions options) {
        try {
            Path folder = run.folder().path();
            options.listener().started(new Start(folder, run.preset(), run.parameters(), run.step(), resumed));
            return run;
        } catch (RuntimeException | Error e) {
            run.close();
            throw e;
        }
    }
}
