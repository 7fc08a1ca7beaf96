// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Closes several resources together, the newest first. It keeps a constructor that fails halfway from leaving native
 * memory behind that nobody can free any more:
 *
 * <pre>
 * Model(...) {
 *     try (ResourceStack created = new ResourceStack()) {
 *         this.weights = created.add(new Weights(...));
 *         this.tables = created.add(new Tables(...)); // if this throws, the weights are closed
 *         created.keep();                             // nothing was thrown: all of it is this object's
 *     }
 * }
 * </pre>
 */
public final class ResourceStack implements AutoCloseable {
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    /** Adds a resource, which this stack closes from now on, and returns it. */
    public <T extends AutoCloseable> T add(T resource) {
        resources.addFirst(resource);
        return resource;
    }

    /** Releases all resources added so far without closing them: somebody else owns them from now on. */
    public void keep() {
        resources.clear();
    }

    /** Closes all resources, each of them even if another cannot be closed. */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!resources.isEmpty()) {
            try {
                resources.removeFirst().close();
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
