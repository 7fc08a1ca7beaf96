// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.Numbers;
import io.lightcone.benchmark.Setting;
import io.lightcone.benchmark.StreamBenchmark;
import io.lightcone.benchmark.StreamBenchmark.Variant;
import io.lightcone.training.Presets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "stream",
        description = {
            "Time a video in the making, frame by frame, early and late, with its memory, for several kinds of cache.",
            "Those with a limit look back as many frames as the clip has (--frames)."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class BenchStreamCommand implements Callable<Integer> {
    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--until",
            paramLabel = "F",
            defaultValue = "2000",
            description = "The late frame, to be compared with frame 50. Default: 2000.")
    private int until;

    @Option(
            names = "--calls",
            paramLabel = "N",
            defaultValue = "1",
            description = "Calls of the network per frame, before the one that commits it. Default: 1.")
    private int calls;

    private final Session session;

    BenchStreamCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Setting setting = options.setting(() -> Presets.named(Presets.DEFAULT), 1);
        StreamBenchmark.Plan plan = new StreamBenchmark.Plan(until, calls, setting.frames());
        BenchProgress progress = new BenchProgress(session);
        List<Variant> variants = StreamBenchmark.run(setting, plan, progress);
        progress.end();
        String linear = Numbers.of(setting.config().training().linear()).words();
        if (options.json()) {
            session.out()
                    .println(BenchJson.of("stream", setting)
                            .put("linear", linear)
                            .put("until", until)
                            .put("calls", calls)
                            .put("variants", BenchJson.variants(variants)));
        } else {
            new BenchTables(session.out(), setting).variants(variants, calls, linear);
        }
        return Main.OK;
    }
}
