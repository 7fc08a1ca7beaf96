// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.training.ConfigReader;
import io.lightcone.training.Presets;
import io.lightcone.training.RunConfig;
import io.lightcone.training.TrainedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = "Train on moving digits for a few minutes, then show how the model continues clips it never saw.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {
    private static final String RUN = "run";

    @Option(names = "--minutes", paramLabel = "M", defaultValue = "5", description = "Minutes to train. Default: 5.")
    private double minutes;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "demo", description = "Folder to make. Default: demo.")
    private Path out = Path.of("demo");

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting over the preset msc-demo.")
    private List<String> settings = new ArrayList<>();

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
        requireEmpty();
        List<String> overrides = new ArrayList<>(settings);
        overrides.add("training.minutes=" + minutes);
        RunConfig config = ConfigReader.read(RunConfig.class, Presets.named("msc-demo"), null, overrides);
        Device device = deviceOptions.start();
        CommandSpec command = Objects.requireNonNull(spec);
        int code = new Training(command, device).start(config, out.resolve(RUN));
        if (code != Main.OK) {
            return code;
        }
        PrintWriter err = command.commandLine().getErr();
        err.println("Continuing clips that the model has never seen ...");
        try (TrainedModel model = TrainedModel.open(out.resolve(RUN), device);
                Interrupts interrupts = new Interrupts(() -> err.println("Finishing the report ..."))) {
            DemoReport report = DemoReport.make(model, out, out.resolve(RUN));
            err.println(report.summary());
            if (interrupts.happened()) {
                return Main.INTERRUPTED;
            }
            err.println("Open " + out.resolve("report.html") + " to see it; the run is in " + out.resolve(RUN) + ".");
        }
        return Main.OK;
    }

    private void requireEmpty() throws IOException {
        if (!Files.exists(out)) {
            return;
        }
        try (Stream<Path> inside = Files.list(out)) {
            if (inside.findAny().isPresent()) {
                throw new UserException("the folder " + out + " exists already; choose another with --out DIR");
            }
        }
    }
}
