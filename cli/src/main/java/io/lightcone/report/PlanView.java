// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.SamplingConfig.Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A denoising plan to look at.
 *
 * @param order by name; what it comes to is in the plan
 * @param contextLevel at which given and finished frames are shown to the network
 */
public record PlanView(Order order, DenoisingPlan plan, double contextLevel) {
    /** What a frame does in a call of the network. */
    enum State {
        /** It came with the task. */
        GIVEN,
        /** All its updates were done in earlier calls. */
        FINISHED,
        /** The call updates it. */
        IN_WORK,
        /** It is noise. */
        NOT_BEGUN
    }

    State state(long row, int frame) {
        if (frame < plan.prefix()) {
            return State.GIVEN;
        }
        if (plan.updates(row, frame)) {
            return State.IN_WORK;
        }
        return plan.done(row, frame) == 0 ? State.NOT_BEGUN : State.FINISHED;
    }

    /** In words. */
    String title() {
        String name = switch (order) {
            case AD -> "AD";
            case SYNCHRONOUS -> "Synchronous";
            case FRAME_BY_FRAME -> plan.block() == 1 ? "Frame by frame" : "Block by block";
        };
        String given = plan.prefix() == 0 ? "" : ", the first " + plan.prefix() + " given";
        String blocks = plan.block() == 1 ? "" : ", blocks of " + plan.block();
        return name + ": " + Units.counted(plan.frames(), "frame") + given + ", " + Units.counted(plan.steps(), "step")
                + " each, gap " + plan.gap() + blocks;
    }

    /** What it takes. */
    String cost() {
        return Units.counted(plan.rows(), "call") + " of the network, at most " + Units.counted(plan.inWork(), "frame")
                + " in work at once";
    }

    public Json json() {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (DenoisingPlan.Row row : plan) {
            rows.add(json(row));
        }
        return new Json()
                .put("plan", EnumNames.of(order))
                .put("frames", plan.frames())
                .put("prefix", plan.prefix())
                .put("steps", plan.steps())
                .put("gap", plan.gap())
                .put("block", plan.block())
                .put("contextLevel", contextLevel)
                .put("calls", plan.rows())
                .put("inWork", plan.inWork())
                .put("rows", rows);
    }

    private Map<String, @Nullable Object> json(DenoisingPlan.Row row) {
        int[] done = new int[plan.frames()];
        Arrays.setAll(done, f -> plan.done(row.number(), f));
        double[] shown = new double[plan.frames()];
        Arrays.fill(shown, 0, row.first(), contextLevel);
        System.arraycopy(row.from(), 0, shown, row.first(), row.count());
        Arrays.fill(shown, row.first() + row.count(), shown.length, 1);
        return new Json()
                .put("row", row.number())
                .put("done", done)
                .put("shown", shown)
                .map();
    }
}
