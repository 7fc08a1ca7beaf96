// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.evaluation.Reconstruction.Latents;
import io.lightcone.evaluation.Reconstruction.Quality;
import io.lightcone.evaluation.Reconstruction.Score;
import io.lightcone.tensor.Profile;
import io.lightcone.training.TrainingListener;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints the progress of a training on the console. */
final class ConsoleTrainingListener implements TrainingListener {
    private final Console console;
    private final ProgressBar bar;

    ConsoleTrainingListener(Console console) {
        this.console = console;
        this.bar = new ProgressBar(console);
    }

    @Override
    public void message(String text) {
        console.line(text);
    }

    @Override
    public void profiled(Profile profile, @Nullable Path trace) {
        ConsoleProfile.show(console, profile, trace);
    }

    @Override
    public void started(Start start) {
        console.line(
                start.resumed()
                        ? "Resuming " + start.folder() + " from step " + start.step()
                        : String.format(
                                Locale.ROOT,
                                "Training %s (%,d parameters) into %s",
                                start.preset(),
                                start.parameters(),
                                start.folder()));
    }

    @Override
    public void step(Progress progress) {
        bar.show(
                progress.done(),
                () -> String.format(
                        Locale.ROOT,
                        "step %d  %3.0f%%  loss %.4f  %.1f clips/s  %s left",
                        progress.step(),
                        100 * progress.done(),
                        progress.loss(),
                        progress.clipsPerSecond(),
                        ProgressBar.duration(progress.secondsLeft())));
    }

    @Override
    public void validated(long step, Map<String, Double> losses) {
        StringBuilder text = new StringBuilder();
        losses.forEach((bin, loss) -> text.append(String.format(Locale.ROOT, "  %s %.4f", bin, loss)));
        console.line("step " + step + "  validation loss by level:" + text);
    }

    @Override
    public void reconstructed(long step, Map<String, Double> losses, Latents latents, Score score) {
        StringBuilder text = new StringBuilder();
        losses.forEach((term, loss) -> text.append(String.format(Locale.ROOT, "  %s %.4f", term, loss)));
        console.line("step " + step + "  validation loss:" + text);
        console.line(String.format(
                Locale.ROOT,
                "step %d  reconstructions of held-out clips: %s, latents of mean %.2f and deviation %.2f",
                step,
                shown(score.all()),
                latents.mean(),
                latents.deviation()));
        if (score.places().size() > 1) {
            console.line("step " + step + "  by the number of the picture in its latent frame: "
                    + score.places().entrySet().stream()
                            .map(place -> place.getKey() + " " + shown(place.getValue()))
                            .collect(Collectors.joining("; ")));
        }
    }

    private static String shown(Quality quality) {
        String ssim = Double.isNaN(quality.ssim()) ? "" : String.format(Locale.ROOT, ", %.3f SSIM", quality.ssim());
        return String.format(Locale.ROOT, "%.2f dB PSNR%s", quality.psnr(), ssim);
    }

    @Override
    public void reconstructionsWritten(long step, Path file) {
        console.line("step " + step + "  held-out clips above their reconstructions, see " + file);
    }

    @Override
    public void saved(long step) {
        console.line("step " + step + "  checkpoint saved");
    }

    @Override
    public void sampled(long step, Path file, double psnr, double repeatLast) {
        console.line(String.format(
                Locale.ROOT,
                "step %d  continuations of held-out clips: %.2f dB PSNR (repeating the last given frame: "
                        + "%.2f dB), see %s",
                step,
                psnr,
                repeatLast,
                file));
    }
}
