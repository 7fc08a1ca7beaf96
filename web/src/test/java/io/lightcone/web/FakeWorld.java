// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A world without a model: the first bytes of a picture say how many have been dreamed, after which action, with how
 * many updates and from which seed. Its frames may be let through one by one, and may be made several at a time.
 */
final class FakeWorld implements PlayWorld {
    static final int SIDE = 8;
    static final int BYTES = SIDE * SIDE * 3;
    static final List<String> ACTIONS = List.of("stay", "up", "down");

    /** Which byte of a picture says what. */
    static final int NUMBER = 0;

    static final int ACTION = 1;
    static final int STEPS = 2;
    static final int SEED = 3;

    private final String name;
    private final @Nullable Semaphore gate;
    private final int group;
    private final int steps;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private volatile boolean broken;
    private volatile CountDownLatch loaded = new CountDownLatch(0);
    private volatile boolean closed;

    private FakeWorld(String name, @Nullable Semaphore gate, int group, int steps) {
        this.name = name;
        this.gate = gate;
        this.group = group;
        this.steps = steps;
    }

    /** Returns a world whose frames come as fast as they are wanted. */
    static FakeWorld of(String name) {
        return updated(name, 4);
    }

    /** Returns a world whose frames have {@code steps} updates each unless somebody chooses another number. */
    static FakeWorld updated(String name, int steps) {
        return new FakeWorld(name, null, 1, steps);
    }

    /** Returns a world each of whose frames takes a permit. */
    static FakeWorld gated(String name, Semaphore gate) {
        return grouped(name, gate, 1);
    }

    /** Returns a world each of whose frames takes a permit, though {@code group} of them are made at once. */
    static FakeWorld grouped(String name, Semaphore gate, int group) {
        return new FakeWorld(name, gate, group, 4);
    }

    /** Makes the next frame of every dream fail. */
    void breakDown() {
        broken = true;
    }

    /** Lets plays that begin from now on wait until it is counted down, as for a model. */
    CountDownLatch hold() {
        loaded = new CountDownLatch(1);
        return loaded;
    }

    /** Returns how many dreams are open. */
    int openDreams() {
        return open.get();
    }

    /** Returns how many frames have been made. */
    int made() {
        return made.get();
    }

    boolean closed() {
        return closed;
    }

    @Override
    public WorldCard card() {
        return new WorldCard(name, "fake", SIDE, SIDE, 3, 100, ACTIONS, steps, List.of(1, 2, 4, 8), false, 7);
    }

    @Override
    public Scene begin(long seed) {
        try {
            loaded.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.incrementAndGet();
        return new Scene(new FakeDream((byte) seed), null);
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class FakeDream implements Dream {
        private final byte seed;
        private byte number;
        private byte updates = (byte) steps;
        private int waiting;
        private int applied = NO_ACTION;

        FakeDream(byte seed) {
            this.seed = seed;
        }

        private record Then(byte number, int waiting, int applied) implements Moment {
            @Override
            public long bytes() {
                return 1;
            }

            @Override
            public void close() {}
        }

        @Override
        public byte[] next(int action) {
            if (gate != null) {
                gate.acquireUninterruptibly();
            }
            if (broken) {
                throw new UserException("the fake has broken down");
            }
            made.incrementAndGet();
            if (waiting == 0) {
                waiting = group;
                applied = action == NO_ACTION ? applied : action;
            }
            waiting--;
            byte[] picture = new byte[BYTES];
            picture[NUMBER] = ++number;
            picture[ACTION] = (byte) applied;
            picture[STEPS] = updates;
            picture[SEED] = seed;
            return picture;
        }

        @Override
        public int waiting() {
            return waiting;
        }

        @Override
        public int applied(int action) {
            return applied;
        }

        @Override
        public void show(byte[] picture) {
            if (Arrays.equals(picture, new byte[BYTES])) {
                throw new UserException("the fake wants no black");
            }
            number = picture[NUMBER];
        }

        @Override
        public Moment now() {
            return new Then(number, waiting, applied);
        }

        @Override
        public void back(Moment moment) {
            Then then = (Then) moment;
            number = then.number();
            waiting = then.waiting();
            applied = then.applied();
        }

        @Override
        public void setSteps(int wanted) {
            updates = (byte) wanted;
        }

        @Override
        public long checkpoint() {
            return 7;
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
