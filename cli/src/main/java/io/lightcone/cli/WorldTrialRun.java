// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.data.WorldConfig;
import io.lightcone.experiment.JudgedModel;
import io.lightcone.experiment.WorldTrial;
import io.lightcone.experiment.WorldTrial.Extent;
import io.lightcone.experiment.WorldTrial.TrialListener;
import io.lightcone.report.ReportFiles;
import io.lightcone.report.WorldReport;
import io.lightcone.report.WorldTables;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.bytedeco.pytorch.Device;

/** Lets the judge of a world judge some runs, each with some numbers of updates, and reports what it finds. */
final class WorldTrialRun {
    /** The most frames of a long video for which true frames are read too: they are all alike. */
    private static final int MOST_TRUE_FRAMES = 1_000;

    private final Session session;
    private final ExperimentOptions options;
    private final Device device;
    private final String world;
    private final Extent extent;
    private final List<JudgedModel> judged = new ArrayList<>();

    /**
     * A run to judge.
     *
     * @param name name in tables
     * @param run its folder
     * @param data the world that judges it
     * @param updates numbers of updates of a frame to judge it with
     */
    record Subject(String name, Path run, WorldConfig data, List<Integer> updates) {}

    WorldTrialRun(Session session, ExperimentOptions options, Device device, String world, Extent extent) {
        this.session = session;
        this.options = options;
        this.device = device;
        this.world = world;
        this.extent = extent;
    }

    /** Returns the settings of generation with that many updates. */
    static List<String> settings(List<String> sampling, int updates) {
        List<String> settings = new ArrayList<>(sampling);
        settings.add("sampling.steps=" + updates);
        return settings;
    }

    /** Judges all runs. The files are written anew after each; so Ctrl-C leaves what has been found. */
    int call(List<Subject> subjects, List<String> sampling) {
        ReportFiles.createFolder(options.folder());
        JudgedModel truth = truth(subjects.get(0), sampling);
        try {
            for (Subject subject : subjects) {
                for (int count : subject.updates()) {
                    judge(subject, count, sampling, truth);
                }
            }
        } catch (CancellationException e) {
            show(truth);
            throw e;
        }
        show(truth);
        return Main.OK;
    }

    private JudgedModel truth(Subject subject, List<String> sampling) {
        int given = RunFolder.open(subject.run()).config(sampling).sampling().given();
        Extent ofTruth = new Extent(Math.min(extent.frames(), MOST_TRUE_FRAMES), extent.videos(), extent.starts());
        session.console().line("Judging true frames");
        WorldTrial<?, ?> trial = WorldTrial.ofTruth(subject.data(), given, ofTruth, listener());
        trial.run();
        return JudgedModel.truth(trial.quality());
    }

    private void judge(Subject subject, int updates, List<String> sampling, JudgedModel truth) {
        session.console()
                .line("Judging " + subject.name() + " with " + updates
                        + (updates == 1 ? " update a frame" : " updates a frame"));
        long steps = RunFolder.open(subject.run()).latestState().step();
        try (TrainedModel model = TrainedModel.open(subject.run(), device, settings(sampling, updates))) {
            WorldTrial<?, ?> trial = WorldTrial.of(subject.data(), model, extent, listener());
            try {
                trial.run();
            } finally {
                if (trial.quality().frames() > 0) {
                    double minutes = model.config().training().minutes();
                    judged.add(new JudgedModel(subject.name(), updates, sampling, steps, minutes, trial.quality()));
                    report(truth).write(options.folder());
                }
            }
        }
    }

    private WorldReport report(JudgedModel truth) {
        return new WorldReport(world, extent, truth, judged);
    }

    private void show(JudgedModel truth) {
        if (judged.isEmpty()) {
            return;
        }
        WorldReport report = report(truth);
        if (options.json()) {
            session.out().println(report.json());
        } else {
            WorldTables.print(report, session.out());
        }
        session.console().line("Wrote " + report.write(options.folder()));
    }

    private TrialListener listener() {
        return new TrialListener() {
            private FrameProgress counter = new FrameProgress(session.console(), new FrameCount(1));

            @Override
            public void next(String sentence, int frames) {
                session.console().line(sentence);
                counter = new FrameProgress(session.console(), new FrameCount(frames));
            }

            @Override
            public void frame() {
                counter.count();
            }

            @Override
            public void check() {
                session.interrupts().check();
            }
        };
    }
}
