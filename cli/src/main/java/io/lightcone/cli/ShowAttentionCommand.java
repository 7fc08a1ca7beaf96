// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.attention.Neighbourhood.Token;
import io.lightcone.codec.LatentLayout;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.ReceptiveField;
import io.lightcone.report.AttentionFigure;
import io.lightcone.report.AttentionJson;
import io.lightcone.report.AttentionText;
import io.lightcone.report.CostReport.Size;
import io.lightcone.report.Screen;
import io.lightcone.run.RunConfig;
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
        ReceptiveField view = view(config);
        int depth = config.model().depth();
        return figure.show(
                command,
                () -> AttentionJson.of(config.preset(), view),
                () -> AttentionFigure.of(config.preset(), depth, view).image(),
                out -> new AttentionText(view, depth, Screen.current()).print(out));
    }

    private ReceptiveField view(RunConfig config) {
        ModelConfig model = config.model();
        Size size = options.clip(config);
        LatentLayout latents = config.latents();
        int frames = latents.frames(size.frames());
        int height = latents.side(size.height());
        int width = latents.side(size.width());
        Token place = query == null
                ? new Token(frames - 1, height / model.patch() / 2, width / model.patch() / 2)
                : place(query);
        return ReceptiveField.of(model, layer, place, frames, height, width);
    }

    private static Token place(String text) {
        Matcher matcher = QUERY.matcher(text.replace(" ", ""));
        if (!matcher.matches()) {
            throw new UserException(
                    "--query must be frame, row and column of a token, such as 15,3,4, not '" + text + "'");
        }
        return new Token(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }
}
