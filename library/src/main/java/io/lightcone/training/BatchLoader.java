// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.data.ClipDataset;
import io.lightcone.run.LoopConfig;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Timeline;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Loads the batch of the next step while the current one is being computed. Which clips a step sees, and how long they
 * are, depends on the seed and the step alone, so a resumed run sees what it would have seen.
 */
final class BatchLoader implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 100;

    private final ClipDataset data;
    private final LoopConfig training;
    private final RandomStreams streams;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "batch loader");
        thread.setDaemon(true);
        return thread;
    });
    private Future<Batch> next;

    /** Starts to load the batch of step {@code firstStep}. */
    BatchLoader(ClipDataset data, LoopConfig training, long firstStep) {
        this.data = data;
        this.training = training;
        this.streams = new RandomStreams(training.seed());
        this.next = thread.submit(() -> load(firstStep));
    }

    private Batch load(long step) {
        int frames = training.framesOf(step);
        List<Clip> clips = new ArrayList<>(training.batch());
        for (int item = 0; item < training.batch(); item++) {
            try (Timeline.Span span = Timeline.span("reading a clip", item)) {
                clips.add(data.training(streams.numbers("training clip", step, item), frames));
            }
        }
        return new Batch(step, clips);
    }

    /**
     * Returns the batch of the next step, or nothing if the run is stopped before the batch is loaded: data may have to
     * be decoded anew, or lie on a drive that does not answer.
     *
     * @param stopped returns whether the batch is no longer wanted
     */
    Optional<Batch> next(BooleanSupplier stopped) throws InterruptedException {
        try (Timeline.Span span = Timeline.span("waiting for data")) {
            while (!stopped.getAsBoolean()) {
                try {
                    Batch batch = next.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                    next = thread.submit(Timeline.carried("loading a batch", () -> load(batch.step() + 1)));
                    return Optional.of(batch);
                } catch (TimeoutException e) {
                    // Ask again whether it is still wanted.
                }
            }
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Cancels the batch in progress without interrupting it: an interrupt would close the files that it reads from. */
    @Override
    public void close() {
        next.cancel(false);
        thread.shutdown();
    }
}
