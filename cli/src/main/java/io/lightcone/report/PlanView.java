// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.SamplingConfig.DenoisingOrder;

/**
 * A denoising plan with what figures and texts say about it.
 *
 * @param order name of the order; what it comes to is in the plan
 * @param contextLevel noise level at which given and finished frames are shown to the network
 */
public record PlanView(DenoisingOrder order, DenoisingPlan plan, double contextLevel) {
    /** The state of a frame in a call of the network. */
    enum State {
        /** The frame came with the task. */
        GIVEN,
        /** All updates of the frame were done in earlier calls. */
        FINISHED,
        /** The call updates the frame. */
        IN_WORK,
        /** The frame is noise. */
        NOT_BEGUN
    }

    /** Returns what {@code frame} is doing in call number {@code row}. */
    State state(long row, int frame) {
        if (frame < plan.prefix()) {
            return State.GIVEN;
        }
        if (plan.updates(row, frame)) {
            return State.IN_WORK;
        }
        return plan.done(row, frame) == 0 ? State.NOT_BEGUN : State.FINISHED;
    }

    /** Says in words which frames are generated in which order. */
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

    /** Says in words how many calls the plan takes, and how many frames are in work at once. */
    String cost() {
        return Units.counted(plan.rows(), "call") + " of the network, at most " + Units.counted(plan.inWork(), "frame")
                + " in work at once";
    }
}
