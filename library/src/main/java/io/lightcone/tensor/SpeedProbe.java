// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Measures in milliseconds how fast this machine computes what models are made of. Each piece of work runs several
 * times and the fastest counts: what else runs on the machine makes it slower, never faster.
 */
public final class SpeedProbe {
    static {
        NativeMemory.allow();
    }

    private static final int FEWEST = 2;
    private static final int MOST = 40;
    private static final long NANOSECONDS = 60_000_000;
    private static final int PRODUCT = 768;
    private static final int HEADS = 4;
    private static final int QUERIES = 64;
    private static final int TRAINING_QUERIES = 256;
    private static final int KEYS = 512;
    private static final int HEAD_WIDTH = 64;
    private static final double EPSILON = 1e-6;
    private static final int WIDER = 4;

    private SpeedProbe() {}

    /** Returns the speed of a large product in a type, on all threads of the caller, in GFLOP/s. */
    public static double productGigaflops(ScalarType type) {
        double[] gigaflops = new double[1];
        Scopes.runWithoutGrad(() -> {
            Tensor matrix = torch.ones(PRODUCT, PRODUCT).to(type);
            double milliseconds = least(() -> MatrixProducts.linear(matrix, matrix, new TensorOptional()));
            gigaflops[0] = 2e-6 * PRODUCT * PRODUCT * PRODUCT / milliseconds;
        });
        return gigaflops[0];
    }

    /** Returns the speed of the fused kernel for a frame that sees some before it, without gradients, in GFLOP/s. */
    public static double fusedAttentionGigaflops(ScalarType type) {
        return attentionGigaflops(AttentionProducts::fused, type);
    }

    /** Returns the speed of two products in place of {@link #fusedAttentionGigaflops the fused kernel}. */
    public static double twoProductsGigaflops(ScalarType type) {
        return attentionGigaflops(AttentionProducts::twoProducts, type);
    }

    private static double attentionGigaflops(AttentionProducts.Way way, ScalarType type) {
        double[] milliseconds = new double[1];
        Scopes.runWithoutGrad(() -> {
            Tensor q_BKND = torch.ones(1, HEADS, QUERIES, HEAD_WIDTH).to(type);
            Tensor k_BKND = torch.ones(1, HEADS, KEYS, HEAD_WIDTH).to(type);
            milliseconds[0] = least(() -> way.attend(q_BKND, k_BKND, k_BKND, null));
        });
        return 4e-6 * HEADS * QUERIES * KEYS * HEAD_WIDTH / milliseconds[0];
    }

    /**
     * Returns the speed of attention as it is in training, forwards and backwards, in GFLOP/s: fused in float32, by two
     * products in bfloat16.
     */
    public static double trainingAttentionGigaflops(ScalarType type) {
        double[] gigaflops = new double[1];
        // Whoever asks may record no gradients just now.
        try (AutoGradMode on = new AutoGradMode(true)) {
            Scopes.run(() -> {
                Tensor q_BKND =
                        torch.ones(1, HEADS, TRAINING_QUERIES, HEAD_WIDTH).to(type);
                Tensor k_BKND = torch.ones(1, HEADS, KEYS, HEAD_WIDTH).to(type);
                q_BKND.set_requires_grad(true);
                k_BKND.set_requires_grad(true);
                double milliseconds = least(() -> {
                    Tensor seen_BKND = type == ScalarType.Float
                            ? AttentionProducts.fused(q_BKND, k_BKND, k_BKND, null)
                            : AttentionProducts.twoProducts(q_BKND, k_BKND, k_BKND, null);
                    seen_BKND.sum().backward();
                });
                // Two products forwards and four backwards, of two operations for each pair and channel.
                gigaflops[0] = 12e-6 * HEADS * TRAINING_QUERIES * KEYS * HEAD_WIDTH / milliseconds;
            });
        }
        return gigaflops[0];
    }

    private static double least(Runnable work) {
        Scopes.run(work); // the first call prepares its kernels
        double least = Double.POSITIVE_INFINITY;
        long end = System.nanoTime() + NANOSECONDS;
        for (int round = 0; round < FEWEST || (round < MOST && System.nanoTime() < end); round++) {
            long start = System.nanoTime();
            Scopes.run(work);
            least = Math.min(least, (System.nanoTime() - start) / 1e6);
        }
        return least;
    }

    /**
     * A feed-forward layer as a model is trained with it: forwards, backwards, and the sum of what workers have found.
     *
     * @param tokens rows of the products of one worker
     * @param width columns; the products are four times as wide in between
     * @param linear type of the products
     */
    public record TrainedLayer(int tokens, int width, ScalarType linear) {
        /** Returns the multiply-adds of each product of one worker. */
        public long largestOperation() {
            return (long) WIDER * tokens * width * width;
        }

        /**
         * Returns the milliseconds of {@code threads} times the rows of one worker, by as many workers with one thread
         * each, or by one worker whose operations libtorch splits over all threads.
         */
        public double milliseconds(int threads, boolean byWorkers) {
            int count = byWorkers ? threads : 1;
            double[] milliseconds = new double[1];
            // Whoever asks may record no gradients just now.
            try (AutoGradMode on = new AutoGradMode(true);
                    Workers workers = byWorkers ? Workers.of(threads, 1) : Workers.alone()) {
                Libtorch.withThreads(
                        threads,
                        () -> Scopes.run(() -> {
                            Tensor x_ND = torch.ones((long) tokens * threads / count, width)
                                    .to(linear);
                            List<Tensor[]> weights = IntStream.range(0, count)
                                    .mapToObj(worker -> weights())
                                    .toList();
                            milliseconds[0] = least(() -> {
                                workers.run(count, worker -> train(x_ND, weights.get(worker)));
                                workers.run(count, worker -> add(weights, worker));
                            });
                        }));
            }
            return milliseconds[0];
        }

        private Tensor[] weights() {
            Tensor widen = torch.ones((long) WIDER * width, width);
            Tensor narrow = torch.ones(width, (long) WIDER * width);
            return new Tensor[] {widen.requires_grad_(true), narrow.requires_grad_(true)};
        }

        private void train(Tensor x_ND, Tensor[] weights) {
            try (AutoGradMode on = new AutoGradMode(true)) {
                Scopes.run(() -> {
                    Tensor wide = torch.gelu(MatrixProducts.linear(x_ND, weights[0].to(linear), new TensorOptional()));
                    MatrixProducts.linear(wide, weights[1].to(linear), new TensorOptional())
                            .sum()
                            .backward();
                });
            }
        }

        /** Adds the gradients of all workers, of which each has a part to sum. */
        private static void add(List<Tensor[]> weights, int worker) {
            Scopes.runWithoutGrad(() -> {
                for (int i = 0; i < weights.get(0).length; i++) {
                    long rows = weights.get(0)[i].size(0);
                    long from = rows * worker / weights.size();
                    long count = rows * (worker + 1) / weights.size() - from;
                    for (Tensor[] others : weights.subList(1, weights.size())) {
                        weights.get(0)[i]
                                .grad()
                                .narrow(0, from, count)
                                .add_(others[i].grad().narrow(0, from, count));
                    }
                }
            });
        }
    }

    /**
     * A feed-forward layer as a model generates a frame with it, with small operations around its products as there are
     * in models.
     *
     * @param tokens rows of the products
     * @param width columns; the products are four times as wide in between
     * @param linear type of the products
     */
    public record Layer(int tokens, int width, ScalarType linear) {
        /** Layers from this width on are measured alone; smaller ones several at once, as the clock is coarse. */
        private static final int WIDE = 512;

        private static final int REPEATED = 4;

        /** Returns the multiply-adds of each product, which are its largest operations. */
        public long largestOperation() {
            return (long) WIDER * tokens * width * width;
        }

        /** Returns the milliseconds that the layer takes when libtorch splits its operations over so many threads. */
        public double milliseconds(int threads) {
            double[] milliseconds = new double[1];
            Libtorch.withThreads(
                    threads,
                    () -> Scopes.runWithoutGrad(() -> {
                        Tensor x_ND = torch.ones(tokens, width);
                        long hidden = (long) WIDER * width;
                        try (LinearMap widen = new LinearMap(torch.ones(hidden, width), null, linear);
                                LinearMap narrow = new LinearMap(torch.ones(width, hidden), null, linear)) {
                            milliseconds[0] = least(() -> apply(x_ND, widen, narrow));
                        }
                    }));
            return milliseconds[0];
        }

        private void apply(Tensor x_ND, LinearMap widen, LinearMap narrow) {
            Tensor y_ND = x_ND;
            for (int i = 0; i < (width < WIDE ? REPEATED : 1); i++) {
                Tensor normed_ND = torch.layer_norm(
                        y_ND, new long[] {width}, new TensorOptional(), new TensorOptional(), EPSILON, false);
                Tensor shifted_ND = normed_ND.mul(new Scalar(1.1)).add(new Scalar(0.1));
                Tensor out_ND = narrow.apply(widen.applyThenGelu(shifted_ND));
                y_ND = x_ND.add(out_ND.to(ScalarType.Float).mul(new Scalar(0.1)));
            }
        }
    }
}
