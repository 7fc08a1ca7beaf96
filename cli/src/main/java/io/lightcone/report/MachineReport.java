// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.run.Machine;
import io.lightcone.tensor.Precision;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows how fast a machine computes, and what follows from it. */
public final class MachineReport {
    private record MachineJson(
            String processor,
            int threads,
            String libtorch,
            double float32,
            double bfloat16,
            Precision linear,
            double attentionFloat32,
            double attentionBfloat16,
            double trainingAttentionFloat32,
            double trainingAttentionBfloat16,
            long oneThreadBelow,
            long workersBelow) {}

    private MachineReport() {}

    /** Prints the machine as a table for people. */
    public static void print(Machine machine, PrintWriter out) {
        TextTable table = new TextTable();
        table.row("processor  " + machine.processor());
        table.row("threads    " + machine.threads());
        table.row("libtorch   " + machine.libtorch());
        table.row(format(
                "products   %.0f GFLOP/s in float32, %.0f in bfloat16: training.linear=auto is %s",
                machine.float32(), machine.bfloat16(), EnumNames.of(machine.linear())));
        table.row(format(
                "attention  %.0f GFLOP/s in float32, %.0f in bfloat16: sampling.memory.precision=auto is %s",
                machine.attentionFloat32(),
                machine.attentionBfloat16(),
                EnumNames.of(machine.whereProductsAre(machine.cached()))));
        table.row(format(
                "           %.0f and %.0f in training: training.attentionType=auto is %s",
                machine.trainingAttentionFloat32(),
                machine.trainingAttentionBfloat16(),
                EnumNames.of(machine.whereProductsAre(machine.trainingAttention()))));
        table.row("training   " + training(machine));
        table.row("frames     " + frames(machine));
        table.print(out);
    }

    private static String frames(Machine machine) {
        if (machine.threads() == 1) {
            return "by one thread, the only one";
        }
        return machine.splitFrom() == Machine.NEVER
                ? "by one thread: all together were not faster with any model that was tried"
                : format(
                        "by one thread, or by all if an operation has %s multiply-adds or more",
                        Units.count(machine.splitFrom()));
    }

    private static String training(Machine machine) {
        if (machine.threads() == 1) {
            return "by one worker with the only thread";
        }
        return machine.splitTrainingFrom() == Machine.NEVER
                ? "by a worker on each thread: one with all threads was not faster with a layer of width 768"
                : format(
                        "by a worker on each thread, or by one with all threads if an operation has %s multiply-adds or"
                                + " more",
                        Units.count(machine.splitTrainingFrom()));
    }

    /** Returns the machine as JSON. */
    public static String json(Machine machine) {
        return JsonOutput.of(new MachineJson(
                machine.processor(),
                machine.threads(),
                machine.libtorch(),
                machine.float32(),
                machine.bfloat16(),
                machine.linear(),
                machine.attentionFloat32(),
                machine.attentionBfloat16(),
                machine.trainingAttentionFloat32(),
                machine.trainingAttentionBfloat16(),
                machine.splitFrom(),
                machine.splitTrainingFrom()));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
