// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.diffusion.DenoisingPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The JSON of a denoising plan: for each network call the updates done and the noise levels shown, of every frame. */
public final class PlanJson {
    private PlanJson() {}

    private record OrderJson(
            String plan,
            int frames,
            int prefix,
            int steps,
            int gap,
            int block,
            double contextLevel,
            long calls,
            int inWork,
            List<CallJson> rows) {}

    /**
     * A call of the network.
     *
     * @param done for each frame the number of its updates that are done after the call
     * @param shown for each frame the noise level at which the call shows it to the network
     */
    @SuppressWarnings("ArrayRecordComponent") // numbers by the million, which are not boxed
    private record CallJson(long row, int[] done, double[] shown) {}

    /** Returns the plan as JSON, which has a number for each call and frame. */
    public static String of(PlanView view) {
        DenoisingPlan plan = view.plan();
        List<CallJson> calls = new ArrayList<>();
        for (DenoisingPlan.Row row : plan) {
            calls.add(call(view, row));
        }
        return JsonOutput.of(new OrderJson(
                EnumNames.of(view.order()),
                plan.frames(),
                plan.prefix(),
                plan.steps(),
                plan.gap(),
                plan.block(),
                view.contextLevel(),
                plan.rows(),
                plan.inWork(),
                calls));
    }

    private static CallJson call(PlanView view, DenoisingPlan.Row row) {
        DenoisingPlan plan = view.plan();
        int[] done = new int[plan.frames()];
        Arrays.setAll(done, f -> plan.done(row.number(), f));
        double[] shown = new double[plan.frames()];
        Arrays.fill(shown, 0, row.first(), view.contextLevel());
        System.arraycopy(row.from(), 0, shown, row.first(), row.count());
        Arrays.fill(shown, row.first() + row.count(), shown.length, 1);
        return new CallJson(row.number(), done, shown);
    }
}
