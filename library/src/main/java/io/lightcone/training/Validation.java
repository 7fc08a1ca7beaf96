// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.codec.LatentLayout;
import io.lightcone.data.ClipDataset;
import io.lightcone.evaluation.Continuation;
import io.lightcone.evaluation.Continuation.Score;
import io.lightcone.evaluation.ValidationLoss;
import io.lightcone.model.ContextFrames;
import io.lightcone.run.ClipConditions;
import io.lightcone.run.ClipGrid;
import io.lightcone.run.MetricsLog;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.run.RunModel;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;

/**
 * Evaluates the moving average of the weights on held-out clips during training. Clips and noise are the same each
 * time, whatever the seed of the run, so that results compare along a run and between runs.
 *
 * @param check called between any two calls of the model; what it throws ends the evaluation
 */
record Validation(RunFolder folder, ClipDataset data, MetricsLog metrics, TrainingListener listener, Runnable check) {
    private static final int SHOWN_CLIPS = 6;
    private static final RandomStreams STREAMS = new RandomStreams(0);

    /** Measures the loss by noise level, and writes it to the metrics. */
    void validate(long step, RunModel average) {
        LatentLayout latents = average.codec().layout();
        Map<String, Double> losses = ValidationLoss.of(
                clips -> (clean, x, level) -> average.model()
                        .predict(
                                ContextFrames.plain(clean, torch.zeros_like(level)),
                                x,
                                level,
                                ClipConditions.of(clips, latents)),
                average.config().diffusion().diffusion(),
                average.codec(),
                heldOut(average.config()),
                check);
        Map<String, Double> named = new LinkedHashMap<>();
        losses.forEach((bin, loss) -> named.put("validation/" + bin, loss));
        metrics.log(step, named);
        listener.validated(step, losses);
    }

    private List<Clip> heldOut(RunConfig config) {
        int count = config.training().reports().validationClips();
        return IntStream.range(0, count).mapToObj(data::heldOut).toList();
    }

    /**
     * Continues held-out clips, measures how close they come to the truth, and writes a picture of the first few, with
     * the truth above.
     */
    void sample(long step, RunModel average) {
        RunConfig config = average.config();
        LatentLayout latents = average.codec().layout();
        int given = Math.min(config.sampling().given(), latents.pictures(config.latentFrames() - 1));
        if (given < 1) {
            return;
        }
        List<Clip> clips = heldOut(config);
        List<Clip> continued = new Continuation(average::conditionedOn, average.codec(), config.sampling(), given)
                .of(clips, STREAMS, check);
        Score score = Score.of(clips, continued, given);
        int frames = config.training().frames() - given;
        Map<String, Double> psnr = new LinkedHashMap<>();
        psnr.put("continuation/psnr", score.model(frames));
        psnr.put("continuation/repeatLast", score.repeatLast(frames));
        metrics.log(step, psnr);

        int shown = Math.min(SHOWN_CLIPS, clips.size());
        ClipGrid grid = new ClipGrid(List.of(clips.subList(0, shown), continued.subList(0, shown)), given);
        Path file = folder.samples().resolve("step-" + step + ".gif");
        grid.write(file, average.framesPerSecond());
        metrics.image(step, "continuation/last frame", grid.image(grid.frames() - 1));
        listener.sampled(step, file, score.model(frames), score.repeatLast(frames));
    }
}
