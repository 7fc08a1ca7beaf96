// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Writes bytes that another program reads to standard output: other than {@link System#out}, it throws when nobody
 * reads them any more. A reader that stands still is waited for, but after Ctrl-C not for long: what hangs is then a
 * thread that nobody waits for.
 */
final class StandardOutput extends OutputStream {
    private static final long LOOK_MILLISECONDS = 100;
    private static final int LOOKS_AFTER_STOP = 20;

    private final PrintStream stream = System.out;
    private final BooleanSupplier stopped;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "standard output");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Wraps standard output as it is now.
     *
     * @param stopped whether Ctrl-C was pressed
     */
    StandardOutput(BooleanSupplier stopped) {
        this.stopped = stopped;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        await(writer.submit(() -> {
            stream.write(bytes, offset, length);
            return stream.checkError(); // which flushes
        }));
    }

    private void await(Future<Boolean> failed) throws IOException {
        for (int looks = 0; looks < LOOKS_AFTER_STOP; looks += stopped.getAsBoolean() ? 1 : 0) {
            try {
                if (failed.get(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                    throw new IOException("its reader has gone away, or its disk is full");
                }
                return;
            } catch (TimeoutException e) {
                // The reader takes its time.
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("the program was interrupted", e);
            }
        }
        throw new IOException("its reader stands still");
    }

    /** Ends the thread that writes, once it has nothing left to write. */
    @Override
    public void close() {
        writer.shutdown();
    }
}
