// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.diffusion.DenoisingPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A denoising plan to look at.
 *
 * @param name of the order
 * @param contextLevel at which given and finished frames are shown to the network
 */
record PlanView(String name, DenoisingPlan plan, double contextLevel) {
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
        String given = plan.prefix() == 0 ? "" : ", the first " + plan.prefix() + " given";
        String blocks = plan.block() == 1 ? "" : ", blocks of " + plan.block();
        return String.format(
                Locale.ROOT,
                "%s: %,d frames%s, %,d steps each, gap %,d%s",
                name,
                plan.frames(),
                given,
                plan.steps(),
                plan.gap(),
                blocks);
    }

    /** What it takes. */
    String cost() {
        return String.format(
                Locale.ROOT,
                "%,d calls of the network, at most %,d %s in work at once",
                plan.rows(),
                plan.inWork(),
                plan.inWork() == 1 ? "frame" : "frames");
    }

    Json json() {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (DenoisingPlan.Row row : plan) {
            rows.add(json(row));
        }
        return new Json()
                .put("plan", name)
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
