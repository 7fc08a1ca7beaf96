// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.UserException;
import io.lightcone.attention.Grid;
import io.lightcone.model.Compute;
import io.lightcone.model.ContextWindow;
import io.lightcone.model.FrameStream;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.ModelCost;
import io.lightcone.model.VideoModel;
import io.lightcone.run.Models;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Profile;
import io.lightcone.tensor.Profiler;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Times whole systems side by side as they generate video frame by frame: one causal transformer, dense and
 * multi-scale, and encoder and decoder (SCD, arXiv 2602.10095), dense and multi-scale. All have the same number of
 * layers of the same width, random weights and full frame caches. Each frame takes N calls that denoise it, and what it
 * takes to commit it to the cache. In every round each system generates one frame, in an order drawn anew, and
 * beside it one large product is computed by as many threads, which is its ceiling. Where the time of a frame goes is
 * recorded afterwards, in frames that do not count.
 *
 * <p>Shapes: B 1 video, T 1 frame, C channels, H W rows and columns.
 */
public final class SystemsBenchmark {
    private static final int SEED = 1;
    private static final float COMMITTED_LEVEL = 0.05f;
    /** The most frames of a system whose parts are timed. */
    private static final int PROFILED = 10;

    /** The systems that can be compared, by the names that users type. */
    public enum SystemKind {
        DENSE,
        MSC,
        SCD,
        SCD_MSC;

        private ModelConfig of(ModelConfig multiScale) {
            // All have the same layers that see the past, which dense() alone would make all of them.
            ModelConfig model = this == DENSE || this == SCD
                    ? multiScale.with(multiScale.dense().branches())
                    : multiScale;
            return separable() ? model.separated(encoder(model)) : model.separated(0);
        }

        private boolean separable() {
            return this == SCD || this == SCD_MSC;
        }

        private static int encoder(ModelConfig model) {
            return model.depth() * 2 / 3;
        }

        /**
         * Checks that this system, built from those layers, is what its name says.
         *
         * @throws UserException if it would be the same as another system
         */
        private void requireDiffers(ModelConfig multiScale) {
            if ((this == MSC || this == SCD_MSC)
                    && multiScale.branches().equals(multiScale.dense().branches())) {
                throw new UserException(
                        "system " + name().toLowerCase(Locale.ROOT).replace('_', '-')
                                + " needs a multi-scale preset, such as msc-s; this one is dense");
            }
            if (separable() && encoder(multiScale) == 0) {
                throw new UserException("an encoder and a decoder need 2 layers at least, not " + multiScale.depth()
                        + "; set model.depth higher");
            }
            if (separable() && encoder(multiScale) < multiScale.temporalEvery()) {
                throw new UserException("an encoder of " + encoder(multiScale) + " of " + multiScale.depth()
                        + " layers has none that sees past frames with model.temporalEvery "
                        + multiScale.temporalEvery() + "; set that lower");
            }
        }
    }

    /**
     * The systems that are compared, and how they generate.
     *
     * @param kinds the systems; the first is the baseline
     * @param context frames in the cache, the one in work included
     * @param calls network calls that denoise a frame
     */
    public record SystemsWorkload(List<SystemKind> kinds, int context, int calls) {
        /** Checks the numbers and names the setting at fault. */
        public SystemsWorkload {
            kinds = List.copyOf(kinds);
            if (calls < 1) {
                throw new UserException("calls must be at least 1, not " + calls);
            }
            if (context < 2) {
                throw new UserException("frames must be at least 2, one to look back at, not " + context);
            }
        }
    }

    /**
     * The measurements of one system.
     *
     * @param model configuration of its model
     * @param parameters number of its weights
     * @param weightBytes bytes of the weights, with the copies that are kept in the type of large products
     * @param firstFrame milliseconds until the first frame of a new video is there, measured once
     * @param frame milliseconds of a frame at the full context
     * @param cacheBytes bytes of the full cache
     * @param speedup how many times as fast as the first system it is, by medians
     * @param multiplyAdds useful multiply-adds of the layers for a frame
     * @param ceiling GFLOP/s of the best large product in the type of the model's, by as many threads, median
     * @param parts milliseconds of a frame by what was done; empty if they have too many parts to be recorded
     */
    public record SystemResult(
            SystemKind kind,
            ModelConfig model,
            long parameters,
            long weightBytes,
            double firstFrame,
            Timing frame,
            long cacheBytes,
            double speedup,
            long multiplyAdds,
            double ceiling,
            Map<String, Double> parts) {
        public SystemResult {
            parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        }

        /** Returns the share of the ceiling at which the useful multiply-adds of the layers run; 1 is all of it. */
        public double share() {
            return 2e-6 * multiplyAdds / frame.median() / ceiling;
        }
    }

    private final Workload workload;
    private final SystemsWorkload generation;

    private SystemsBenchmark(Workload workload, SystemsWorkload generation) {
        this.workload = workload;
        this.generation = generation;
    }

    /**
     * Measures the systems.
     *
     * @param workload a multi-scale model; its rounds are those of frames
     * @throws UserException if one of the systems cannot be built from the model's layers
     */
    public static List<SystemResult> run(Workload workload, SystemsWorkload generation, BenchmarkListener listener) {
        ModelConfig model = workload.config().model();
        for (SystemKind kind : generation.kinds) {
            kind.requireDiffers(model);
        }
        return new SystemsBenchmark(workload, generation).run(listener);
    }

    private List<SystemResult> run(BenchmarkListener listener) {
        List<SystemUnderTest> all = new ArrayList<>();
        try (Ceilings ceilings = new Ceilings(workload.device())) {
            MatmulPrecision precision =
                    MatmulPrecision.of(workload.config().training().linear());
            List<Contestant> products = ceilings.contestants().stream()
                    .filter(each -> each.precision() == precision)
                    .toList();
            double share = 0.5 / generation.kinds.size();
            for (SystemKind kind : generation.kinds) {
                SystemUnderTest running = new SystemUnderTest(kind);
                all.add(running);
                running.fill(listener.part((all.size() - 1) * share, all.size() * share));
            }
            measure(all, products, listener.part(0.5, 0.8));
            for (SystemUnderTest running : all) {
                listener.next("recording: " + running.kind, 0.8 + 0.4 * share * all.indexOf(running));
                running.profile();
            }
            double first = Timing.of(all.get(0).times).median();
            return all.stream().map(running -> running.measured(first)).toList();
        } finally {
            all.forEach(SystemUnderTest::close);
        }
    }

    private void measure(List<SystemUnderTest> all, List<Contestant> products, BenchmarkListener listener) {
        Random random = new Random(SEED);
        List<SystemUnderTest> order = new ArrayList<>(all);
        for (int round = 0; round <= workload.rounds(); round++) {
            for (SystemUnderTest running : order) {
                String when = round == 0 ? "warm-up" : "round " + round + " of " + workload.rounds();
                listener.next(when + ": " + running.kind, round / (workload.rounds() + 1.0));
                double milliseconds = running.time(running::frame);
                products.forEach(running::multiply);
                if (round == 0) {
                    running.ceilings.clear();
                } else {
                    running.times.add(milliseconds);
                }
            }
            Collections.shuffle(order, random);
        }
    }

    /** One system with the video that it generates. It owns the memory of both. */
    private final class SystemUnderTest implements AutoCloseable {
        private final SystemKind kind;
        private final Compute compute;
        private final VideoModel model;
        private final FrameStream stream;
        private final Tensor noise_B1CHW;
        private final Tensor noisy_B1;
        private final Tensor committed_B1;
        private final List<Double> times = new ArrayList<>();
        private final Map<String, List<Double>> ceilings = new LinkedHashMap<>();
        private final int threads;
        private Map<String, Double> parts = Map.of();
        private double firstFrame;

        SystemUnderTest(SystemKind kind) {
            this.kind = kind;
            RunConfig config =
                    workload.config().frameByFrame(kind.of(workload.config().model()));
            RandomStreams streams = new RandomStreams(config.training().seed());
            this.threads = Models.frameThreads(
                            config, workload.device(), workload.latentHeight(), workload.latentWidth())
                    .applyAsInt(1);
            this.compute = Models.compute(config);
            this.model = Models.create(config, Parameters.fresh(workload.device(), ScalarType.Float), compute);
            Scopes.run(() -> model.initialise(streams.tensors("initial weights", 0, 0)));
            this.noise_B1CHW = Scopes.unscoped(() -> streams.tensors("frame noise", 0, 0)
                    .normal(1, 1, config.model().channels(), workload.latentHeight(), workload.latentWidth())
                    .to(workload.device(), ScalarType.Float));
            this.noisy_B1 = level(1);
            this.committed_B1 = level(COMMITTED_LEVEL);
            this.stream = newStream();
        }

        private FrameStream newStream() {
            return model.stream(
                    workload.latentHeight(), workload.latentWidth(), 1, new ContextWindow(generation.context, 0));
        }

        private Tensor level(float value) {
            return Scopes.unscoped(
                    () -> torch.full(new long[] {1, 1}, new Scalar(value)).to(workload.device(), ScalarType.Float));
        }

        /** Times the first frame of a second video, since the first one warms up; then fills the cache. */
        void fill(BenchmarkListener listener) {
            listener.next(kind + ": first frame", 0);
            try (FrameStream warm = newStream()) {
                time(() -> denoise(warm));
            }
            firstFrame = time(() -> denoise(stream));
            for (int frame = 0; frame < generation.context; frame++) {
                listener.next(
                        kind + ": frame " + (frame + 1) + " of " + generation.context,
                        (double) frame / generation.context);
                Scopes.run(() -> stream.commit(noise_B1CHW, committed_B1));
            }
        }

        /** Times {@code work} as a run computes it, by as many threads as are fastest. */
        double time(Runnable work) {
            double[] milliseconds = new double[1];
            Libtorch.withThreads(threads, () -> milliseconds[0] = InterleavedRounds.time(work, workload.device()));
            return milliseconds[0];
        }

        /** Times a large product by the threads of a frame. */
        void multiply(Contestant product) {
            double gigaflops = 2e-6 * product.done() / time(product.work());
            ceilings.computeIfAbsent(product.name(), any -> new ArrayList<>()).add(gigaflops);
        }

        /** Records where the time of some more frames goes. */
        void profile() {
            int frames = Math.min(PROFILED, workload.rounds());
            Libtorch.withThreads(
                    threads,
                    () -> parts = Profiler.record("frame", frames, workload.device(), () -> Scopes.run(this::frame))
                            .map(Profile::ownByName)
                            .orElse(Map.of()));
        }

        private void denoise(FrameStream video) {
            for (int call = 0; call < generation.calls; call++) {
                Scopes.run(() -> video.predict(noise_B1CHW, noisy_B1));
            }
        }

        /** Generates a frame: denoises it and commits it, which an encoder does when the next frame begins. */
        void frame() {
            denoise(stream);
            stream.commit(noise_B1CHW, committed_B1);
        }

        SystemResult measured(double first) {
            Timing time = Timing.of(times);
            Grid grid = workload.grid();
            double ceiling = ceilings.values().stream()
                    .mapToDouble(each -> Timing.of(each).median())
                    .max()
                    .orElse(Double.NaN);
            return new SystemResult(
                    kind,
                    model.config(),
                    model.parameters().count(),
                    model.parameters().bytes(),
                    firstFrame,
                    time,
                    stream.bytes(),
                    first / time.median(),
                    ModelCost.frame(model.config(), grid.height(), grid.width(), generation.context, generation.calls),
                    ceiling,
                    parts);
        }

        @Override
        public void close() {
            stream.close();
            model.close();
            compute.close();
            noise_B1CHW.close();
            noisy_B1.close();
            committed_B1.close();
        }
    }
}
