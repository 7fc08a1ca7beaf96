// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.Version;
import io.lightcone.cli.Interrupts.Registration;
import io.lightcone.data.ClipDataset;
import io.lightcone.data.DataConfig;
import io.lightcone.data.VideosConfig;
import io.lightcone.model.ModelConfig;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainingConfig.Precision;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Libtorch;
import io.lightcone.training.TrainingRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Device;

/** Training as both {@code train} and {@code demo} run it: with progress on the terminal and Ctrl-C in mind. */
final class Training {
    private final Session session;
    private final Console console;
    private final Device device;

    Training(Session session, Device device) {
        this.session = session;
        this.console = session.console();
        this.device = device;
    }

    /** Trains a new run in {@code target}, to its end or until Ctrl-C. */
    void start(RunConfig config, Path target) throws InterruptedException {
        if (config.data() instanceof VideosConfig videos && !videos.isPlaced()) {
            throw new UserException(
                    "preset " + config.preset() + " watches videos: name a folder or a file with --data");
        }
        RunConfig placed = config.resolved(() -> precision(device));
        read(placed.data()).requireSparedByRun(target);
        ClipDataset data = open(placed);
        RunConfig resolved = placed.conditioned(data);
        ProgressLine progress = new ProgressLine(console);
        console.line(data.description());
        try (TrainingRun run =
                TrainingRun.fresh(resolved, target, data, device, progress, provenance(data.fingerprint()))) {
            console.line(String.format(
                    Locale.ROOT, "Training %s (%,d parameters) into %s", resolved.preset(), run.parameters(), target));
            run(run, target);
        }
    }

    /**
     * Brings a run to its end, whether it is new, was stopped before or has ended already; or until Ctrl-C.
     *
     * @throws UserException if there is a run in {@code target} that was trained otherwise
     */
    void complete(RunConfig config, Path target) throws InterruptedException {
        if (Files.notExists(target)) {
            start(config, target);
            return;
        }
        RunFolder folder = RunFolder.open(target);
        RunConfig saved = folder.config(List.of());
        ModelConfig named = config.model() // by the data, which is compared itself
                .conditioned(saved.model().classes(), saved.model().actions());
        if (!saved.equals(config.with(named).resolved(() -> precision(device)))) {
            throw new UserException(
                    "run " + target + " was made with other settings; choose another --out, or delete it");
        }
        TrainingState state = folder.latestState();
        if (config.training().done(state.step(), state.secondsTrained()) < 1) {
            resume(target, List.of());
        }
    }

    /** Goes on with a run, to its end or until Ctrl-C. */
    void resume(Path path, List<String> settings) throws InterruptedException {
        RunFolder folder = RunFolder.open(path);
        RunConfig before = folder.config(List.of());
        RunConfig changed = folder.config(settings).resolved(() -> precision(device));
        if (!changed.model().equals(before.model())
                || !changed.data().equalsButForPlaces(before.data())
                || !changed.codec().equals(before.codec())
                || !changed.diffusion().equals(before.diffusion())
                || changed.training().seed() != before.training().seed()) {
            throw new UserException(
                    "a run goes on with the model, data, codec, diffusion and seed it has; --set may change settings of"
                            + " training and sampling, and data.source and data.digits where the data has moved");
        }
        read(changed.data()).requireSparedByRun(path);
        ClipDataset data = open(changed);
        RunConfig config = changed.conditioned(data);
        ProgressLine progress = new ProgressLine(console);
        console.line(data.description());
        try (TrainingRun run =
                TrainingRun.resumed(config, folder, data, device, progress, provenance(data.fingerprint()))) {
            if (!run.startedOn(data.fingerprint())) {
                console.line("Note: the data has changed since this run started, so it is no longer the same run.");
            }
            if (run.finished()) {
                throw new UserException("run " + path + " is finished after " + run.step()
                        + " steps; to go on, raise --set training.steps=N or --set training.minutes=M");
            }
            folder.replaceConfig(config.yaml());
            console.line("Going on with " + path + " from step " + run.step());
            run(run, path);
        }
    }

    private void run(TrainingRun run, Path path) throws InterruptedException {
        try (Registration registration = session.interrupts().onStop(run::stop)) {
            run.run();
        } catch (RuntimeException | Error e) {
            if (run.isSaved()) {
                console.line("Saved at step " + run.step() + "; go on with: lightcone train --resume " + path);
            }
            throw e;
        }
        if (session.interrupts().happened()) {
            console.line("Stopped and saved at step " + run.step() + "; go on with: lightcone train --resume " + path);
        }
    }

    /** Where the clips come from, or the digits that they are made of. */
    private static Sources read(DataConfig data) {
        Sources sources = new Sources();
        data.places().forEach(sources::file);
        return sources;
    }

    private ClipDataset open(RunConfig config) {
        Runnable check = session.interrupts()::check; // the videos decoded so far are kept
        return config.data().open(config.training().frames(), Places.cache(), console::line, check);
    }

    /** What AUTO becomes: the type in which large products are fastest on {@code device}. */
    static Precision precision(Device device) {
        boolean fast = device.is_cuda() || Libtorch.prefersBfloat16();
        return fast ? Precision.BFLOAT16 : Precision.FLOAT32;
    }

    private Provenance provenance(String fingerprint) {
        return new Provenance(
                Version.current(),
                session.commandLine(),
                fingerprint,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
