// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.world.PongState;
import io.lightcone.world.PongView;
import io.lightcone.world.PongWorld;
import io.lightcone.world.World;
import java.util.List;

/** Pong whose dream is true: a simulator beside the simulator. */
final class TrueWorld implements PlayWorld {
    private final World<PongState, PongView> world = new PongWorld();

    @Override
    public WorldCard card() {
        return new WorldCard("pong", "true", 64, 64, 3, 20, world.actions(), 1, List.of(), true, -1);
    }

    @Override
    public Scene begin(long seed) {
        PongState start = world.reset(seed);
        return new Scene(new TrueDream(new Simulation<>(world, start)), new Simulation<>(world, start));
    }

    private record TrueDream(Simulation<?, ?> simulation) implements Dream {
        private record Then(Simulation.Moment moment) implements Moment {
            @Override
            public long bytes() {
                return 0;
            }

            @Override
            public void close() {}
        }

        @Override
        public byte[] next(int action) {
            return simulation.next(Math.max(0, action));
        }

        @Override
        public void show(byte[] picture) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Moment now() {
            return new Then(simulation.now());
        }

        @Override
        public void back(Moment moment) {
            simulation.back(((Then) moment).moment());
        }

        @Override
        public void setSteps(int steps) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long checkpoint() {
            return -1;
        }

        @Override
        public void close() {}
    }
}
