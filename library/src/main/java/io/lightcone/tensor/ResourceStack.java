// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Things that are closed together, the newest first. It keeps a constructor that fails halfway from leaving native memory
 * behind that nobody can free any more:
 *
 * <pre>
 * Model(...) {
 *     try (ResourceStack made = new ResourceStack()) {
 *         this.weights = made.add(new Weights(...));
 *         this.tables = made.add(new Tables(...));   // if this throws, the weights are closed
 *         made.keep();                               // nothing was thrown: all of it is this object's
 *     }
 * }
 * </pre>
 */
public final class ResourceStack implements AutoCloseable {
    private final Deque<AutoCloseable> things = new ArrayDeque<>();

    /** Takes over {@code thing} and returns it. */
    public <T extends AutoCloseable> T add(T thing) {
        things.addFirst(thing);
        return thing;
    }

    /** Lets go of all things so far, which are somebody else's from now on. */
    public void keep() {
        things.clear();
    }

    /** Closes all things, each of them even if another cannot be closed. */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!things.isEmpty()) {
            try {
                things.removeFirst().close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
