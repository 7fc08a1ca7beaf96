// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.attention.Grid;
import io.lightcone.model.BranchConfig;
import io.lightcone.model.BranchCost;
import io.lightcone.model.LayerCost;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.ModelCost;
import io.lightcone.model.PaperCost;
import io.lightcone.model.TrainingMemory;
import io.lightcone.model.Work;
import io.lightcone.tensor.Precision;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Prints the counted costs of a model as tables for people, in at most 100 columns. */
public final class CostTables {
    private final CostReport report;
    private final ModelCost cost;
    private final PrintWriter out;

    /** Layers that cost the same, from number {@code first} to number {@code last}. */
    private record EqualLayers(int first, int last, LayerCost layer) {
        String name() {
            return first == last ? "layer " + first : "layers " + first + "-" + last + ", each";
        }
    }

    /** Prepares the tables of a report. */
    public CostTables(CostReport report, PrintWriter out) {
        this.report = report;
        this.cost = report.model();
        this.out = out;
    }

    /** Prints all tables. */
    public void print() {
        heading();
        out.println();
        layers();
        out.println();
        memoryOfLayers();
        out.println();
        whole();
        PaperCost paper = cost.paper();
        if (paper != null) {
            out.println();
            paper(paper);
        }
    }

    private void heading() {
        ModelConfig model = report.config().model();
        Grid clip = cost.clip();
        out.println(String.format(
                Locale.ROOT,
                "%s on %d frames of %dx%d pixels: %dx%dx%d = %,d tokens, width %d, %d layers",
                report.config().preset(),
                clip.frames(),
                report.size().width(),
                report.size().height(),
                clip.frames(),
                clip.height(),
                clip.width(),
                clip.tokens(),
                model.width(),
                model.depth()));
        for (int b = 0; b < model.branches().size(); b++) {
            BranchConfig branch = model.branches().get(b);
            out.println("  branch " + b + ": " + branch.summary());
        }
        if (model.temporalEvery() > 1) {
            out.println(
                    "  of every " + model.temporalEvery() + (model.separable() ? " layers of the encoder" : " layers")
                            + " the last sees past frames; the others see their own frame alone");
        }
        out.println();
        out.println("Multiply-adds of one clip, forwards (backwards takes twice as many). Attention counts the pairs");
        out.println("that the definition asks for; in brackets those that are computed, masked ones included.");
    }

    private void layers() {
        TextTable table = new TextTable()
                .row("", "averaged", "projections", "attention", "(done)", "feed-forward", "other", "sum");
        for (EqualLayers equal : equalLayers()) {
            LayerCost layer = equal.layer();
            table.row(
                    equal.name(),
                    "",
                    macs(layer.projections()),
                    Units.count(layer.attentionUseful()),
                    done(layer.attentionDone()),
                    macs(layer.feedForward()),
                    macs(layer.conditioning()),
                    macs(layer.total()));
            for (int b = 0; b < layer.branches().size(); b++) {
                BranchCost branch = layer.branches().get(b);
                table.row(
                        "  branch " + b,
                        branch.down() == 1 ? "no" : branch.down() + "x" + branch.down(),
                        macs(branch.projections()),
                        Units.count(branch.attentionUseful()),
                        done(branch.attentionDone()));
            }
        }
        ends(table);
        table.print(out);
    }

    private void ends(TextTable table) {
        table.row("embedding", "", "", "", "", "", macs(cost.embedding()), macs(cost.embedding()));
        table.row("output", "", "", "", "", "", macs(cost.output()), macs(cost.output()));
        table.row(
                "all",
                "",
                macs(cost.projections()),
                Units.count(cost.attentionUseful()),
                done(cost.attentionDone()),
                macs(cost.feedForward()),
                macs(cost.rest()),
                macs(cost.total()));
    }

    private List<EqualLayers> equalLayers() {
        List<EqualLayers> equalLayers = new ArrayList<>();
        for (LayerCost layer : cost.layers()) {
            EqualLayers last = equalLayers.isEmpty() ? null : equalLayers.get(equalLayers.size() - 1);
            if (last != null && last.layer().numbered(0).equals(layer.numbered(0))) {
                equalLayers.set(equalLayers.size() - 1, new EqualLayers(last.first(), layer.layer(), layer));
            } else {
                equalLayers.add(new EqualLayers(layer.layer(), layer.layer(), layer));
            }
        }
        return equalLayers;
    }

    private static String macs(Work work) {
        return Units.count(work.multiplyAdds());
    }

    private static String done(long multiplyAdds) {
        return "(" + Units.count(multiplyAdds) + ")";
    }

    private void memoryOfLayers() {
        out.println("Bytes that one clip reads and writes at least, forwards; and bytes that stay in memory: for the");
        out.println("backward pass of one clip, and for each cached frame when frames are made one after another.");
        if (report.config().training().linear() == Precision.AUTO) {
            out.println("Large products count as float32: with training.linear=auto the machine would decide.");
        }
        TextTable table = new TextTable()
                .row("", "projections", "attention", "feed-fwd", "other", "parameters", "backward", "cached");
        for (EqualLayers equal : equalLayers()) {
            LayerCost layer = equal.layer();
            table.row(
                    equal.name(),
                    Units.bytes(layer.projections().bytes()),
                    Units.bytes(layer.attentionBytes()),
                    Units.bytes(layer.feedForward().bytes()),
                    Units.bytes(layer.conditioning().bytes()),
                    Units.count(layer.total().parameters()),
                    Units.bytes(layer.keptBytes()),
                    Units.bytes(layer.cache().frame()));
        }
        table.row(
                "all",
                Units.bytes(cost.projections().bytes()),
                Units.bytes(cost.attentionBytes()),
                Units.bytes(cost.feedForward().bytes()),
                Units.bytes(cost.rest().bytes()),
                Units.count(cost.total().parameters()),
                Units.bytes(cost.training(1).activations()),
                Units.bytes(cost.cache().frame()));
        table.print(out);
    }

    /** Prints the costs of the whole model beside those of its dense twin. */
    private void whole() {
        TextTable table = new TextTable();
        if (report.isDense()) {
            table.row("The whole model", "");
        } else {
            table.row("The whole model", "this", "dense twin", "dense/this");
        }
        counts(table, "multiply-adds", model -> model.total().multiplyAdds());
        counts(
                table,
                "  attention with projections",
                model -> model.projections().multiplyAdds() + model.attentionUseful());
        counts(table, "  attention", ModelCost::attentionUseful);
        counts(table, "  attention done", ModelCost::attentionDone);
        bytes(table, "bytes read and written", model -> model.total().bytes());
        counts(table, "parameters", model -> model.total().parameters());
        memory(table, "memory of training, batch " + report.batch() + stepInWords(), TrainingMemory::total);
        memory(table, "  weights", TrainingMemory::weights);
        memory(table, "  gradients", TrainingMemory::gradients);
        memory(table, "  optimiser", TrainingMemory::optimizer);
        memory(table, "  moving average", TrainingMemory::average);
        memory(table, "  activations, estimated", TrainingMemory::activations);
        memory(table, "  scratch, estimated", TrainingMemory::scratch);
        bytes(table, "cache: keys and values of a frame", model -> model.cache().frame());
        bytes(table, "  a further frame adds", model -> Math.round(model.cache().growth()));
        bytes(
                table,
                "  after " + cost.clip().frames() + " frames",
                model -> model.cache().held());
        caps(table);
        table.print(out);
    }

    /** Returns what is special about a training step, such as ", 2 workers". */
    private String stepInWords() {
        int parts = report.config().training().accumulate();
        int frames = report.trainedFrames();
        return (frames == report.size().frames() ? "" : " of " + frames + " frames")
                + (report.draws() == 1 ? "" : ", " + report.draws() + " draws")
                + (report.workers() == 1 ? "" : ", " + report.workers() + " workers")
                + (parts == 1 ? "" : ", " + parts + " parts")
                + (report.config().training().recompute() ? ", recomputed" : "");
    }

    private void counts(TextTable table, String name, ToLongFunction<ModelCost> value) {
        long own = value.applyAsLong(cost);
        long dense = value.applyAsLong(report.dense());
        row(table, name, Units.count(own), Units.count(dense), Units.ratio(dense, own));
    }

    private void bytes(TextTable table, String name, ToLongFunction<ModelCost> value) {
        long own = value.applyAsLong(cost);
        long dense = value.applyAsLong(report.dense());
        row(table, name, Units.bytes(own), Units.bytes(dense), Units.ratio(dense, own));
    }

    private void memory(TextTable table, String name, ToLongFunction<TrainingMemory> value) {
        long own = value.applyAsLong(report.training());
        long dense = value.applyAsLong(report.denseTraining());
        row(table, name, Units.bytes(own), Units.bytes(dense), Units.ratio(dense, own));
    }

    private void caps(TextTable table) {
        row(table, "  at most", cap(cost), cap(report.dense()), "");
    }

    private static String cap(ModelCost model) {
        Long cap = model.cache().cap();
        return cap == null ? "no limit" : Units.bytes(cap);
    }

    private void row(TextTable table, String name, String own, String dense, String ratio) {
        if (report.isDense()) {
            table.row(name, own);
        } else {
            table.row(name, own, dense, ratio);
        }
    }

    private void paper(PaperCost paper) {
        out.println("Closed forms of MSC (arXiv 2412.09828) for all layers: projections and attention");
        new TextTable()
                .row("", "dense", "high", "low", "")
                .row(cells("as printed, units mixed", paper.printed()))
                .row(cells("repaired, multiply-adds", paper.repaired()))
                .row(cells("counted exactly", paper.exact()))
                .print(out);
    }

    private static String[] cells(String name, PaperCost.Form form) {
        return new String[] {name, Units.count(form.dense()), Units.count(form.high()), Units.count(form.low())};
    }
}
