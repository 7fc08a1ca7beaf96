// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.Version;
import io.lightcone.data.ClipDataset;
import io.lightcone.data.VideosConfig;
import io.lightcone.run.LoopConfig;
import io.lightcone.run.ProtectedFiles;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainableConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Devices;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Processor;
import io.lightcone.tensor.Workers;
import io.lightcone.training.TrainingListener.Start;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/** Starts and resumes runs of any {@link Task}; each is ready for its first step, and is the caller's to close. */
final class RunStart {
    private RunStart() {}

    /**
     * Starts a new run.
     *
     * @param folder of the run, which is created; nothing may be there
     */
    static TrainingRun start(Task asked, Path folder, RunOptions options) {
        Device device = device(options);
        Task resolved = asked.resolved(device);
        requireSource(resolved.config());
        sources(resolved).requireNotOverwrittenByRun(folder);
        RunFolder.requireFree(folder); // before videos are decoded for minutes
        ClipDataset data = open(resolved, options);
        options.listener().message(data.description());
        Task task = resolved.begun(data, device, options.listener()::message);
        return announced(TrainingRun.fresh(setup(task, data, device, options), folder), false, options);
    }

    /**
     * Resumes a run from its newest checkpoint.
     *
     * @param changed what it learns, with the settings that it is to go on with, which the run keeps
     */
    static TrainingRun resume(Task changed, RunFolder place, RunOptions options) {
        requireSameTraining(changed, place); // before videos are decoded for minutes
        Path folder = place.path();
        Device device = device(options);
        Task resolved = changed.resolved(device);
        sources(resolved).requireNotOverwrittenByRun(folder);
        ClipDataset data = open(resolved, options);
        Task task = resolved.on(data);
        options.listener().message(data.description());
        RunOptions same = withSameWorkers(task, device, place.latestState().provenance(), options);
        TrainingRun run = TrainingRun.resumed(setup(task, data, device, same), place);
        try {
            if (!run.startedOn(data.fingerprint())) {
                options.listener()
                        .message("Note: the data has changed since this run started, so it is no longer the same run.");
            }
            if (run.finished()) {
                throw new UserException("run " + folder + " is finished after " + run.step()
                        + " steps; to continue it, raise training.steps or training.minutes");
            }
            noteOtherMachine(task, device, run.resumedFrom(), same);
            place.replaceConfig(task.config().yaml());
        } catch (RuntimeException | Error e) {
            run.close();
            throw e;
        }
        return announced(run, true, options);
    }

    /**
     * Returns options with as many workers as before, where the machine is the same and the user leaves their number to
     * it: what is measured anew could give another one, which would be another run by rounding.
     */
    private static RunOptions withSameWorkers(Task task, Device device, Provenance before, RunOptions options) {
        int most = Workers.count(0, task.config().parts(), device);
        for (int workers = 1; options.workers() == 0 && workers <= most; workers++) {
            RunOptions same = options.withWorkers(workers);
            if (machine(task, device, same).equals(before.machine())) {
                return same;
            }
        }
        return options;
    }

    /** Requires that the newest checkpoint of a run is of the kind of training that is to continue. */
    static void requireSameTraining(Task task, RunFolder place) {
        TrainingState state = place.latestState();
        state.requireTraining(task.training(), place.checkpoint(state.step()));
    }

    private static Device device(RunOptions options) {
        Libtorch.start(0);
        return Devices.resolve(options.device());
    }

    private static void requireSource(TrainableConfig config) {
        if (config.data() instanceof VideosConfig videos && !videos.isPlaced()) {
            throw new UserException(
                    "preset " + config.preset() + " watches videos: name a folder or a file in data.source");
        }
    }

    /** Returns the files or folders that the run reads from. */
    private static ProtectedFiles sources(Task task) {
        ProtectedFiles sources = new ProtectedFiles();
        task.config().places().forEach(sources::file);
        return sources;
    }

    private static ClipDataset open(Task task, RunOptions options) {
        Runnable check = () -> { // the videos decoded so far are kept
            if (options.stop().getAsBoolean()) {
                throw new CancellationException("the run is to stop");
            }
        };
        LoopConfig training = task.config().training();
        ClipDataset data =
                task.config().data().open(training.frames(), options.cache(), options.listener()::message, check);
        if (training.longest() > data.longest()) {
            throw new UserException("training.lengths has clips of " + training.longest()
                    + " frames, but the longest stretch of video to train on, without a gap in it, has "
                    + data.longest() + "; take shorter ones, or data with longer videos");
        }
        return task.prepared(data);
    }

    private static TrainingRun.Setup setup(Task task, ClipDataset data, Device device, RunOptions options) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Provenance provenance = new Provenance(
                Version.current(),
                options.command(),
                data.fingerprint(),
                now,
                machine(task, device, options),
                task.measured(device),
                task.origin());
        return new TrainingRun.Setup(task, data, device, provenance, options);
    }

    /**
     * Says so if a resumed run computes elsewhere or otherwise than before, and what it keeps although this machine,
     * as it is or as it was measured since, would choose otherwise.
     */
    private static void noteOtherMachine(Task task, Device device, Provenance before, RunOptions options) {
        String now = machine(task, device, options);
        boolean isElsewhere = !before.machine().isEmpty() && !before.machine().equals(now);
        boolean isMeasuredAnew = !before.measured().equals(task.measured(device));
        String note = isElsewhere
                ? "Note: the run was trained on " + before.machine() + " and continues on " + now
                        + ", so it is the same run but for rounding. "
                : "";
        note += isElsewhere || isMeasuredAnew ? task.keptTypes(device) : "";
        if (!note.isEmpty()) {
            options.listener().message(note.strip());
        }
    }

    /** Returns in words what a training computes on. */
    private static String machine(Task task, Device device, RunOptions options) {
        int workers = task.workers(options.workers(), device);
        String name = device.str().getString();
        return device.is_cpu()
                ? String.format(
                        Locale.ROOT,
                        "%s (%s), threads: %d, workers: %d",
                        name,
                        Processor.name(),
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
