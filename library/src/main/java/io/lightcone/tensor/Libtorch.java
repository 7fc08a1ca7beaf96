// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * Sets libtorch up for the whole process. OpenBLAS gets one thread: its own threads and those of OpenMP fight for the
 * same cores inside fused attention, which makes that three to four times slower. Other large products do not need it,
 * see {@link MatrixProducts}.
 */
public final class Libtorch {
    static {
        NativeMemory.allow();
        LibtorchFiles.prepare();
        // It computes none of our convolutions, but on processors that it does not know it says so at each of them.
        torch.globalContext().setUserEnabledNNPACK(false);
        openblas_nolapack.blas_set_num_threads(1); // once: each call leaves an object to the collector
    }

    /** Variables that say to libtorch how many threads it shall use. */
    private static final List<String> THREADS = List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS");

    /** The threads that the program computes with; 0 until anybody has said or asked. */
    private static int threads;

    private Libtorch() {}

    /** Loads the library as this class sets it up; later calls do nothing. */
    static void prepare() {
        // The static initialiser of this class does the work, once.
    }

    /**
     * Sets the number of threads that the program, and the calling thread, computes with.
     *
     * @param number of threads; 0 for the number that was set before, or else that of {@code OMP_NUM_THREADS}, or as
     *     many as there are cores that this process may use
     */
    public static synchronized void start(int number) {
        threads = number > 0 ? number : threads();
        setThreads(threads);
    }

    /** Returns the number of threads that the program computes with, whatever the calling thread is limited to. */
    public static synchronized int threads() {
        if (threads == 0) {
            int libtorchs = torch.get_num_threads();
            boolean isSaid = THREADS.stream().anyMatch(name -> System.getenv(name) != null);
            threads = isSaid ? libtorchs : Processor.usefulThreads(libtorchs);
        }
        return threads;
    }

    /**
     * Sets the number of threads over which libtorch splits the operations of the calling thread. libtorch gives a
     * thread that has not computed yet the number that was set last by any thread, at its first operation, even if it
     * has been given another one: asking first makes it remember its own.
     */
    static void setThreads(int number) {
        torch.get_num_threads();
        torch.set_num_threads(number);
    }

    /** Returns the version of libtorch and of its bindings, such as 2.10.0-1.5.13. */
    public static String version() {
        try {
            return Loader.getVersion("org.bytedeco", "pytorch");
        } catch (IOException e) {
            return "unknown"; // the bindings lie in another jar
        }
    }

    /** Runs {@code body} while libtorch splits the operations of the calling thread over {@code number} threads. */
    public static void withThreads(int number, Runnable body) {
        int before = torch.get_num_threads();
        if (number == before) {
            body.run();
            return;
        }
        torch.set_num_threads(number);
        try {
            body.run();
        } finally {
            torch.set_num_threads(before);
        }
    }
}
