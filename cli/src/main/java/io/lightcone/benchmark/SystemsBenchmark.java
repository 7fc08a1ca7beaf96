// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.UserException;
import io.lightcone.model.Compute;
import io.lightcone.model.FrameStream;
import io.lightcone.model.Memory;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.VideoModel;
import io.lightcone.run.Models;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The systems side by side, making video frame by frame from the same number of layers of the same width, with random weights
 * and full frame caches: one causal transformer, dense and multi-scale, and encoder and decoder (SCD), dense and multi-scale.
 * Each frame is N calls that denoise and what it takes to remember it. In every round each system makes one frame, in an order
 * drawn anew.
 *
 * <p>Shapes: B 1 video, T 1 frame, C channels, H W rows and columns.
 */
public final class SystemsBenchmark {
    private static final int SEED = 1;
    private static final float COMMITTED_LEVEL = 0.05f;

    /** The systems, by the names users type. */
    public enum Kind {
        DENSE,
        MSC,
        SCD,
        SCD_MSC;

        private ModelConfig of(ModelConfig multiScale) {
            ModelConfig model = this == DENSE || this == SCD ? multiScale.dense() : multiScale;
            return separable() ? model.separated(encoder(model)) : model.separated(0);
        }

        private boolean separable() {
            return this == SCD || this == SCD_MSC;
        }

        private static int encoder(ModelConfig model) {
            return model.depth() * 2 / 3;
        }

        /** Requires that this system, made of those layers, is what its name says. */
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
        }
    }

    /**
     * How.
     *
     * @param kinds which systems; the first is what others are compared with
     * @param context frames that are remembered, the one in work included
     * @param calls that denoise a frame
     */
    public record Plan(List<Kind> kinds, int context, int calls) {
        /** Says which setting is at fault. */
        public Plan {
            kinds = List.copyOf(kinds);
            if (calls < 1) {
                throw new UserException("--calls must be at least 1, not " + calls);
            }
            if (context < 2) {
                throw new UserException("--frames must be at least 2, one to look back at, not " + context);
            }
        }
    }

    /**
     * Of one system.
     *
     * @param model what it is made of
     * @param parameters numbers in its weights
     * @param weightBytes of these, and of those that are kept in the type of large products as well
     * @param firstFrame milliseconds until the first frame of a video from nothing is there, measured once
     * @param frame milliseconds of a frame at the full context
     * @param cacheBytes of what is remembered there
     * @param speedup times as fast as the first system, by medians
     */
    public record Measured(
            Kind kind,
            ModelConfig model,
            long parameters,
            long weightBytes,
            double firstFrame,
            Timing frame,
            long cacheBytes,
            double speedup) {}

    private final Setting setting;
    private final Plan plan;

    private SystemsBenchmark(Setting setting, Plan plan) {
        this.setting = setting;
        this.plan = plan;
    }

    /**
     * Measures.
     *
     * @param setting of a multi-scale model; its rounds are those of frames
     * @throws UserException if one of the systems cannot be made of its layers
     */
    public static List<Measured> run(Setting setting, Plan plan, Watcher watcher) {
        ModelConfig model = setting.config().model();
        for (Kind kind : plan.kinds) {
            kind.requireDiffers(model);
        }
        return new SystemsBenchmark(setting, plan).run(watcher);
    }

    private List<Measured> run(Watcher watcher) {
        List<Running> all = new ArrayList<>();
        try {
            double share = 0.5 / plan.kinds.size();
            for (Kind kind : plan.kinds) {
                Running running = new Running(kind);
                all.add(running);
                running.fill(watcher.part((all.size() - 1) * share, all.size() * share));
            }
            race(all, watcher.part(0.5, 1));
            double first = Timing.of(all.get(0).times).median();
            return all.stream().map(running -> running.measured(first)).toList();
        } finally {
            all.forEach(Running::close);
        }
    }

    private void race(List<Running> all, Watcher watcher) {
        Random random = new Random(SEED);
        List<Running> order = new ArrayList<>(all);
        for (int round = 0; round <= setting.rounds(); round++) {
            for (Running running : order) {
                String when = round == 0 ? "warm-up" : "round " + round + " of " + setting.rounds();
                watcher.next(when + ": " + running.kind, round / (setting.rounds() + 1.0));
                double milliseconds = Race.time(running::frame, setting.device());
                if (round > 0) {
                    running.times.add(milliseconds);
                }
            }
            Collections.shuffle(order, random);
        }
    }

    /** One system with its video. */
    private final class Running implements AutoCloseable {
        private final Kind kind;
        private final Compute compute;
        private final VideoModel model;
        private final FrameStream stream;
        private final Tensor noise_B1CHW;
        private final Tensor noisy_B1;
        private final Tensor committed_B1;
        private final List<Double> times = new ArrayList<>();
        private double firstFrame;

        Running(Kind kind) {
            this.kind = kind;
            RunConfig config =
                    setting.config().frameByFrame(kind.of(setting.config().model()));
            RandomStreams streams = new RandomStreams(config.training().seed());
            this.compute = Models.compute(config);
            this.model = Models.create(config, Parameters.fresh(setting.device(), ScalarType.Float), compute);
            Scopes.run(() -> model.initialise(streams.tensors("initial weights", 0, 0)));
            this.noise_B1CHW = Scopes.unscoped(() -> streams.tensors("frame noise", 0, 0)
                    .normal(1, 1, config.model().channels(), setting.latentHeight(), setting.latentWidth())
                    .to(setting.device(), ScalarType.Float));
            this.noisy_B1 = level(1);
            this.committed_B1 = level(COMMITTED_LEVEL);
            this.stream = newStream();
        }

        private FrameStream newStream() {
            return model.stream(setting.latentHeight(), setting.latentWidth(), 1, new Memory(plan.context, 0));
        }

        private Tensor level(float value) {
            return Scopes.unscoped(
                    () -> torch.full(new long[] {1, 1}, new Scalar(value)).to(setting.device(), ScalarType.Float));
        }

        /** The first frame of a second video, since the first one warms up; then as many as are remembered. */
        void fill(Watcher watcher) {
            watcher.next(kind + ": first frame", 0);
            try (FrameStream warm = newStream()) {
                Race.time(() -> denoise(warm), setting.device());
            }
            firstFrame = Race.time(() -> denoise(stream), setting.device());
            for (int frame = 0; frame < plan.context; frame++) {
                watcher.next(kind + ": frame " + (frame + 1) + " of " + plan.context, (double) frame / plan.context);
                Scopes.run(() -> stream.commit(noise_B1CHW, committed_B1));
            }
        }

        private void denoise(FrameStream video) {
            for (int call = 0; call < plan.calls; call++) {
                Scopes.run(() -> video.predict(noise_B1CHW, noisy_B1));
            }
        }

        /** A frame: denoised, and remembered, which an encoder does when the next one begins. */
        void frame() {
            denoise(stream);
            stream.commit(noise_B1CHW, committed_B1);
        }

        Measured measured(double first) {
            Timing time = Timing.of(times);
            return new Measured(
                    kind,
                    model.config(),
                    model.parameters().count(),
                    model.parameters().bytes(),
                    firstFrame,
                    time,
                    stream.bytes(),
                    first / time.median());
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
