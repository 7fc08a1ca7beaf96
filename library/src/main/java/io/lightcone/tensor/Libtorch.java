// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.io.IOException;
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
    }

    private Libtorch() {}

    /**
     * Sets the number of threads: {@code threads} for OpenMP, or as many as there are cores if 0. Call it before any
     * other work.
     */
    public static void start(int threads) {
        if (threads > 0) {
            torch.set_num_threads(threads);
        }
        openblas_nolapack.blas_set_num_threads(1);
    }

    /** Returns the version of libtorch and of its bindings, such as 2.10.0-1.5.13. */
    public static String version() {
        try {
            return Loader.getVersion("org.bytedeco", "pytorch");
        } catch (IOException e) {
            return "unknown"; // the bindings lie in another jar
        }
    }

    /** Runs {@code body} while libtorch splits the operations of the calling thread over {@code threads} threads. */
    public static void withThreads(int threads, Runnable body) {
        int before = torch.get_num_threads();
        if (threads == before) {
            body.run();
            return;
        }
        torch.set_num_threads(threads);
        try {
            body.run();
        } finally {
            torch.set_num_threads(before);
        }
    }
}
