// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.random.RandomGenerator;

/** Policies that know nothing of the world they play. */
public final class Policies {
    /** The probability that {@link #sticky} keeps its action for one more frame. */
    public static final double KEEP = 0.8;

    private Policies() {}

    /** Returns a policy that draws every action anew. */
    public static <S> Policy<S> random(World<S, ?> world, RandomGenerator random) {
        int actions = world.actions().size();
        return state -> random.nextInt(actions);
    }

    /** Returns a policy that keeps its action with the probability {@link #KEEP}, and else draws another one anew. */
    public static <S> Policy<S> sticky(World<S, ?> world, RandomGenerator random) {
        int actions = world.actions().size();
        return new Policy<>() {
            private int action = random.nextInt(actions);

            @Override
            public int act(S state) {
                if (random.nextDouble() >= KEEP) {
                    action = random.nextInt(actions);
                }
                return action;
            }
        };
    }
}
