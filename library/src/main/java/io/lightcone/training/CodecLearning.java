// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.codec.CausalAutoencoderFile;
import io.lightcone.codec.CodecConfig;
import io.lightcone.evaluation.Reconstruction;
import io.lightcone.evaluation.Reconstruction.Quality;
import io.lightcone.evaluation.Reconstruction.Score;
import io.lightcone.run.ClipGrid;
import io.lightcone.run.CodecRunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A codec in training, whose moving average of the weights is evaluated by encoding clips and decoding them as a
 * stream, as generation does.
 */
record CodecLearning(CodecRunConfig config, AutoencoderTrainer step) implements Learning {
    /** {@inheritDoc} A codec learns pixels. */
    @Override
    public String codec() {
        return CodecConfig.pixels().kind();
    }

    @Override
    public void validate(Report report) {
        List<Clip> clips = report.heldOut(config.training().reports());
        Map<String, Double> losses =
                ReconstructionLoss.of(step.average(), config.training().loss(), clips, report.check());
        Reconstruction made = Reconstruction.of(step.codec(), clips, report.check());
        Score score = made.score(clips, config.autoencoder().layout(), report.check());
        Map<String, Double> values = new LinkedHashMap<>();
        losses.forEach((term, loss) -> values.put("validation/" + term, loss));
        put(values, "", score.all());
        score.places().forEach((place, quality) -> put(values, "/" + place, quality));
        values.put("latents/mean", made.latents().mean());
        values.put("latents/deviation", made.latents().deviation());
        report.metrics().log(report.step(), values);
        report.listener().reconstructed(report.step(), losses, made.latents(), score);
    }

    private static void put(Map<String, Double> values, String place, Quality quality) {
        values.put("reconstruction/psnr" + place, quality.psnr());
        if (!Double.isNaN(quality.ssim())) {
            values.put("reconstruction/ssim" + place, quality.ssim());
        }
    }

    /** Writes a video of the first few held-out clips above what the codec makes of them. */
    @Override
    public void sample(Report report) {
        List<Clip> clips = report.heldOut(config.training().reports());
        List<Clip> shown = clips.subList(0, Math.min(Report.SHOWN_CLIPS, clips.size()));
        Reconstruction made = Reconstruction.of(step.codec(), shown, report.check());
        ClipGrid grid = new ClipGrid(List.of(shown, made.clips()), 0);
        Path file = report.video();
        grid.write(file, report.data().framesPerSecond());
        report.metrics().image(report.step(), "reconstruction/last frame", grid.image(grid.frames() - 1));
        report.listener().reconstructionsWritten(report.step(), file);
    }

    /** Replaces the file that is the codec, with the moving average of the weights. */
    @Override
    public void publish(RunFolder folder) {
        CausalAutoencoderFile.write(CausalAutoencoderFile.in(folder.path()), step.average(), false);
    }
}
