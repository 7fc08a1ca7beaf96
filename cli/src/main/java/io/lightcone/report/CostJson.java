// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.attention.Grid;
import io.lightcone.model.BranchCost;
import io.lightcone.model.CacheBytes;
import io.lightcone.model.LayerCost;
import io.lightcone.model.ModelCost;
import io.lightcone.model.PaperCost;
import io.lightcone.model.TrainingMemory;
import io.lightcone.model.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of counted costs: whole numbers of multiply-adds and bytes, of one clip forwards. */
public final class CostJson {
    private CostJson() {}

    private record CostReportJson(
            String preset,
            CostClipJson clip,
            int batch,
            int linearBytes,
            int draws,
            int workers,
            int accumulate,
            boolean recompute,
            int trainingFrames,
            ModelCostJson model,
            ModelCostJson dense,
            RatiosJson denseOverModel) {}

    private record CostClipJson(int frames, int height, int width, int rows, int columns, long tokens) {
        static CostClipJson of(CostReport report) {
            Grid clip = report.model().clip();
            return new CostClipJson(
                    report.size().frames(),
                    report.size().height(),
                    report.size().width(),
                    clip.height(),
                    clip.width(),
                    clip.tokens());
        }
    }

    private record ModelCostJson(
            WorkJson total,
            WorkJson projections,
            AttentionCostJson attention,
            WorkJson feedForward,
            WorkJson embedding,
            WorkJson output,
            List<LayerCostJson> layers,
            TrainingMemoryJson training,
            CacheJson cache,
            @Nullable PaperJson paper) {
        static ModelCostJson of(ModelCost cost, TrainingMemory training) {
            return new ModelCostJson(
                    WorkJson.of(cost.total()),
                    WorkJson.of(cost.projections()),
                    new AttentionCostJson(cost.attentionUseful(), cost.attentionDone(), cost.attentionBytes()),
                    WorkJson.of(cost.feedForward()),
                    WorkJson.of(cost.embedding()),
                    WorkJson.of(cost.output()),
                    cost.layers().stream().map(LayerCostJson::of).toList(),
                    TrainingMemoryJson.of(training),
                    CacheJson.of(cost.cache()),
                    PaperJson.of(cost.paper()));
        }
    }

    private record LayerCostJson(
            int layer,
            WorkJson total,
            WorkJson projections,
            AttentionCostJson attention,
            WorkJson feedForward,
            WorkJson conditioning,
            long activationBytes,
            CacheJson cache,
            List<BranchCostJson> branches,
            @Nullable PaperJson paper) {
        static LayerCostJson of(LayerCost layer) {
            return new LayerCostJson(
                    layer.layer(),
                    WorkJson.of(layer.total()),
                    WorkJson.of(layer.projections()),
                    new AttentionCostJson(layer.attentionUseful(), layer.attentionDone(), layer.attentionBytes()),
                    WorkJson.of(layer.feedForward()),
                    WorkJson.of(layer.conditioning()),
                    layer.keptBytes(),
                    CacheJson.of(layer.cache()),
                    layer.branches().stream().map(BranchCostJson::of).toList(),
                    PaperJson.of(layer.paper()));
        }
    }

    private record BranchCostJson(
            String summary,
            int down,
            long tokens,
            WorkJson projections,
            AttentionCostJson attention,
            long activationBytes,
            CacheJson cache) {
        static BranchCostJson of(BranchCost branch) {
            return new BranchCostJson(
                    branch.summary(),
                    branch.down(),
                    branch.tokens(),
                    WorkJson.of(branch.projections()),
                    new AttentionCostJson(branch.attentionUseful(), branch.attentionDone(), branch.attentionBytes()),
                    branch.keptBytes(),
                    CacheJson.of(branch.cache()));
        }
    }

    private record WorkJson(long parameters, long multiplyAdds, long bytes) {
        static WorkJson of(Work work) {
            return new WorkJson(work.parameters(), work.multiplyAdds(), work.bytes());
        }
    }

    private record AttentionCostJson(long multiplyAddsUseful, long multiplyAddsDone, long bytes) {}

    private record CacheJson(
            long bytesOfFrame,
            double growthPerFrame,
            long heldAfterClip,
            @Nullable Long cap) {
        static CacheJson of(CacheBytes cache) {
            return new CacheJson(cache.frame(), cache.growth(), cache.held(), cache.cap());
        }
    }

    private record PaperJson(FormJson asPrinted, FormJson repaired, FormJson exact) {
        static @Nullable PaperJson of(@Nullable PaperCost paper) {
            return paper == null
                    ? null
                    : new PaperJson(
                            FormJson.of(paper.printed()), FormJson.of(paper.repaired()), FormJson.of(paper.exact()));
        }
    }

    private record FormJson(long dense, long high, long low) {
        static FormJson of(PaperCost.Form form) {
            return new FormJson(Math.round(form.dense()), Math.round(form.high()), Math.round(form.low()));
        }
    }

    /** The costs of the dense twin divided by those of the model, null where the model's are 0. */
    private record RatiosJson(
            @Nullable Double multiplyAdds,
            @Nullable Double attentionUseful,
            @Nullable Double attentionDone,
            @Nullable Double attentionWithProjections,
            @Nullable Double bytes,
            @Nullable Double parameters,
            @Nullable Double trainingBytes,
            @Nullable Double cacheHeldAfterClip) {
        static RatiosJson of(CostReport report) {
            ModelCost model = report.model();
            ModelCost dense = report.dense();
            return new RatiosJson(
                    ratio(dense.total().multiplyAdds(), model.total().multiplyAdds()),
                    ratio(dense.attentionUseful(), model.attentionUseful()),
                    ratio(dense.attentionDone(), model.attentionDone()),
                    ratio(
                            dense.attentionUseful() + dense.projections().multiplyAdds(),
                            model.attentionUseful() + model.projections().multiplyAdds()),
                    ratio(dense.total().bytes(), model.total().bytes()),
                    ratio(dense.total().parameters(), model.total().parameters()),
                    ratio(report.denseTraining().total(), report.training().total()),
                    ratio(dense.cache().held(), model.cache().held()));
        }

        private static @Nullable Double ratio(long dense, long model) {
            return model == 0 ? null : (Double) ((double) dense / model);
        }
    }

    /** Returns all counts of {@code report} as JSON. */
    public static String of(CostReport report) {
        return JsonOutput.of(new CostReportJson(
                report.config().preset(),
                CostClipJson.of(report),
                report.batch(),
                report.linearBytes(),
                report.draws(),
                report.workers(),
                report.config().training().accumulate(),
                report.config().training().recompute(),
                report.trainedFrames(),
                ModelCostJson.of(report.model(), report.training()),
                ModelCostJson.of(report.dense(), report.denseTraining()),
                RatiosJson.of(report)));
    }
}
