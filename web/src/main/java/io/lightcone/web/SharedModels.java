// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.UserException;
import io.lightcone.live.LiveModel;
import io.lightcone.live.LiveOptions;
import io.lightcone.tensor.Libtorch;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The models of a run that plays share: that of the newest checkpoint, and older ones as long as a play has not moved
 * on. Safe for several threads.
 */
final class SharedModels implements AutoCloseable {
    private static final long LOOK_AFTER = TimeUnit.SECONDS.toNanos(2);

    private final Path run;
    private final LiveOptions options;
    private final int threads;
    private volatile @Nullable Shared newest;
    private long looked = System.nanoTime();
    private boolean closed;

    /** Names a run, without reading anything of it. */
    SharedModels(Path run, LiveOptions options, int threads) {
        this.run = run;
        this.options = options;
        this.threads = threads;
    }

    /** Returns the models of the same run for plays that show a class; they are loaded by themselves. */
    SharedModels withClass(String name) {
        return new SharedModels(run, options.withClass(name), threads);
    }

    /** A model with the number of those who use it, which is closed after the last of them; guarded by the owner. */
    private static final class Shared {
        private final LiveModel model;
        private int users;
        private boolean outdated;

        Shared(LiveModel model) {
            this.model = model;
        }

        void closeIfUnused() {
            if (users == 0 && outdated) {
                model.close();
            }
        }
    }

    /** The right to use a model, until it is closed. */
    final class Lease implements AutoCloseable {
        private final Shared shared;

        private Lease(Shared shared) {
            this.shared = shared;
            shared.users++;
        }

        LiveModel model() {
            return shared.model;
        }

        @Override
        public void close() {
            synchronized (SharedModels.this) {
                shared.users--;
                shared.closeIfUnused();
            }
        }
    }

    LiveOptions options() {
        return options;
    }

    /** Returns whether a model is loaded; it never waits for one that is being loaded. */
    boolean loaded() {
        return newest != null;
    }

    /**
     * Loads the newest model, if it is not loaded.
     *
     * @throws UserException if it cannot be loaded
     */
    synchronized void load() {
        if (closed) {
            throw new UserException("the server has ended");
        }
        if (newest == null) {
            Libtorch.start(threads);
            newest = new Shared(LiveModel.open(run, options));
        }
    }

    /**
     * Returns the newest model, for the caller to close.
     *
     * @throws UserException if it cannot be loaded
     */
    synchronized Lease take() {
        load();
        if (newest == null) {
            throw new IllegalStateException("a loaded model is there");
        }
        return new Lease(newest);
    }

    /** Returns whether there is a newer model by now; it looks at the folder of the run every few seconds. */
    synchronized boolean isNewer(Lease lease) {
        Shared known = newest;
        if (known != null && System.nanoTime() - looked > LOOK_AFTER) {
            renew(known);
            looked = System.nanoTime();
        }
        return lease.shared != newest;
    }

    /** Loads the model of a newer checkpoint if there is one; if it cannot be loaded, the one before stays. */
    private void renew(Shared known) {
        try {
            if (known.model.isOutdated()) {
                newest = new Shared(LiveModel.open(run, options));
                known.outdated = true;
                known.closeIfUnused();
            }
        } catch (UserException e) {
            // The folder is gone, or the checkpoint is: the next look may find one.
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (newest != null) {
            newest.outdated = true;
            newest.closeIfUnused();
            newest = null;
        }
    }
}
