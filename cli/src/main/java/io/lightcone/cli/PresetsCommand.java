// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.codec.LatentLayout;
import io.lightcone.config.Suggestions;
import io.lightcone.model.BranchConfig;
import io.lightcone.model.ModelConfig;
import io.lightcone.run.CodecPresets;
import io.lightcone.run.CodecRunConfig;
import io.lightcone.run.Models;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "presets",
        description = "List the named configurations, or print one as YAML to start an own one from.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class)
final class PresetsCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Print this preset as YAML.")
    private @Nullable String name;

    private final Session session;

    PresetsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        PrintWriter out = session.out();
        if (name != null) {
            out.print(yaml(name));
            out.flush();
            return Main.OK;
        }
        listModels(out);
        out.println();
        listCodecs(out);
        return Main.OK;
    }

    private static String yaml(String preset) {
        if (CodecPresets.names().contains(preset)) {
            return CodecPresets.named(preset).yaml();
        }
        if (Presets.names().contains(preset)) {
            return Presets.named(preset).yaml();
        }
        List<String> all = new ArrayList<>(Presets.names());
        all.addAll(CodecPresets.names());
        throw new UserException("there is no preset named '" + preset + "'; " + Suggestions.hint(preset, all));
    }

    private static void listModels(PrintWriter out) {
        out.println("name                   parameters  width  layers  frames      attention of a layer");
        for (String each : Presets.names()) {
            RunConfig preset = Presets.named(each);
            ModelConfig model = preset.model();
            out.println(String.format(
                    Locale.ROOT,
                    "%-21s  %8.1f M  %5d  %6d  %-10s  %s",
                    each,
                    Models.parameters(preset) / 1e6,
                    model.width(),
                    model.depth(),
                    preset.training().frames() + "x" + preset.data().height() + "x"
                            + preset.data().width(),
                    model.branches().stream().map(BranchConfig::summary).collect(Collectors.joining(" | "))));
        }
    }

    private static void listCodecs(PrintWriter out) {
        out.println("name of a codec        parameters  frames      a latent stands for  channels");
        for (String each : CodecPresets.names()) {
            CodecRunConfig preset = CodecPresets.named(each);
            LatentLayout latents = preset.autoencoder().layout();
            out.println(String.format(
                    Locale.ROOT,
                    "%-21s  %8.1f M  %-10s  %-19s  %8d",
                    each,
                    preset.parameters() / 1e6,
                    preset.training().frames() + "x" + preset.data().height() + "x"
                            + preset.data().width(),
                    latents.time() + "x" + latents.space() + "x" + latents.space() + " pixels",
                    latents.channels()));
        }
    }
}
