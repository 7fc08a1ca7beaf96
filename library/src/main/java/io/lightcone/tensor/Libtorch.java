// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

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

    private static final int PROBE_SIZE = 768;
    private static final int PROBE_ROUNDS = 3;
    private static final double WORTHWHILE = 1.5;

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

    /**
     * Returns whether products in bfloat16 are much faster than in float32 on this CPU. Without instructions for it
     * they are slower, so this multiplies two matrices of each kind, which takes some milliseconds.
     */
    public static boolean prefersBfloat16() {
        return product(ScalarType.Float) > WORTHWHILE * product(ScalarType.BFloat16);
    }

    private static double product(ScalarType type) {
        double[] best = {Double.POSITIVE_INFINITY};
        Scopes.runWithoutGrad(() -> {
            Tensor matrix = torch.ones(PROBE_SIZE, PROBE_SIZE).to(type);
            MatrixProducts.linear(matrix, matrix, new TensorOptional()); // the first call prepares its kernel
            for (int round = 0; round < PROBE_ROUNDS; round++) {
                long start = System.nanoTime();
                MatrixProducts.linear(matrix, matrix, new TensorOptional());
                best[0] = Math.min(best[0], (double) (System.nanoTime() - start));
            }
        });
        return best[0];
    }
}
