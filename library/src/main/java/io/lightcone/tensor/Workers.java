// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Runs work side by side on threads that stay, each of which computes with libtorch on threads of its own. libtorch
 * splits every single operation over the threads of its caller, which must then meet at the end of each; workers meet
 * only at the end of each {@link #run}, so a core that another program takes away for a moment holds nobody up in
 * between.
 *
 * <p>Threads of workers do not keep a program from ending. One thread at a time uses the workers.
 */
public final class Workers implements AutoCloseable {
    static {
        NativeMemory.allow();
    }

    /** Stands for the threads of the calling thread, which is then the only worker. */
    private static final int OF_CALLER = 0;

    private final int count;
    private final List<ExecutorService> threads = new ArrayList<>();

    private Workers(int count, int inner) {
        this.count = count;
        try (ResourceStack created = new ResourceStack()) {
            created.add(this);
            int before = torch.get_num_threads();
            for (int i = 0; inner != OF_CALLER && i < count; i++) {
                start("lightcone-worker-" + (i + 1), inner);
            }
            Libtorch.setThreads(before); // what libtorch gives to threads that come later
            created.keep();
        }
    }

    /** Starts a thread at once, so that none can fail to start when others are at work already. */
    private void start(String name, int inner) {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
        threads.add(thread);
        throwFirst(failures(List.of(thread.submit(() -> Libtorch.setThreads(inner)))));
    }

    /** Returns the calling thread as the only worker, with all threads that libtorch gives it. */
    public static Workers alone() {
        return new Workers(1, OF_CALLER);
    }

    /** Returns so many workers, over whose {@code inner} threads each libtorch splits an operation. */
    public static Workers of(int count, int inner) {
        if (count < 1 || inner < 1) {
            throw new IllegalArgumentException("there must be workers with threads, not " + count + " with " + inner);
        }
        return new Workers(count, inner);
    }

    /**
     * Returns workers that share the threads of the calling thread evenly.
     *
     * @param count number of workers, or 0 for one on each of those threads
     * @param most what is to be done falls into at most so many parts, so that more workers would have nothing to do
     * @param device with another one than a CPU there is one worker: the operations of all would wait in one queue
     */
    public static Workers sharing(int count, int most, Device device) {
        int workers = count(count, most, device);
        return workers == 1 ? alone() : of(workers, Math.max(1, torch.get_num_threads() / workers));
    }

    /** Returns so many workers that share the threads of the calling thread evenly; see above. */
    public static Workers sharing(int count, Device device) {
        return sharing(count, count, device);
    }

    /** Returns how many workers {@link #sharing} makes. */
    public static int count(int count, int most, Device device) {
        return device.is_cpu() ? Math.min(count == 0 ? torch.get_num_threads() : count, most) : 1;
    }

    /** Returns the number of workers. */
    public int count() {
        return count;
    }

    /**
     * Runs {@code task} once by each of the first {@code tasks} workers, with its number from 0, and returns when all
     * have ended. What they wrote is visible to the caller then. If some fail, the failure of the first of them in the
     * order of numbers is thrown. Interrupting the caller does not end the wait, since the workers would go on writing.
     */
    public void run(int tasks, IntConsumer task) {
        if (tasks > count) {
            throw new IllegalArgumentException("there are " + count + " workers, not " + tasks);
        }
        if (threads.isEmpty()) {
            IntStream.range(0, tasks).forEach(task);
            return;
        }
        List<Future<?>> started = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            int number = i;
            started.add(threads.get(i).submit(Timeline.carried(() -> {
                task.accept(number);
                return number;
            })));
        }
        try (Timeline.Span span = Timeline.span("waiting for workers")) {
            throwFirst(failures(started));
        }
    }

    /** Waits for all tasks, and returns what they have thrown. */
    private static List<Throwable> failures(List<Future<?>> tasks) {
        List<Throwable> failures = new ArrayList<>();
        for (Future<?> task : tasks) {
            Throwable failure = failure(task);
            if (failure != null && !failures.contains(failure)) { // the JVM may throw one object several times
                failures.add(failure);
            }
        }
        return failures;
    }

    /** Waits for a task, and returns what it has thrown, or null. */
    private static @Nullable Throwable failure(Future<?> task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return null;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    return e.getCause();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void throwFirst(List<Throwable> failures) {
        if (failures.isEmpty()) {
            return;
        }
        Throwable first = failures.get(0);
        failures.subList(1, failures.size()).forEach(first::addSuppressed);
        if (first instanceof Error e) {
            throw e;
        }
        throw (RuntimeException) first; // tasks declare no checked exceptions
    }

    @Override
    public void close() {
        threads.forEach(ExecutorService::shutdown);
    }
}
