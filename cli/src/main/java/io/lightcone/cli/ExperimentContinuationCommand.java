// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserFolders;
import io.lightcone.experiment.ComparableRuns;
import io.lightcone.experiment.ContinuationTrial;
import io.lightcone.experiment.ContinuedRun;
import io.lightcone.report.ContinuationTrialReport;
import io.lightcone.report.LossPlot;
import io.lightcone.report.ReportFiles;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "continuation",
        description = {
            "Let trained runs continue the same clips, which were held out of all of them, and compare them with the"
                    + " truth: how near they come, how sharp they are, what their codecs alone lose, and what a frame"
                    + " costs, beside repeating the last given frame.",
            "Runs of the same videos may differ in size and codec: all are seen at the size of the largest."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ExperimentContinuationCommand implements Callable<Integer> {
    private static final int MOST = 1_000;
    /** The copies of all clips that are held at the same time, but for those of runs. */
    private static final int COPIES = 8;

    @Option(names = "--run", required = true, paramLabel = "RUN", description = "A run to judge; may be repeated.")
    private List<Path> runs = new ArrayList<>();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for the numbers as JSON, a picture and a video.")
    private Path out = Path.of("");

    @Option(
            names = "--clips",
            paramLabel = "N",
            defaultValue = "16",
            description = "Held-out clips to continue. Default: 16.")
    private int clips;

    @Option(
            names = "--frames",
            paramLabel = "F",
            defaultValue = "12",
            description = "Frames to generate of each. Default: 12.")
    private int frames;

    @Option(
            names = "--given",
            paramLabel = "G",
            description = "Frames of each to show the models. Default: the most of what the runs say.")
    private @Nullable Integer given;

    @Option(
            names = "--sampling",
            paramLabel = "KEY=VALUE",
            description = "A setting of generation alone, such as sampling.steps=10; may be repeated.")
    private List<String> sampling = new ArrayList<>();

    @Option(names = "--json", description = "Print what is measured as JSON, for programs.")
    private boolean json;

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    private final Session session;

    ExperimentContinuationCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Arguments.requireWithin("--clips", clips, 1, MOST);
        Arguments.requireWithin("--frames", frames, 1, MOST);
        TrainedModel.requireOfSampling(sampling);
        LossPlot.requireFonts();
        ComparableRuns comparable = ComparableRuns.of(runs, sampling);
        int shown = given == null ? comparable.given() : given;
        Arguments.requireWithin("--given", shown, 1, MOST);
        comparable.requirePlan(shown, frames);
        requireRoom(comparable, shown);
        Device device = deviceOptions.start();
        ComparableRuns.HeldOutClips heldOut = comparable.heldOut(
                clips, shown, frames, UserFolders.cache(), session.console()::line, session.interrupts()::check);
        if (heldOut.clips().size() < clips) {
            session.console().line("There are only " + heldOut.clips().size() + " different held-out clips");
        }
        ReportFiles.createFolder(out);
        ContinuationTrial trial = new ContinuationTrial(heldOut.clips(), shown, frames, session.interrupts()::check);
        List<ContinuedRun> continued = new ArrayList<>();
        for (Path run : runs) {
            session.console().line("Continuing clips by " + run);
            try (TrainedModel model = TrainedModel.open(run, device, sampling)) {
                continued.add(trial.of(run.toString(), model));
            }
        }
        show(new ContinuationTrialReport(trial.truth(), shown, trial.repeated(), continued), heldOut.framesPerSecond());
        return Main.OK;
    }

    /** Requires that the pictures fit into Java's memory: the truth, copies on the way, and those of each run. */
    private void requireRoom(ComparableRuns comparable, int shown) {
        long largest = comparable.configs().stream()
                .map(RunConfig::data)
                .mapToLong(data -> (long) data.height() * data.width() * data.channels())
                .max()
                .orElseThrow();
        PictureMemory.require(
                largest * (shown + frames + 3L), clips, runs.size() + COPIES, "--clips, --frames or --given");
    }

    private void show(ContinuationTrialReport report, double framesPerSecond) {
        Path picture = report.write(out, framesPerSecond);
        if (json) {
            session.out().println(report.json());
        } else {
            report.print(session.out());
        }
        session.console().line("Wrote " + picture);
    }
}
