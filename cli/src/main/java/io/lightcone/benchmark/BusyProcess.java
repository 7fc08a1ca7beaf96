// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that keeps one core busy, as another program beside a training does. It ends when it is closed, and also
 * when the process that started it ends, however that happens: it then finds its input closed.
 */
final class BusyProcess implements AutoCloseable {
    private final Process process;

    private BusyProcess(Process process) {
        this.process = process;
    }

    /** Starts a process, which computes from now on. */
    static BusyProcess start() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = List.of(
                java,
                "-XX:+UseSerialGC",
                "-Xmx16m",
                "-cp",
                System.getProperty("java.class.path"),
                BusyProcess.class.getName());
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.getInputStream().read() < 0) { // it says when it has begun
                throw new IOException("a busy process ended at once");
            }
            return new BusyProcess(process);
        } catch (IOException e) {
            throw new UncheckedIOException("no busy process can be started: " + e.getMessage(), e);
        }
    }

    /** Returns the process, for tests. */
    Process process() {
        return process;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Computes until the input ends. */
    public static void main(String[] arguments) throws IOException {
        Thread worker = new Thread(BusyProcess::compute, "busy");
        worker.setDaemon(true);
        worker.start();
        System.out.write('.');
        System.out.flush();
        while (System.in.read() >= 0) {
            // whatever comes
        }
    }

    private static void compute() {
        double x = 1;
        while (x > 0) { // always, which the compiler does not know
            x = Math.sqrt(x + 1);
        }
    }
}
