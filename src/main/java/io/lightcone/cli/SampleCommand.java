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
import io.lightcone.training.SavedRollOut;
import io.lightcone.training.SavedRollOut.About;
import io.lightcone.training.TrainedModel;
import io.lightcone.video.Clip;
import io.lightcone.video.DataConfig;
import io.lightcone.video.VideoReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
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
            description = "What to write; the ending picks mp4, webm, gif or webp, none a folder of PNGs; - writes raw"
                    + " frames to standard output, for a pipe.")
    private String out = "";

    @Option(
            names = "--frames",
            paramLabel = "F",
            defaultValue = "32",
            description = "Frames to generate; inf for no end but Ctrl-C. Default: 32.")
    private String frames = "";

    @Option(names = "--start", paramLabel = "CLIP", description = "Continue this video; its frames come first in FILE.")
    private @Nullable Path start;

    @Option(names = "--at", paramLabel = "SECONDS", description = "Where in CLIP to start. Default: 0.")
    private @Nullable Double at;

    @Option(names = "--given", paramLabel = "G", description = "Frames of CLIP to show the model. Default: the run's.")
    private @Nullable Integer given;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "Videos to generate, numbered where there are several. Default: 1.")
    private @Nullable Integer count;

    @Option(names = "--seed", paramLabel = "S", description = "Seed of the noise. Default: 0.")
    private @Nullable Long seed;

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
            names = "--save",
            paramLabel = "STATE",
            description = "At the end, or at Ctrl-C, save in this file what it takes to go on.")
    private @Nullable Path save;

    @Option(
            names = "--resume",
            paramLabel = "STATE",
            description = "Go on where a sampling with --save has left off; its clip, class, seed and count hold on.")
    private @Nullable Path resume;

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
        FrameCount wanted = FrameCount.of(frames);
        if (count != null) {
            requireAtLeastOne("--count", count);
        }
        requireAtLeastOne("--scale", scale);
        if (save != null) {
            SavedRollOut.requireWritable(save);
        }
        List<String> overrides = overrides();
        if (resume != null) {
            requireNothingThatIsSaved();
        }
        Device device = deviceOptions.start();
        try (TrainedModel model = TrainedModel.open(run, device, overrides)) {
            Scopes.run(() -> generate(model, resume == null ? begin(model, wanted) : goOn(model, resume), wanted));
            return Main.OK;
        }
    }

    private void requireNothingThatIsSaved() {
        if (start != null
                || at != null
                || given != null
                || count != null
                || seed != null
                || conditionOptions.namesClass()) {
            throw new UserException(
                    "--resume goes on with the clip, count, seed and class that were saved; leave out --start, --at, --given,"
                            + " --count, --seed and --class");
        }
        if (!out.equals(SampleFiles.STANDARD_OUTPUT) && Files.exists(Path.of(out))) {
            throw new UserException(out
                    + " exists already; --resume makes the frames that follow, so choose another --out, or delete it");
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
        double from = at == null ? 0 : at;
        if (from < 0) {
            throw new UserException("--at must not be negative, but is " + from);
        }
        DataConfig data = model.config().data();
        VideoReader.Options options =
                new VideoReader.Options(data.height(), data.width(), data.channels(), data.fps(), from);
        try (VideoReader reader = VideoReader.open(file, options)) {
            Clip clip = reader.clip(wanted);
            if (clip == null || clip.frames() < wanted) {
                throw new UserException(file + " has only " + reader.framesRead() + " frames from " + from
                        + " s on, but " + wanted + " are to be given; choose an earlier --at or a smaller --given");
            }
            return new Beginning(clip, reader.framesPerSecond());
        }
    }

    /**
     * A roll-out, new or gone on with.
     *
     * @param seed of its noise
     * @param clips videos that are made together
     * @param prefix frames that were given
     * @param finished frames of each so far, given ones included
     * @param label number of its class
     * @param actions of its frames
     * @param clip whose frames come first in what is written; null for none
     */
    private record Course(
            RollOut rollOut,
            long seed,
            int clips,
            int prefix,
            int finished,
            int label,
            List<Integer> actions,
            @Nullable Clip clip,
            double framesPerSecond) {}

    private Course begin(TrainedModel model, FrameCount wanted) {
        Beginning beginning = start == null ? null : beginning(model, start);
        Clip clip = beginning == null ? null : beginning.clip();
        int prefix = clip == null ? 0 : clip.frames();
        int clips = count == null ? 1 : count;
        long chosenSeed = seed == null ? 0 : seed;
        int label = conditionOptions.label(model.config().model());
        List<Integer> actions = conditionOptions.actions(model.config().model(), prefix, wanted.count());
        if (model.config().sampling().guidance().classes() != 1 && label == Conditions.NULL) {
            throw new UserException(
                    "sampling.guidance.classes leads towards a class; name one with --class, or set it to 1");
        }
        List<Integer> numbers = IntStream.range(0, clips).boxed().toList();
        Noise noise = new Noise(new RandomStreams(chosenSeed), numbers, model.frameShape(), model.device());
        RollOut rollOut = model.conditioned(Conditions.alike(clips, label, actions))
                .rollOut(
                        plan(model, prefix, wanted),
                        noise,
                        clip == null ? null : repeated(clip, clips, model.device()));
        double rate = beginning == null ? model.framesPerSecond() : beginning.framesPerSecond();
        return new Course(rollOut, chosenSeed, clips, prefix, prefix, label, actions, clip, rate);
    }

    /** What can be gone on with later has no end yet. */
    private DenoisingPlan plan(TrainedModel model, int prefix, FrameCount wanted) {
        boolean endless = wanted.endless() || save != null;
        long all = endless ? DenoisingPlan.ENDLESS : (long) prefix + wanted.count();
        Arguments.requireWithin("--frames", all, 1, DenoisingPlan.ENDLESS);
        return Arguments.checked(() -> {
            DenoisingPlan plan = model.config().sampling().plan((int) all, prefix);
            plan.requireFits(model.window());
            return plan;
        });
    }

    private Course goOn(TrainedModel model, Path file) {
        SavedRollOut saved = SavedRollOut.read(file);
        About about = saved.about();
        List<Integer> sofar =
                Conditions.alike(1, Conditions.NULL, about.actions()).frames(0, about.finished()).actions().stream()
                        .flatMap(List::stream)
                        .toList();
        List<Integer> before = sofar.isEmpty() ? Collections.nCopies(about.finished(), Conditions.NULL) : sofar;
        List<Integer> told = conditionOptions.actions(
                model.config().model(), before, FrameCount.of(frames).count());
        List<Integer> actions = told.isEmpty() ? about.actions() : told;
        RollOut rollOut = saved.resume(model, Conditions.alike(about.clips(), about.label(), actions)::frames, file);
        return new Course(
                rollOut,
                about.seed(),
                about.clips(),
                about.given(),
                about.finished(),
                about.label(),
                actions,
                null,
                about.framesPerSecond());
    }

    /** Writes frame after frame; Ctrl-C ends the video after the frame in progress. Whatever happens, what there is is kept. */
    private void generate(TrainedModel model, Course course, FrameCount wanted) {
        try (RollOut rollOut = course.rollOut();
                SampleFiles files =
                        SampleFiles.open(out, course.clips(), course.framesPerSecond(), scale, wanted.endless())) {
            if (out.equals(SampleFiles.STANDARD_OUTPUT)) {
                sayHowToRead(model.frameShape(), course.framesPerSecond());
            }
            int[] made = {0};
            try {
                if (course.clip() != null) {
                    files.addToAll(course.clip());
                }
                FrameCounter counter = new FrameCounter(session.console(), wanted);
                while (!session.interrupts().happened() && made[0] < wanted.count()) {
                    Scopes.run(() -> add(rollOut, files, model.frameShape()));
                    made[0]++;
                    counter.count();
                }
                boolean stopped = made[0] < wanted.count();
                session.console().line((stopped ? "Stopped; what was generated is in " : "Wrote ") + files.finish());
            } catch (RuntimeException | Error e) {
                keep(model, course, rollOut, files, made[0], e);
                throw e;
            }
            save(model, course, rollOut, made[0]);
        }
    }

    private static void add(RollOut rollOut, SampleFiles files, FrameShape shape) {
        Tensor frame_B1CHW = rollOut.next();
        try {
            files.add(clips(frame_B1CHW, shape));
        } catch (RuntimeException e) {
            rollOut.putBack(frame_B1CHW);
            throw e;
        }
    }

    /** What a failure leaves: videos so far, and the state if it can be gone on with. */
    private void keep(
            TrainedModel model, Course course, RollOut rollOut, SampleFiles files, int made, Throwable failure) {
        try {
            String kept = files.keep();
            if (!kept.isEmpty()) {
                session.console().line("What was generated is in " + kept);
            }
            if (rollOut.isWhole()) {
                save(model, course, rollOut, made);
            }
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void save(TrainedModel model, Course course, RollOut rollOut, int made) {
        if (save == null) {
            return;
        }
        About about = About.of(
                model,
                course.seed(),
                course.clips(),
                course.prefix(),
                course.finished() + made,
                course.label(),
                course.actions(),
                course.framesPerSecond());
        SavedRollOut.write(save, rollOut, about);
        session.console().line("Saved; go on with --resume " + save);
    }

    private void sayHowToRead(FrameShape shape, double framesPerSecond) {
        String kind = shape.channels() == 1 ? "gray" : "rgb24";
        String size = shape.width() * scale + "x" + shape.height() * scale;
        session.console()
                .line(String.format(
                        Locale.ROOT,
                        "Raw frames on standard output, as for: | ffplay -f rawvideo -pixel_format %s -video_size %s -framerate %.3g -",
                        kind,
                        size,
                        framesPerSecond));
    }

    private static Tensor repeated(Clip beginning, int clips, Device device) {
        Tensor one_BTCHW = ClipTensors.encode(List.of(beginning), device);
        return one_BTCHW.expand(clips, -1, -1, -1, -1);
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
}
