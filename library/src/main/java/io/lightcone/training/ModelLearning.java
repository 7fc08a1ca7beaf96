// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.codec.LatentLayout;
import io.lightcone.evaluation.Continuation;
import io.lightcone.evaluation.Continuation.Score;
import io.lightcone.evaluation.ValidationLoss;
import io.lightcone.model.ContextFrames;
import io.lightcone.run.ClipConditions;
import io.lightcone.run.ClipGrid;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.run.RunModel;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/**
 * A model in training, whose moving average of the weights is evaluated by its loss and by continuing clips.
 *
 * @param device device of the model
 */
record ModelLearning(RunConfig config, ModelStep step, Device device) implements Learning {
    private static final RandomStreams STREAMS = new RandomStreams(0);

    @Override
    public String codec() {
        return step.codec().identity();
    }

    /** {@inheritDoc} It keeps its codec. */
    @Override
    public void begin(RunFolder folder) {
        folder.keep(config.codec());
    }

    /** Measures the loss, of all frames, of those after given ones and by noise level, and writes it to the metrics. */
    @Override
    public void validate(Report report) {
        LatentLayout latents = step.codec().layout();
        Map<String, Double> losses = ValidationLoss.of(
                clips -> (clean, x, level) -> step.average()
                        .predict(
                                ContextFrames.plain(clean, torch.zeros_like(level)),
                                x,
                                level,
                                ClipConditions.of(clips, latents)),
                config.diffusion().diffusion(),
                step.codec(),
                heldOut(report),
                latents.frames(config.sampling().given()),
                report.check());
        Map<String, Double> named = new LinkedHashMap<>();
        losses.forEach((bin, loss) -> named.put("validation/" + bin, loss));
        report.metrics().log(report.step(), named);
        report.listener().validated(report.step(), losses);
    }

    private List<Clip> heldOut(Report report) {
        return report.heldOut(config.training().reports());
    }

    /**
     * Continues held-out clips, measures how close they come to the truth, and writes a picture of the first few, with
     * the truth above.
     */
    @Override
    public void sample(Report report) {
        LatentLayout latents = step.codec().layout();
        int given = Math.min(config.sampling().given(), latents.pictures(config.latentFrames() - 1));
        if (given < 1) {
            return;
        }
        double framesPerSecond = report.data().framesPerSecond();
        RunModel average = new RunModel(config, step.average(), step.codec(), device, framesPerSecond);
        List<Clip> clips = heldOut(report);
        List<Clip> continued = new Continuation(average::conditionedOn, step.codec(), config.sampling(), given)
                .of(clips, STREAMS, report.check());
        Score score = Score.of(clips, continued, given);
        int frames = config.training().frames() - given;
        Map<String, Double> psnr = new LinkedHashMap<>();
        psnr.put("continuation/psnr", score.model(frames));
        psnr.put("continuation/repeatLast", score.repeatLast(frames));
        report.metrics().log(report.step(), psnr);

        int shown = Math.min(Report.SHOWN_CLIPS, clips.size());
        ClipGrid grid = new ClipGrid(List.of(clips.subList(0, shown), continued.subList(0, shown)), given);
        Path file = report.video();
        grid.write(file, framesPerSecond);
        report.metrics().image(report.step(), "continuation/last frame", grid.image(grid.frames() - 1));
        report.listener().sampled(report.step(), file, score.model(frames), score.repeatLast(frames));
    }
}
