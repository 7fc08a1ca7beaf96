// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.codec.LatentLayout;
import io.lightcone.model.AttentionView;
import io.lightcone.model.AttentionView.BranchView;
import io.lightcone.model.AttentionView.KeyFrame;
import io.lightcone.model.AttentionView.Place;
import io.lightcone.model.ModelConfig;
import io.lightcone.report.AttentionFigure;
import io.lightcone.report.AttentionText;
import io.lightcone.report.CostReport.Size;
import io.lightcone.report.Json;
import io.lightcone.report.Screen;
import io.lightcone.run.RunConfig;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "attention",
        description = "Draw what one token sees in each branch and past frame: in the terminal, or into a PNG.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ShowAttentionCommand implements Callable<Integer> {
    private static final Pattern QUERY = Pattern.compile("(-?\\d{1,9}),(-?\\d{1,9}),(-?\\d{1,9})");

    @Mixin
    private ClipOptions options = new ClipOptions();

    @Option(names = "--layer", paramLabel = "L", defaultValue = "0", description = "Layer, from 0. Default: 0.")
    private int layer;

    @Option(
            names = "--query",
            paramLabel = "T,Y,X",
            description = "Frame, row and column of the token, from 0. Default: the middle of the last frame.")
    private @Nullable String query;

    @Mixin
    private FigureOptions figure = new FigureOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        figure.check(command, options.sources());
        RunConfig config = options.config();
        AttentionView view = view(config);
        int depth = config.model().depth();
        return figure.show(
                command,
                () -> json(config.preset(), view),
                () -> AttentionFigure.of(config.preset(), depth, view).image(),
                out -> new AttentionText(view, depth, Screen.current()).print(out));
    }

    private AttentionView view(RunConfig config) {
        ModelConfig model = config.model();
        Size size = options.clip(config);
        LatentLayout latents = config.latents();
        int frames = latents.frames(size.frames());
        int height = latents.side(size.height());
        int width = latents.side(size.width());
        Place place = query == null
                ? new Place(frames - 1, height / model.patch() / 2, width / model.patch() / 2)
                : place(query);
        return AttentionView.of(model, layer, place, frames, height, width);
    }

    private static Place place(String text) {
        Matcher matcher = QUERY.matcher(text.replace(" ", ""));
        if (!matcher.matches()) {
            throw new UserException(
                    "--query must be frame, row and column of a token, such as 15,3,4, not '" + text + "'");
        }
        return new Place(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    private static Json json(String preset, AttentionView view) {
        Json clip = new Json()
                .put("frames", view.clip().frames())
                .put("rows", view.clip().rows())
                .put("columns", view.clip().columns());
        return new Json()
                .put("preset", preset)
                .put("layer", view.layer())
                .put("clip", clip)
                .put("query", json(view.query()))
                .put(
                        "branches",
                        view.branches().stream().map(ShowAttentionCommand::json).toList());
    }

    private static Json json(Place place) {
        return new Json().put("frame", place.frame()).put("row", place.row()).put("column", place.column());
    }

    private static Map<String, @Nullable Object> json(BranchView branch) {
        return new Json()
                .put("summary", branch.summary())
                .put("heads", branch.heads())
                .put("down", branch.down())
                .put("rows", branch.rows())
                .put("columns", branch.columns())
                .put("query", json(branch.query()))
                .put("keys", branch.keys())
                .put(
                        "frames",
                        branch.frames().stream().map(ShowAttentionCommand::json).toList())
                .map();
    }

    private static Map<String, @Nullable Object> json(KeyFrame frame) {
        return new Json()
                .put("frame", frame.frame())
                .put("rows", frame.rows())
                .put("columns", frame.columns())
                .map();
    }
}
