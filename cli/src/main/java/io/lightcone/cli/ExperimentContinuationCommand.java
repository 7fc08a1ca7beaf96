// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import io.lightcone.UserFolders;
import io.lightcone.data.ClipDataset;
import io.lightcone.data.VideosConfig;
import io.lightcone.evaluation.Ssim;
import io.lightcone.experiment.ContinuationTrial;
import io.lightcone.experiment.ContinuedRun;
import io.lightcone.report.ContinuationTrialReport;
import io.lightcone.report.LossPlot;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
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
        List<RunConfig> configs =
                runs.stream().map(run -> RunFolder.open(run).config(sampling)).toList();
        int largest = IntStream.range(0, configs.size())
                .boxed()
                .max(Comparator.comparingInt(i -> area(configs.get(i))))
                .orElseThrow();
        for (int i = 0; i < configs.size(); i++) {
            requireComparable(runs.get(i), configs.get(i), runs.get(largest), configs.get(largest));
        }
        int shown = given(configs);
        Device device = deviceOptions.start();
        ClipDataset data = heldOut(runs.get(largest), configs.get(largest), whole(configs, shown + frames));
        createFolder();
        ContinuationTrial trial = new ContinuationTrial(
                IntStream.range(0, clips).mapToObj(data::heldOut).toList(), shown, frames, session.interrupts()::check);
        List<ContinuedRun> continued = new ArrayList<>();
        for (Path run : runs) {
            session.console().line("Continuing clips by " + run);
            try (TrainedModel model = TrainedModel.open(run, device, sampling)) {
                continued.add(trial.of(String.valueOf(run.getFileName()), model));
            }
        }
        show(new ContinuationTrialReport(trial.truth(), shown, trial.repeated(), continued), data.framesPerSecond());
        return Main.OK;
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

    private static int area(RunConfig config) {
        return config.data().height() * config.data().width();
    }

    /** Requires that clips that were held out of one run were held out of the other, and mean the same to both. */
    private static void requireComparable(Path run, RunConfig config, Path other, RunConfig config2) {
        if (!(config.data() instanceof VideosConfig data) || !(config2.data() instanceof VideosConfig data2)) {
            throw new UserException(run + " was trained on other data than videos, for which there are other"
                    + " experiments, or none");
        }
        requireSame(run, other, "data.source", data.source(), data2.source());
        requireSame(run, other, "data.fps", data.fps(), data2.fps());
        requireSame(run, other, "data.heldOut", data.heldOut(), data2.heldOut());
        requireSame(run, other, "data.channels", data.channels(), data2.channels());
        requireSame(run, other, "data.labels", data.labels(), data2.labels());
        requireSame(
                run,
                other,
                "model.actions",
                config.model().actions(),
                config2.model().actions());
        Arguments.require(
                (long) data.height() * data2.width() == (long) data2.height() * data.width(),
                run + " makes pictures of " + data.width() + "x" + data.height() + " pixels and " + other + " of "
                        + data2.width() + "x" + data2.height() + ", which do not show the same; compare runs whose"
                        + " pictures have the same proportions");
        Arguments.require(
                Math.min(data2.height(), data2.width()) >= Ssim.WINDOW,
                "the largest pictures have " + data2.width() + "x" + data2.height() + " pixels, but structural"
                        + " similarity takes pictures of at least " + Ssim.WINDOW + "x" + Ssim.WINDOW);
    }

    private static void requireSame(Path run, Path other, String key, Object here, Object there) {
        Arguments.require(
                here.equals(there),
                key + " is " + here + " in " + run + " and " + there + " in " + other
                        + ", so they do not have the same held-out clips; compare runs that do");
    }

    /** Returns how many frames to give, which fill latent frames of every run. */
    private int given(List<RunConfig> configs) {
        int most = given != null
                ? given
                : configs.stream()
                        .mapToInt(config -> config.sampling().given())
                        .max()
                        .orElseThrow();
        Arguments.requireWithin("--given", most, 1, MOST);
        configs.forEach(config -> config.latents().requireWhole("--given", most));
        configs.forEach(config -> Arguments.reportingIllegal(() -> config.plan(most + frames, most)));
        return most;
    }

    /** Returns so many frames that those of every run fill latent frames. */
    private static int whole(List<RunConfig> configs, int frames) {
        return configs.stream()
                .mapToInt(config -> config.latents().whole(frames))
                .max()
                .orElseThrow();
    }

    /**
     * Opens the data of a run with clips of another length.
     *
     * @throws UserException if the part of the videos that is held out has none so long, so that others would be
     */
    private ClipDataset heldOut(Path run, RunConfig config, int length) {
        ClipDataset seen = open(config, config.training().frames());
        ClipDataset data = open(config, length);
        Arguments.require(
                data.description().equals(seen.description()),
                "of what was held out of " + run + " there are no clips of " + length
                        + " frames; make --frames or --given smaller");
        return data.withActions(config.model().actions());
    }

    private ClipDataset open(RunConfig config, int length) {
        return config.data().open(length, UserFolders.cache(), session.console()::line, session.interrupts()::check);
    }

    private void createFolder() {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new UserException(out + " cannot be created: " + FileTrouble.reason(e, out), e);
        }
    }
}
