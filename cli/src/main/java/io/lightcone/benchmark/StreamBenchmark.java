// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.UserException;
import io.lightcone.attention.Branch;
import io.lightcone.attention.Grid;
import io.lightcone.attention.KeyFrames;
import io.lightcone.model.BranchConfig;
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
import io.lightcone.tensor.ResidentMemory;
import io.lightcone.tensor.Scopes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Measures what a frame costs in time and memory, early and late, when a video is generated frame by frame with random
 * weights. Each variant of the frame cache runs by itself, since memory is a property of the process, after a warm-up
 * of its own; large products run among the frames that are timed, so that a machine that has become slower shows.
 *
 * <p>Shapes: B 1 video, T 1 frame, C channels, H W rows and columns.
 */
public final class StreamBenchmark {
    private static final int EARLY = 50;
    private static final int RADIUS = 10;
    private static final int FEWEST = 8;
    private static final int FRAMES_PER_CEILING = 5;
    /** Frames whose parts are timed. */
    private static final int PROFILED = 5;

    private static final float COMMITTED_LEVEL = 0.05f;

    private final Workload workload;
    private final StreamWorkload generation;

    /**
     * The length of the generated video, and the network calls for each frame.
     *
     * @param until number of the late frame that is measured
     * @param calls network calls per frame before the one that commits it
     * @param window frames that the limited variants look back, their own included
     */
    public record StreamWorkload(int until, int calls, int window) {
        /** Checks the numbers and names the setting at fault. */
        public StreamWorkload {
            if (until < FEWEST) {
                throw new UserException("until must be at least " + FEWEST + ", not " + until);
            }
            if (calls < 1) {
                throw new UserException("calls must be at least 1, not " + calls);
            }
        }

        int early() {
            return Math.min(EARLY, until / 4);
        }

        int radius() {
            return Math.min(RADIUS, early() / 2);
        }

        boolean times(int frame) {
            return Math.abs(frame - early()) <= radius() || Math.abs(frame - until) <= radius();
        }
    }

    /**
     * The time and memory that were measured around one frame.
     *
     * @param frame number of frames finished at the middle of the measured ones
     * @param time milliseconds of a frame, all its calls together
     * @param multiplyAdds useful multiply-adds of the layers for that frame
     * @param gigaflops speed at the time of the best large product in the type of the model's, by as many threads
     * @param resident bytes of the process's resident memory, after a garbage collection
     * @param cache bytes of keys and values
     * @param predicted bytes of keys and values by the cost model
     */
    public record FrameMeasurement(
            int frame, Timing time, long multiplyAdds, double gigaflops, long resident, long cache, long predicted) {
        /** Returns how many frames like this one would be made in a second. */
        public double framesPerSecond() {
            return 1e3 / time.median();
        }

        /** Returns the speed of the frame's useful multiply-adds as a share of that of the product. */
        public double share() {
            return 2e-6 * multiplyAdds / time.median() / gigaflops;
        }
    }

    /**
     * The measurements of one variant of the frame cache, around an early and a late frame.
     *
     * @param parts milliseconds of a frame after the late one by what was done; empty if there are too many parts to be
     *     recorded
     */
    public record Variant(
            String name,
            List<BranchConfig> branches,
            FrameMeasurement early,
            FrameMeasurement late,
            Map<String, Double> parts) {
        public Variant {
            branches = List.copyOf(branches);
            parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        }

        /** Returns how many times as long a late frame takes as an early one. */
        public double slowdown() {
            return late.time.median() / early.time.median();
        }

        /** Returns by which share the resident memory has grown from the early frame to the late one. */
        public double residentGrowth() {
            return (double) late.resident / early.resident - 1;
        }

        /** Returns the bytes by which the cache has grown per frame, as measured. */
        public double cacheGrowth() {
            return (double) (late.cache - early.cache) / (late.frame - early.frame);
        }

        /** Returns the bytes by which the cache grows per frame, by the cost model. */
        public double predictedGrowth() {
            return (double) (late.predicted - early.predicted) / (late.frame - early.frame);
        }
    }

    private StreamBenchmark(Workload workload, StreamWorkload generation) {
        this.workload = workload;
        this.generation = generation;
    }

    /** Measures every variant of the cache for the workload's model. */
    public static List<Variant> run(Workload workload, StreamWorkload generation, BenchmarkListener listener) {
        Map<String, ModelConfig> models = variants(workload.config().model(), generation.window);
        List<Variant> results = new ArrayList<>();
        models.forEach((name, model) -> {
            double share = 1.0 / models.size();
            BenchmarkListener part = listener.part(results.size() * share, (results.size() + 1) * share);
            results.add(new StreamBenchmark(workload, generation).run(name, model, part));
        });
        return results;
    }

    /**
     * Lists the variants in the order in which they run: the one whose memory should stand still comes first, those
     * without a limit last. What others have used and freed may stay with the process, and growth that fits into it
     * would not show.
     */
    static Map<String, ModelConfig> variants(ModelConfig model, int window) {
        ModelConfig dense = model.dense();
        Map<String, ModelConfig> variants = new LinkedHashMap<>();
        if (!model.equals(dense)) {
            variants.put("anchored, limited", with(model, KeyFrames.ANCHORED, window));
        }
        variants.put("dense, limited", with(dense, KeyFrames.DILATED, window));
        if (!model.equals(dense)) {
            variants.put("anchored", with(model, KeyFrames.ANCHORED, Branch.ALL));
            variants.put("dilated", with(model, KeyFrames.DILATED, Branch.ALL));
        } else {
            variants.put("dense", model);
        }
        return variants;
    }

    /**
     * Returns the model with other key frames in the branches that look far back, and a limit on those that have none.
     */
    private static ModelConfig with(ModelConfig model, KeyFrames where, int window) {
        return model.with(model.branches().stream()
                .map(branch ->
                        isFar(branch) ? branch.withKeyFrames(where).within(new ContextWindow(window, 0)) : branch)
                .toList());
    }

    private static boolean isFar(BranchConfig branch) {
        return branch.frames() == Branch.ALL || branch.stride() > 1;
    }

    private Variant run(String name, ModelConfig model, BenchmarkListener listener) {
        RunConfig config = workload.config().with(model);
        RandomStreams streams = new RandomStreams(config.training().seed());
        try (Compute compute = Models.compute(config);
                VideoModel transformer =
                        Models.create(config, Parameters.fresh(workload.device(), ScalarType.Float), compute);
                Ceilings ceilings = new Ceilings(workload.device());
                Tensor noise = noise(model, streams)) {
            Scopes.run(() -> transformer.initialise(streams.tensors("initial weights", 0, 0)));
            // The first video is a warm-up: Java compiles what runs often, which would make early frames slow.
            // It is of the same variant, so it leaves behind no more than the video that counts has used by then.
            try (FrameStream first =
                    transformer.stream(workload.latentHeight(), workload.latentWidth(), 1, ContextWindow.UNLIMITED)) {
                new TimedVideo("warm-up, " + name, model, first, noise, ceilings, listener.part(0, 0))
                        .until(generation.early());
            }
            try (FrameStream stream =
                    transformer.stream(workload.latentHeight(), workload.latentWidth(), 1, ContextWindow.UNLIMITED)) {
                return new TimedVideo(name, model, stream, noise, ceilings, listener).run();
            }
        }
    }

    private Tensor noise(ModelConfig model, RandomStreams streams) {
        return Scopes.unscoped(() -> streams.tensors("frame noise", 0, 0)
                .normal(1, 1, model.channels(), workload.latentHeight(), workload.latentWidth())
                .to(workload.device(), ScalarType.Float));
    }

    /** Generates one video from its first frame to the last that is timed. */
    private final class TimedVideo {
        private final String name;
        private final ModelConfig model;
        private final FrameStream stream;
        private final Tensor noise_BTCHW;
        private final List<Contestant> ceilings;
        private final BenchmarkListener listener;
        private final int threads;
        private final List<Double> times = new ArrayList<>();
        private final Map<String, List<Double>> products = new TreeMap<>();
        private long resident;
        private long cache;

        TimedVideo(
                String name,
                ModelConfig model,
                FrameStream stream,
                Tensor noise,
                Ceilings ceilings,
                BenchmarkListener listener) {
            this.name = name;
            this.model = model;
            this.stream = stream;
            this.noise_BTCHW = noise;
            MatmulPrecision linear =
                    MatmulPrecision.of(workload.config().training().linear());
            this.ceilings = ceilings.contestants().stream()
                    .filter(each -> each.precision() == linear)
                    .toList();
            this.listener = listener;
            this.threads = Models.frameThreads(
                            workload.config().with(model),
                            workload.device(),
                            workload.latentHeight(),
                            workload.latentWidth())
                    .applyAsInt(1);
        }

        Variant run() {
            FrameMeasurement early = until(generation.early());
            FrameMeasurement late = until(generation.until());
            return new Variant(name, model.branches(), early, late, parts());
        }

        private Map<String, Double> parts() {
            List<Map<String, Double>> parts = new ArrayList<>();
            Libtorch.withThreads(
                    threads,
                    () -> parts.add(Profiler.record("frame", PROFILED, workload.device(), () -> Scopes.run(this::frame))
                            .map(Profile::ownByName)
                            .orElse(Map.of())));
            return parts.get(0);
        }

        /** Generates up to the last frame that is timed around {@code middle}, and returns the measurements. */
        private FrameMeasurement until(int middle) {
            times.clear();
            products.clear();
            int last = middle + generation.radius();
            for (int frame = stream.finished() + 1; frame <= last; frame++) {
                listener.next(
                        name + ": frame " + frame + " of " + (generation.until() + generation.radius()),
                        (double) frame / (generation.until() + generation.radius()));
                double[] time = new double[1];
                Libtorch.withThreads(threads, () -> time[0] = InterleavedRounds.time(this::frame, workload.device()));
                double milliseconds = time[0];
                if (generation.times(frame)) {
                    times.add(milliseconds);
                    if (times.size() % FRAMES_PER_CEILING == 1) {
                        product();
                    }
                }
                if (frame == middle) {
                    resident = ResidentMemory.bytes();
                    cache = stream.bytes();
                }
            }
            Grid frame = workload.grid();
            return new FrameMeasurement(
                    middle,
                    Timing.of(times),
                    ModelCost.frame(model, frame.height(), frame.width(), middle, generation.calls()),
                    gigaflops(),
                    resident,
                    cache,
                    predicted(middle));
        }

        private void frame() {
            Tensor noisy = level(1);
            for (int call = 0; call < generation.calls(); call++) {
                stream.predict(noise_BTCHW, noisy);
            }
            stream.commit(noise_BTCHW, level(COMMITTED_LEVEL));
        }

        private Tensor level(float value) {
            return torch.full(new long[] {1, 1}, new Scalar(value)).to(workload.device(), ScalarType.Float);
        }

        private void product() {
            for (Contestant ceiling : ceilings) {
                List<Double> speeds = products.computeIfAbsent(ceiling.name(), key -> new ArrayList<>());
                Libtorch.withThreads(
                        threads,
                        () -> speeds.add(
                                2e-6 * ceiling.done() / InterleavedRounds.time(ceiling.work(), workload.device())));
            }
        }

        private double gigaflops() {
            return products.values().stream()
                    .mapToDouble(each -> Timing.of(each).median())
                    .max()
                    .orElse(Double.NaN);
        }

        private long predicted(int frames) {
            Grid frame = workload.grid();
            return ModelCost.heldBytes(model, frame.height(), frame.width(), frames);
        }
    }
}
