// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.data.ClipDataset;
import io.lightcone.run.MetricsLog;
import io.lightcone.run.ReportConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a run is learning, a model or a codec, as the loop sees it: the step, and what is made of its weights as
 * training goes.
 */
interface Learning {
    /** Returns the step that learns; whoever created it closes it. */
    TrainingStep step();

    /** Returns the identity of the codec whose latents are learned. */
    String codec();

    /** Writes into the folder of a new run what the run shall keep, before its first checkpoint. */
    default void begin(RunFolder folder) {}

    /** Measures the moving average of the weights on held-out clips, and writes the results to the metrics. */
    void validate(Report report);

    /** Writes a video of what the moving average of the weights makes of held-out clips into the run's samples. */
    void sample(Report report);

    /** Writes what a run shall have beside its checkpoints, the newest of which is of this step and on the disk. */
    default void publish(RunFolder folder) {}

    /**
     * Where an evaluation finds its clips and reports to. Clips and noise are the same each time, whatever the seed of
     * the run, so that results compare along a run and between runs.
     *
     * @param step steps done
     * @param check called between any two long computations; what it throws ends the evaluation
     */
    record Report(
            long step,
            RunFolder folder,
            ClipDataset data,
            MetricsLog metrics,
            TrainingListener listener,
            Runnable check) {
        /** The number of clips that a video of samples shows. */
        static final int SHOWN_CLIPS = 6;

        /** Returns the clips to validate on. */
        List<Clip> heldOut(ReportConfig reports) {
            return IntStream.range(0, reports.validationClips())
                    .mapToObj(data::heldOut)
                    .toList();
        }

        /** Returns the file for a video of samples. */
        Path video() {
            return folder.samples().resolve("step-" + step + ".gif");
        }
    }
}
