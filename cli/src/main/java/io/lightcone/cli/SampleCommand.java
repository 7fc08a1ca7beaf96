// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.FrameShape;
import io.lightcone.live.Recording;
import io.lightcone.live.SampleFiles;
import io.lightcone.live.VideoInProgress;
import io.lightcone.live.VideoInProgress.Request;
import io.lightcone.model.Conditions;
import io.lightcone.model.ModelConfig;
import io.lightcone.run.ProtectedFiles;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainedModel;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
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
    /** The name for standard output, to which raw frames go for another program. */
    private static final String STANDARD_OUTPUT = "-";

    @Option(names = "--run", required = true, paramLabel = "RUN", description = "Folder of the run to generate with.")
    private Path run = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "FILE",
            converter = Arguments.PathText.class,
            description = "What to write; the ending picks mp4, webm, gif or webp, none a folder of PNGs; - writes raw"
                    + " frames to standard output, for a pipe.")
    private @Nullable String out;

    @Option(
            names = "--record",
            paramLabel = "DIR",
            description = "Record in this folder, as data to train on: DIR/sample-N.mp4 without loss, and"
                    + " DIR/sample-N.jsonl with the action of each frame; N is the first number that is free.")
    private @Nullable Path record;

    @Option(
            names = "--frames",
            paramLabel = "F",
            defaultValue = "32",
            description = "Frames to generate; inf for no end but Ctrl-C. Default: 32.")
    private String frames = "";

    @Mixin
    private GivenFramesOptions givenOptions = new GivenFramesOptions();

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
            description = "One setting over the run's, such as sampling.solver=heun; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--save",
            paramLabel = "STATE",
            description = "At the end, or at Ctrl-C, save in this file what it takes to resume.")
    private @Nullable Path save;

    @Option(
            names = "--resume",
            paramLabel = "STATE",
            description = "Resume where a sampling with --save has left off, with its clip, class, seed and count.")
    private @Nullable Path resume;

    @Option(
            names = "--scale",
            paramLabel = "K",
            defaultValue = "1",
            description = "Enlarge every pixel to K x K. Default: 1.")
    private int scale;

    @Option(
            names = "--profile",
            description = "Record where the time of the frames goes, and write it to RUN/profile as a table and as a"
                    + " trace for https://ui.perfetto.dev.")
    private boolean profile;

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
        if (out == null && record == null) {
            throw new UserException("say where the video goes with --out FILE, or with --record DIR to train on it");
        }
        requireSourcesAreNotOverwritten(count == null ? 1 : count);
        if (save != null) {
            VideoInProgress.requireWritable(save);
        }
        List<String> overrides = overrides();
        if (resume != null) {
            requireNothingThatIsSaved();
        }
        Device device = deviceOptions.start();
        try (TrainedModel model = TrainedModel.open(run, device, overrides)) {
            if (resume != null) {
                generate(model, null, resumed(model, resume, wanted), wanted);
            } else {
                GivenFramesOptions.GivenFrames beginning = givenOptions.of(model, session.console()::line);
                Clip given = beginning == null ? null : beginning.clip();
                generate(model, given, begin(model, beginning, wanted), wanted);
            }
            return Main.OK;
        }
    }

    /**
     * Throws if an output would replace something that is read, except for the state that is resumed, which is replaced
     * once the next one is whole.
     */
    private void requireSourcesAreNotOverwritten(int clips) {
        ProtectedFiles sources = new ProtectedFiles().run(run).file("--start", givenOptions.file());
        List<Path> outputs = names(clips).stream().map(Path::of).toList();
        if (save != null) {
            sources.requireNotOverwrittenBy("--save", save);
            new ProtectedFiles().files("--out", outputs).requireNotOverwrittenBy("--save", save);
        }
        sources.file("--resume", resume);
        outputs.forEach(output -> sources.requireNotOverwrittenBy("--out", output));
    }

    private void requireNothingThatIsSaved() {
        if (givenOptions.typed() || count != null || seed != null || conditionOptions.namesClass()) {
            throw new UserException("--resume keeps the clip, count, seed and class that were saved; leave out "
                    + "--start, --at, --given,"
                    + " --count, --seed and --class");
        }
    }

    /** Returns the settings of the run that the options of this command change. */
    private List<String> overrides() {
        List<String> overrides = new ArrayList<>(settings);
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

    private VideoInProgress begin(
            TrainedModel model, GivenFramesOptions.@Nullable GivenFrames beginning, FrameCount wanted) {
        ModelConfig known = model.config().model();
        int clips = count == null ? 1 : count;
        Request request = new Request(
                seed == null ? 0 : seed,
                clips,
                conditionOptions.label(known),
                conditionOptions.actions(known, givenActions(beginning), wanted.count()),
                beginning == null ? model.framesPerSecond() : beginning.framesPerSecond());
        // What can be resumed later has no end yet.
        int plan = save != null ? DenoisingPlan.ENDLESS : wanted.count();
        return VideoInProgress.begin(model, request, beginning == null ? null : beginning.clip(), plan);
    }

    /** Returns the numbers of the actions of the given frames, {@link Conditions#NULL} where that is not known. */
    private static List<Integer> givenActions(GivenFramesOptions.@Nullable GivenFrames beginning) {
        if (beginning == null) {
            return List.of();
        }
        Clip clip = beginning.clip();
        return clip.tags().actions().isEmpty()
                ? Collections.nCopies(clip.frames(), Conditions.NULL)
                : clip.tags().actions();
    }

    private VideoInProgress resumed(TrainedModel model, Path file, FrameCount wanted) {
        VideoInProgress video = VideoInProgress.resume(model, file);
        try {
            requireSourcesAreNotOverwritten(video.clips());
            requireNew(names(video.clips()));
            List<Integer> actions = conditionOptions.actions(model.config().model(), List.of(), wanted.count());
            if (!actions.isEmpty()) {
                video.setActions(actions);
            }
            return video;
        } catch (RuntimeException e) {
            video.close();
            throw e;
        }
    }

    /**
     * Throws if an output exists: a resumed video writes the frames that follow, which must not replace those before.
     */
    private static void requireNew(List<String> names) {
        for (String name : names) {
            if (Files.exists(Path.of(name))) {
                throw new UserException(
                        name + " exists already; --resume makes the frames that follow, so choose another"
                                + " --out, or delete it");
            }
        }
    }

    private void generate(TrainedModel model, @Nullable Clip given, VideoInProgress begun, FrameCount wanted) {
        try (VideoInProgress video = begun;
                StandardOutput pipe = pipe(video);
                SampleFiles files = open(video, pipe, wanted)) {
            if (pipe != null) {
                sayHowToRead(model.pictureShape(), video.framesPerSecond());
            }
            ConsoleRecordingListener lines = new ConsoleRecordingListener(session.console(), wanted);
            Recording recording =
                    new Recording(video, files, wanted.count(), save, session.interrupts()::happened, lines);
            if (profile) {
                recording.profiled(RunFolder.open(run).profiles());
            }
            recording.run(given);
        }
    }

    /** Returns standard output if that is where the video goes, else null. */
    private @Nullable StandardOutput pipe(VideoInProgress video) {
        if (!isPiped()) {
            return null;
        }
        if (video.clips() > 1) {
            throw new UserException("--out - takes one video, and these are " + video.clips() + "; name a file");
        }
        return new StandardOutput(session.interrupts()::happened);
    }

    private SampleFiles open(VideoInProgress video, @Nullable StandardOutput pipe, FrameCount wanted) {
        SampleFiles files = pipe != null
                ? SampleFiles.streamed(VideoWriter.raw(pipe, "standard output", scale))
                : out != null
                        ? SampleFiles.open(out, video.clips(), video.framesPerSecond(), scale, wanted.endless())
                        : SampleFiles.none();
        try {
            return record == null ? files : files.recorded(record, video.clips(), video.framesPerSecond());
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private boolean isPiped() {
        return STANDARD_OUTPUT.equals(out);
    }

    /** Returns the names of {@code clips} videos; none for standard output or without {@code --out}. */
    private List<String> names(int clips) {
        return out == null || isPiped() ? List.of() : SampleFiles.names(out, clips);
    }

    private void sayHowToRead(FrameShape shape, double framesPerSecond) {
        String kind = shape.channels() == 1 ? "gray" : "rgb24";
        String size = shape.width() * scale + "x" + shape.height() * scale;
        session.console()
                .line(String.format(
                        Locale.ROOT,
                        "Raw frames on standard output, as for: | ffplay -f rawvideo -pixel_format %s "
                                + "-video_size %s -framerate %.3g -",
                        kind,
                        size,
                        framesPerSecond));
    }
}
