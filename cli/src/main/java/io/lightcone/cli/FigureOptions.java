// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.Png;
import io.lightcone.UserException;
import io.lightcone.report.LossPlot;
import io.lightcone.run.ProtectedFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Holds the options that choose how a figure is shown: in characters, as a PNG, or as JSON. */
final class FigureOptions {
    /** The hint that says where to find everything that does not fit on a screen. */
    static final String WHOLE = "--json and --out have all";

    @Option(names = "--out", paramLabel = "FILE", description = "Draw into this PNG instead.")
    private @Nullable Path out;

    @Option(names = "--json", description = "Print the numbers as JSON, for programs.")
    private boolean json;

    /**
     * Checks the options before any work is done.
     *
     * @param sources what the command reads
     */
    void check(CommandSpec command, ProtectedFiles sources) {
        if (out != null && !out.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new UserException("--out must name a PNG, such as " + command.name() + ".png, not '" + out + "'");
        }
        if (out != null) {
            sources.requireNotOverwrittenBy("--out", out);
            LossPlot.requireFonts();
        }
    }

    /** Shows the figure in the formats that were asked for, or else in characters. */
    int show(
            CommandSpec command,
            Supplier<String> asJson,
            Supplier<BufferedImage> asImage,
            Consumer<PrintWriter> asText) {
        PrintWriter terminal = command.commandLine().getOut();
        if (json) {
            terminal.println(asJson.get());
        }
        if (out != null) {
            write(out, asImage.get());
            command.commandLine().getErr().println("Wrote " + out);
        } else if (!json) {
            asText.accept(terminal);
        }
        return Main.OK;
    }

    static void write(Path file, BufferedImage image) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            DurableFiles.replace(file, Png.of(image));
        } catch (IOException e) {
            throw new UserException(file + " cannot be written: " + FileTrouble.reason(e, file), e);
        }
    }
}
