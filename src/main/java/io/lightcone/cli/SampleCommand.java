// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.codec.PixelCodec;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.evaluation.ClipTensors;
import io.lightcone.generation.FrameShape;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.model.Conditions;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.training.TrainedModel;
import io.lightcone.video.Clip;
import io.lightcone.video.DataConfig;
import io.lightcone.video.VideoReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sample",
        description = "Generate video with a trained model, from nothing or from the first frames of a clip.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class SampleCommand implements Callable<Integer> {
    @Option(names = "--run", required = true, paramLabel = "RUN", description = "Folder of the run to generate with.")
    private Path run = Path.of("");

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "What to write; the ending picks mp4, webm, gif or webp, none a folder of PNGs.")
    private String out = "";

    @Option(names = "--frames", paramLabel = "F", defaultValue = "32", description = "Frames to generate. Default: 32.")
    private int frames;

    @Option(names = "--start", paramLabel = "CLIP", description = "Continue this video; its frames come first in FILE.")
    private @Nullable Path start;

    @Option(
            names = "--at",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "Where in CLIP to start. Default: 0.")
    private double at;

    @Option(names = "--given", paramLabel = "G", description = "Frames of CLIP to show the model. Default: the run's.")
    private @Nullable Integer given;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1",
            description = "Videos to generate, numbered where there are several. Default: 1.")
    private int count;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Seed of the noise. Default: 0.")
    private long seed;

    @Option(names = "--steps", paramLabel = "N", description = "Updates of each frame. Default: the run's.")
    private @Nullable Integer steps;

    @Option(
            names = "--gap",
            paramLabel = "S",
            description =
                    "Updates by which a frame is behind the one before it: 0 for all together, N for one after the"
                            + " other. Default: the run's order.")
    private @Nullable Integer gap;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting over the run's, such as sampling.solver=HEUN; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--scale",
            paramLabel = "K",
            defaultValue = "1",
            description = "Enlarge every pixel to K x K. Default: 1.")
    private int scale;

    @Mixin
    private ConditionOptions conditionOptions = new ConditionOptions();

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    private final Session session;

    SampleCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        requireAtLeastOne("--frames", frames);
        requireAtLeastOne("--count", count);
        requireAtLeastOne("--scale", scale);
        List<String> overrides = overrides();
        Device device = deviceOptions.start();
        try (TrainedModel model = TrainedModel.open(run, device, overrides)) {
            Beginning beginning = start == null ? null : beginning(model, start);
            generate(model, beginning);
            return Main.OK;
        }
    }

    /** The settings that this command changes; those of the model are not among them, for it has been trained. */
    private List<String> overrides() {
        List<String> overrides = new ArrayList<>(settings);
        for (String setting : settings) {
            if (!setting.startsWith("sampling.")) {
                throw new UserException("--set " + setting + " cannot be changed once a model is trained; sample takes"
                        + " settings that begin with sampling.");
            }
        }
        if (steps != null) {
            requireAtLeastOne("--steps", steps);
            overrides.add("sampling.steps=" + steps);
        }
        if (gap != null) {
            overrides.add("sampling.order=AD");
            overrides.add("sampling.gap=" + gap);
        }
        return overrides;
    }

    private static void requireAtLeastOne(String option, int value) {
        if (value < 1) {
            throw new UserException(option + " must be at least 1, not " + value);
        }
    }

    /** Given frames and their rate. */
    private record Beginning(Clip clip, double framesPerSecond) {}

    /**
     * The given frames of CLIP, in the size and rate that the model was trained on. If videos kept their own rates there,
     * so does CLIP, and what is generated goes on at that.
     */
    private Beginning beginning(TrainedModel model, Path file) {
        int wanted = given != null ? given : model.config().sampling().given();
        requireAtLeastOne("--given", wanted);
        if (at < 0) {
            throw new UserException("--at must not be negative, but is " + at);
        }
        DataConfig data = model.config().data();
        VideoReader.Options options =
                new VideoReader.Options(data.height(), data.width(), data.channels(), data.fps(), at);
        try (VideoReader reader = VideoReader.open(file, options)) {
            Clip clip = reader.clip(wanted);
            if (clip == null || clip.frames() < wanted) {
                throw new UserException(file + " has only " + reader.framesRead() + " frames from " + at + " s on, but "
                        + wanted + " are to be given; choose an earlier --at or a smaller --given");
            }
            return new Beginning(clip, reader.framesPerSecond());
        }
    }

    /** Writes frame after frame; Ctrl-C ends the video after the frame in progress. */
    private void generate(TrainedModel model, @Nullable Beginning beginning) {
        Clip clip = beginning == null ? null : beginning.clip();
        int prefix = clip == null ? 0 : clip.frames();
        Conditions conditions = conditionOptions.of(model.config().model(), prefix, frames, count);
        if (model.config().sampling().guidance().classes() != 1
                && conditions.classes().isEmpty()) {
            throw new UserException(
                    "sampling.guidance.classes leads towards a class; name one with --class, or set it to 1");
        }
        double framesPerSecond = beginning == null ? model.framesPerSecond() : beginning.framesPerSecond();
        try (SampleFiles files = SampleFiles.open(out, count, framesPerSecond, scale)) {
            if (clip != null) {
                files.addToAll(clip);
            }
            Counter counter = new Counter(session.console(), frames);
            try (RollOut rollOut = rollOut(model, clip, conditions)) {
                while (rollOut.hasNext()) {
                    Scopes.run(() -> files.add(clips(rollOut.next(), model.frameShape())));
                    counter.count();
                    session.interrupts().check();
                }
            } catch (CancellationException e) {
                session.console().line("Stopped; what was generated is in " + files.finish());
                return;
            }
            session.console().line("Wrote " + files.finish());
        }
    }

    private RollOut rollOut(TrainedModel model, @Nullable Clip clip, Conditions conditions) {
        int prefix = clip == null ? 0 : clip.frames();
        List<Integer> numbers = IntStream.range(0, count).boxed().toList();
        Noise noise = new Noise(new RandomStreams(seed), numbers, model.frameShape(), model.device());
        DenoisingPlan plan = plan(model, prefix);
        RollOut[] rollOut = new RollOut[1];
        Scopes.run(() -> rollOut[0] = model.conditioned(conditions)
                .rollOut(plan, noise, clip == null ? null : repeated(clip, model.device())));
        return rollOut[0];
    }

    private DenoisingPlan plan(TrainedModel model, int prefix) {
        long all = (long) prefix + frames;
        Arguments.requireWithin("--frames", all, 1, DenoisingPlan.ENDLESS - 1L);
        return Arguments.checked(() -> {
            DenoisingPlan plan = model.config().sampling().plan((int) all, prefix);
            plan.requireFits(model.config().training().frames());
            return plan;
        });
    }

    private Tensor repeated(Clip beginning, Device device) {
        Tensor one_BTCHW = ClipTensors.encode(List.of(beginning), device);
        return one_BTCHW.expand(count, -1, -1, -1, -1);
    }

    /** One frame of every video. */
    private static List<Clip> clips(Tensor frame_B1CHW, FrameShape shape) {
        byte[] pixels = Tensors.bytes(PixelCodec.decode(frame_B1CHW));
        int size = shape.channels() * shape.height() * shape.width();
        return IntStream.range(0, pixels.length / size)
                .mapToObj(i -> new Clip(
                        "generated frame",
                        1,
                        shape.height(),
                        shape.width(),
                        shape.channels(),
                        Arrays.copyOfRange(pixels, i * size, (i + 1) * size)))
                .toList();
    }

    /** Says how many frames there are so far: in place on a terminal, now and then in a pipe. */
    private static final class Counter {
        private static final int LINES = 10;

        private final Console console;
        private final int frames;
        private int done;

        Counter(Console console, int frames) {
            this.console = console;
            this.frames = frames;
        }

        void count() {
            done++;
            String text = "frame " + done + " of " + frames;
            if (console.isTerminal()) {
                console.progress(text);
            } else if (done == frames || done % Math.max(1, frames / LINES) == 0) {
                console.line(text);
            }
        }
    }
}
