// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.config.Suggestions;
import io.lightcone.data.WorldConfig;
import io.lightcone.experiment.CandidateModel;
import io.lightcone.experiment.WorldCandidates;
import io.lightcone.experiment.WorldTrial.Extent;
import io.lightcone.report.LossPlot;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainedModel;
import io.lightcone.world.Worlds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "world",
        description = {
            "Judge models of a world by what their frames show: the share that is a state at all, broken rules, "
                    + "obedience, the"
                    + " distance to the simulator, and whether going away and coming back shows the same again.",
            "They are runs that are there, or candidates that are trained first, 30 minutes each; those that are in"
                    + " DIR already are resumed, or only judged if they have ended."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ExperimentWorldCommand implements Callable<Integer> {
    private static final double MINUTES = 30;
    private static final int MOST_FRAMES = 1_000_000;
    private static final int MOST_VIDEOS = 256;
    private static final int MOST_STEPS = 1_000;

    @Option(names = "--world", required = true, paramLabel = "NAME", description = "Which: pong, maze or island.")
    private String world = "";

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Option(names = "--run", paramLabel = "RUN", description = "A run to judge as it is; may be repeated.")
    private List<Path> runs = new ArrayList<>();

    @Option(
            names = "--candidates",
            paramLabel = "LIST",
            split = ",",
            description = "Ways of training to compare, such as ordinary. Default: all, or none with --run.")
    private List<String> candidates = new ArrayList<>();

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            defaultValue = WorldCandidates.PRESET,
            description = "Preset that candidates are trained from. Default: world-scd.")
    private String preset = "";

    @Option(
            names = "--steps",
            paramLabel = "LIST",
            split = ",",
            defaultValue = "4",
            description = "Updates of a frame; several, as in 1,2,4,20, are judged one after the other. A model that"
                    + " learns powers of two is judged with the next lower one. Default: 4.")
    private List<Integer> steps = new ArrayList<>();

    @Option(
            names = "--frames",
            paramLabel = "F",
            defaultValue = "1000",
            description = "Frames of a long video. Default: 1000.")
    private int frames;

    @Option(
            names = "--videos",
            paramLabel = "N",
            defaultValue = "4",
            description = "Long videos, made together. Default: 4.")
    private int videos;

    @Option(
            names = "--starts",
            paramLabel = "N",
            defaultValue = "16",
            description = "Plays to compare with the simulator over 100 frames, and to go away from and come back."
                    + " Default: 16.")
    private int starts;

    @Option(
            names = "--sampling",
            paramLabel = "KEY=VALUE",
            description = "A setting of generation alone, such as sampling.context.generated=0.2; may be repeated.")
    private List<String> sampling = new ArrayList<>();

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    private final Session session;

    ExperimentWorldCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        check();
        double minutes = options.minutes(MINUTES);
        List<WorldTrialRun.Subject> subjects = new ArrayList<>();
        Map<String, CandidateModel> toTrain = new LinkedHashMap<>();
        for (String name : candidateNames()) {
            CandidateModel model = WorldCandidates.candidate(name, preset, world, minutes, options.settings());
            toTrain.put(name, model);
            subjects.add(subject(name, options.run(name), model.config()));
        }
        for (Path run : runs) {
            subjects.add(subject(run.toString(), run, RunFolder.open(run).config(sampling)));
        }
        Device device = deviceOptions.start();
        for (Map.Entry<String, CandidateModel> each : toTrain.entrySet()) {
            train(each.getKey(), each.getValue(), minutes, device);
        }
        return new WorldTrialRun(session, options, device, world, new Extent(frames, videos, starts))
                .call(subjects, sampling);
    }

    private void train(String name, CandidateModel model, double minutes, Device device) throws InterruptedException {
        TrainingRunner training = new TrainingRunner(session, device);
        Path trained = options.run(model.name());
        training.complete(model.config(), trained);
        session.interrupts().check();
        double distilling = WorldCandidates.distillingMinutes(name, minutes);
        if (distilling > 0) {
            List<String> settings = new ArrayList<>(options.settings());
            settings.add("training.minutes=" + distilling);
            training.completeDistilled(trained, settings, options.run(name));
            session.interrupts().check();
        }
    }

    private void check() {
        Arguments.require(
                Worlds.names().contains(world),
                "there is no world named '" + world + "'; " + Suggestions.hint(world, Worlds.names()));
        Arguments.requireWithin("--frames", frames, 1, MOST_FRAMES);
        Arguments.requireWithin("--videos", videos, 1, MOST_VIDEOS);
        Arguments.requireWithin("--starts", starts, 1, MOST_VIDEOS);
        steps.forEach(count -> Arguments.requireWithin("--steps", count, 1, MOST_STEPS));
        TrainedModel.requireOfSampling(sampling);
        Arguments.require(
                !candidateNames().isEmpty() || !options.changesTraining(),
                "the runs have been trained already, so --minutes and --set change nothing; leave them out, or choose"
                        + " how frames are made with --sampling");
        LossPlot.requireFonts();
    }

    private List<String> candidateNames() {
        return candidates.isEmpty() && runs.isEmpty() ? WorldCandidates.names() : candidates;
    }

    /** Returns a run to judge; nothing is trained or made before all of them can be. */
    private WorldTrialRun.Subject subject(String name, Path run, RunConfig config) {
        WorldConfig judge = WorldCandidates.judged(name, config, world);
        List<Integer> known = known(name, config);
        for (int count : known) {
            RunConfig generating = RunConfig.read(config, null, WorldTrialRun.settings(sampling, count));
            int given = generating.sampling().given();
            Arguments.reportingIllegal(() -> generating.plan(given + frames, given));
        }
        return new WorldTrialRun.Subject(name, run, judge, known);
    }

    /**
     * Returns the numbers of updates to judge a model with: those that were asked for, each lowered to one that it
     * knows, so that models of both kinds stand in one table.
     */
    private List<Integer> known(String name, RunConfig config) {
        LinkedHashSet<Integer> known = new LinkedHashSet<>();
        for (int count : steps) {
            int lowered = config.model().updates(count);
            if (lowered < count) {
                session.console()
                        .line(name + " learns to make a frame in 1, 2, 4 updates and so on up to "
                                + config.model().shortcut() + ": judging it with " + lowered + " instead of " + count);
            }
            known.add(lowered);
        }
        return List.copyOf(known);
    }
}
