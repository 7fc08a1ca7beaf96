// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Arguments.choice;
import static io.lightcone.cli.Arguments.require;
import static io.lightcone.cli.Arguments.requireWithin;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.SamplingConfig.DenoisingOrder;
import io.lightcone.report.EnumNames;
import io.lightcone.report.PlanFigure;
import io.lightcone.report.PlanJson;
import io.lightcone.report.PlanText;
import io.lightcone.report.PlanView;
import io.lightcone.report.Screen;
import io.lightcone.run.ProtectedFiles;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "plan",
        description = "Draw in which order frames lose their noise: which of them each call of the network updates.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ShowPlanCommand implements Callable<Integer> {
    private static final int MOST_FRAMES = 10_000;
    private static final int MOST_STEPS = 10_000;
    private static final int MOST_NUMBERS = 4_000_000;

    @Option(
            names = "--plan",
            paramLabel = "NAME",
            defaultValue = "ad",
            description = "ad (each frame or block some calls behind the one before it), synchronous or frame-by-frame."
                    + " Default: ad.")
    private String order = "ad";

    @Option(
            names = "--frames",
            paramLabel = "F",
            defaultValue = "16",
            description = "All frames, given ones included. Default: 16.")
    private int frames;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "50", description = "Updates of a frame. Default: 50.")
    private int steps;

    @Option(names = "--gap", paramLabel = "S", description = "By how many calls a frame or block begins later, for ad.")
    private @Nullable Integer gap;

    @Option(
            names = "--prefix",
            paramLabel = "P",
            defaultValue = "0",
            description = "Frames that are given, at the front. Default: 0.")
    private int prefix;

    @Option(names = "--block", paramLabel = "B", description = "Frames that go together. Default: 1.")
    private @Nullable Integer block;

    @Option(
            names = "--window",
            paramLabel = "W",
            description = "Check that frames finish before they leave a window of so many.")
    private @Nullable Integer window;

    @Option(
            names = "--context-level",
            paramLabel = "L",
            defaultValue = "0",
            description = "Level at which given and finished frames are shown to the network, in JSON. Default: 0.")
    private double contextLevel;

    @Mixin
    private FigureOptions figure = new FigureOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        figure.check(command, new ProtectedFiles());
        DenoisingOrder which = choice("--plan", order, DenoisingOrder.class);
        require(contextLevel >= 0 && contextLevel < 1, "--context-level must lie in [0, 1), not " + contextLevel);
        DenoisingPlan plan = plan(which);
        PlanView view = new PlanView(which, plan, contextLevel);
        return figure.show(
                command,
                () -> json(view),
                () -> new PlanFigure(view).image(),
                out -> new PlanText(view, Screen.current(), FigureOptions.WHOLE).print(out));
    }

    private DenoisingPlan plan(DenoisingOrder which) {
        requireWithin("--frames", frames, 1, MOST_FRAMES);
        requireWithin("--steps", steps, 1, MOST_STEPS);
        requireWithin("--prefix", prefix, 0, frames - 1L);
        int rows = gap(which);
        requireWithin("--gap", rows, 0, steps);
        int together = block == null ? 1 : block;
        requireWithin("--block", together, 1, MOST_FRAMES);
        return Arguments.reportingIllegal(() -> {
            DenoisingPlan plan = new DenoisingPlan(frames, prefix, steps, rows, together);
            if (window != null) {
                require(window >= 1, "--window must be at least 1, not " + window);
                plan.requireFits(window);
            }
            return plan;
        });
    }

    private int gap(DenoisingOrder which) {
        if (which == DenoisingOrder.AD) {
            require(gap != null, "--plan ad needs a --gap between 0 and the " + steps + " steps, such as --gap 1");
            return Objects.requireNonNull(gap);
        }
        boolean together = which == DenoisingOrder.SYNCHRONOUS;
        require(
                gap == null,
                "--plan " + EnumNames.of(which) + " has a gap of its own, " + (together ? "0" : "all steps")
                        + "; for another one use --plan ad, with a --gap between 0 and " + steps);
        require(!together || block == null, "--plan synchronous updates all frames together, so it takes no --block");
        return together ? 0 : steps;
    }

    private static String json(PlanView view) {
        long rows = view.plan().rows();
        require(
                rows * view.plan().frames() <= MOST_NUMBERS,
                rows + " rows of " + view.plan().frames() + " frames are too many for JSON, which takes up to "
                        + MOST_NUMBERS + " places; choose fewer frames, fewer steps or a smaller gap");
        return PlanJson.of(view);
    }
}
