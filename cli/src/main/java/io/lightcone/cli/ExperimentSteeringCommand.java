// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.experiment.Contender;
import io.lightcone.experiment.Obedience;
import io.lightcone.experiment.SteeringExperiment;
import io.lightcone.report.Json;
import io.lightcone.report.TextTable;
import io.lightcone.run.TrainedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "steering",
        description = {
            "Train for 15 minutes on a digit that an action of each frame steers, then count how often it moves the way that"
                    + " is asked.",
            "A run that is in DIR already is gone on with, or only measured if it has ended."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ExperimentSteeringCommand implements Callable<Integer> {
    private static final double MINUTES = 15;

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    private final Session session;

    ExperimentSteeringCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        double minutes = options.minutes(MINUTES);
        Contender contender = SteeringExperiment.contender(minutes, options.settings());
        Device device = deviceOptions.start();
        Path run = options.run(contender.name());
        new Training(session, device).complete(contender.config(), run);
        session.interrupts().check();
        session.console().line("Steering digits that the model has never seen ...");
        try (TrainedModel model = TrainedModel.open(run, device, List.of())) {
            print(Obedience.of(model, session.interrupts()::check), minutes);
        }
        return Main.OK;
    }

    private void print(Obedience measured, double minutes) {
        if (options.json()) {
            session.out()
                    .println(new Json()
                            .put("minutes", minutes)
                            .put("obeyed", measured.obeyed())
                            .put("counted", measured.counted())
                            .put("movingShare", measured.movingShare())
                            .put("share", measured.share())
                            .put("psnr", measured.psnr())
                            .put("repeatLast", measured.repeatLast()));
            return;
        }
        TextTable table = new TextTable().row("action", "obeyed", "of", "share");
        for (String action : new TreeSet<>(measured.counted().keySet())) {
            int obeyed = measured.obeyed().getOrDefault(action, 0);
            int counted = measured.counted().getOrDefault(action, 0);
            table.row(action, "" + obeyed, "" + counted, percent((double) obeyed / counted));
        }
        table.print(session.out());
        session.out()
                .printf(
                        Locale.ROOT,
                        "%nThe centre of mass moves the way that is asked in %s of the frames with an action that moves, and"
                                + " obeys in %s of all (%d clips, %d frames each). PSNR %.2f dB; repeating the last given"
                                + " frame: %.2f dB.%n",
                        percent(measured.movingShare()),
                        percent(measured.share()),
                        Obedience.CLIPS,
                        Obedience.FRAMES,
                        measured.psnr(),
                        measured.repeatLast());
        session.out().flush();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
