// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.model.BranchCost;
import io.lightcone.model.CacheBytes;
import io.lightcone.model.LayerCost;
import io.lightcone.model.ModelCost;
import io.lightcone.model.ModelCost.TrainingMemory;
import io.lightcone.model.PaperCost;
import io.lightcone.model.Work;
import org.jspecify.annotations.Nullable;

/** What {@code cost --json} prints: whole numbers of multiply-adds and bytes, of one clip forwards. */
public final class CostJson {
    private CostJson() {}

    public static Json of(CostReport report) {
        ModelCost model = report.model();
        ModelCost dense = report.dense();
        Json clip = new Json()
                .put("frames", report.size().frames())
                .put("height", report.size().height())
                .put("width", report.size().width())
                .put("rows", model.clip().rows())
                .put("columns", model.clip().columns())
                .put("tokens", model.clip().tokens());
        return new Json()
                .put("preset", report.config().preset())
                .put("clip", clip)
                .put("batch", report.batch())
                .put("linearBytes", report.linearBytes())
                .put("draws", report.draws())
                .put("model", model(model, report))
                .put("dense", model(dense, report))
                .put("denseOverModel", ratios(dense, model, report));
    }

    private static Json model(ModelCost cost, CostReport report) {
        return new Json()
                .put("total", work(cost.total()))
                .put("projections", work(cost.projections()))
                .put("attention", attention(cost.attentionUseful(), cost.attentionDone(), cost.attentionBytes()))
                .put("feedForward", work(cost.feedForward()))
                .put("embedding", work(cost.embedding()))
                .put("output", work(cost.output()))
                .put(
                        "layers",
                        cost.layers().stream().map(layer -> layer(layer).map()).toList())
                .put("training", training(report.training(cost)))
                .put("cache", cache(cost.cache()))
                .put("paper", paper(cost.paper()));
    }

    private static Json layer(LayerCost layer) {
        return new Json()
                .put("layer", layer.layer())
                .put("total", work(layer.total()))
                .put("projections", work(layer.projections()))
                .put("attention", attention(layer.attentionUseful(), layer.attentionDone(), layer.attentionBytes()))
                .put("feedForward", work(layer.feedForward()))
                .put("conditioning", work(layer.conditioning()))
                .put("activationBytes", layer.keptBytes())
                .put("cache", cache(layer.cache()))
                .put(
                        "branches",
                        layer.branches().stream()
                                .map(branch -> branch(branch).map())
                                .toList())
                .put("paper", paper(layer.paper()));
    }

    private static Json branch(BranchCost branch) {
        return new Json()
                .put("summary", branch.summary())
                .put("down", branch.down())
                .put("tokens", branch.tokens())
                .put("projections", work(branch.projections()))
                .put("attention", attention(branch.attentionUseful(), branch.attentionDone(), branch.attentionBytes()))
                .put("activationBytes", branch.keptBytes())
                .put("cache", cache(branch.cache()));
    }

    private static Json work(Work work) {
        return new Json()
                .put("parameters", work.parameters())
                .put("multiplyAdds", work.multiplyAdds())
                .put("bytes", work.bytes());
    }

    private static Json attention(long useful, long done, long bytes) {
        return new Json()
                .put("multiplyAddsUseful", useful)
                .put("multiplyAddsDone", done)
                .put("bytes", bytes);
    }

    private static Json training(TrainingMemory memory) {
        return new Json()
                .put("totalBytes", memory.total())
                .put("weights", memory.weights())
                .put("gradients", memory.gradients())
                .put("optimizer", memory.optimizer())
                .put("average", memory.average())
                .put("activations", memory.activations());
    }

    private static Json cache(CacheBytes cache) {
        return new Json()
                .put("bytesOfFrame", cache.frame())
                .put("growthPerFrame", cache.growth())
                .put("heldAfterClip", cache.held())
                .put("cap", cache.cap());
    }

    private static @Nullable Json paper(@Nullable PaperCost paper) {
        return paper == null
                ? null
                : new Json()
                        .put("asPrinted", form(paper.printed()))
                        .put("repaired", form(paper.repaired()))
                        .put("exact", form(paper.exact()));
    }

    private static Json form(PaperCost.Form form) {
        return new Json()
                .put("dense", Math.round(form.dense()))
                .put("high", Math.round(form.high()))
                .put("low", Math.round(form.low()));
    }

    private static Json ratios(ModelCost dense, ModelCost model, CostReport report) {
        return new Json()
                .put(
                        "multiplyAdds",
                        ratio(dense.total().multiplyAdds(), model.total().multiplyAdds()))
                .put("attentionUseful", ratio(dense.attentionUseful(), model.attentionUseful()))
                .put("attentionDone", ratio(dense.attentionDone(), model.attentionDone()))
                .put(
                        "attentionWithProjections",
                        ratio(
                                dense.attentionUseful() + dense.projections().multiplyAdds(),
                                model.attentionUseful() + model.projections().multiplyAdds()))
                .put("bytes", ratio(dense.total().bytes(), model.total().bytes()))
                .put(
                        "parameters",
                        ratio(dense.total().parameters(), model.total().parameters()))
                .put(
                        "trainingBytes",
                        ratio(
                                report.training(dense).total(),
                                report.training(model).total()))
                .put(
                        "cacheHeldAfterClip",
                        ratio(dense.cache().held(), model.cache().held()));
    }

    /** Null where nothing is divided by. */
    private static @Nullable Double ratio(long dense, long model) {
        return model == 0 ? null : (Double) ((double) dense / model);
    }
}
