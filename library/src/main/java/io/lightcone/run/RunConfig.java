// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.RecordCopy;
import io.lightcone.TextFormat;
import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.codec.CodecConfig;
import io.lightcone.codec.LatentLayout;
import io.lightcone.config.ChecksFiles;
import io.lightcone.config.ConfigReader;
import io.lightcone.config.Migrations;
import io.lightcone.config.NameLookup;
import io.lightcone.data.ClipDataset;
import io.lightcone.data.DataConfig;
import io.lightcone.data.VideosConfig;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.diffusion.Solver;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.model.ContextWindow;
import io.lightcone.model.ModelConfig;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.Processor;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a run: everything that decides what it does, saved with it as {@code config.yaml}.
 *
 * @param preset name of the preset that the run started from
 * @param model the network
 * @param data what the run watches
 * @param codec what lies between the pictures and the frames that the model learns; libraries on the class path may
 *     add kinds
 * @param diffusion what noise is, and what the network predicts
 * @param training how the model is trained
 * @param sampling how video is generated, unless a command says otherwise
 */
public record RunConfig(
        String preset,
        ModelConfig model,
        DataConfig data,
        CodecConfig codec,
        DiffusionConfig diffusion,
        TrainingConfig training,
        SamplingConfig sampling)
        implements TrainableConfig, ChecksFiles {
    /** The migrations of saved configurations, one for each format but the present one. */
    static final Migrations FORMATS = Migrations.none()
            .then(RunConfig::toFormat2)
            .then(RunConfig::toFormat3)
            .then(RunConfig::toFormat4);

    /** The largest number of classes or actions that a message names. */
    private static final int NAMED = 10;

    /** Clips on which latents are measured: their mean and deviation hardly change with more. */
    private static final int MEASURED_CLIPS = 32;

    /** Latent frames of each clip on which latents are measured. */
    private static final int MEASURED_FRAMES = 3;

    public RunConfig {
        if (!codec.readsLayout()) {
            requireFits(codec.layout(data.channels()), model, data, codec, training, sampling);
        }
        require(
                !model.separable() || sampling.oneByOne(),
                "a model with an encoder makes one frame after the other, for each must be finished before the"
                        + " encoder sees it; set sampling.order to FRAME_BY_FRAME and sampling.block to 1");
        requireLevelsOfTraining(model, training, sampling);
        requireUpdatesOfTraining(model, sampling);
        requireDistillable(model, training);
    }

    /**
     * Checks whatever depends on the sizes of the codec's latents, where these have to be read from its file as long as
     * no run has begun.
     */
    @Override
    public void checkFiles() {
        if (codec.readsLayout()) {
            requireFits(latents(), model, data, codec, training, sampling);
        }
    }

    private RunConfig checked() {
        checkFiles();
        return this;
    }

    /** Requires that model and clips are for latents of these sizes. */
    private static void requireFits(
            LatentLayout latents,
            ModelConfig model,
            DataConfig data,
            CodecConfig codec,
            TrainingConfig training,
            SamplingConfig sampling) {
        requireLatentsOfModel(model, data, codec, latents);
        requireWhole("training.frames", training.frames(), codec, latents);
        training.lengths().forEach(length -> requireWhole("training.lengths", length.frames(), codec, latents));
        requireWhole("training.given.frames", training.given().frames(), codec, latents);
        requireWhole("sampling.given", sampling.given(), codec, latents);
        int frames = latents.frames(training.frames());
        require(
                !model.separable() || frames >= 2,
                "an encoder learns from the frames before the last, so training.frames must be at least "
                        + latents.pictures(2) + ", not "
                        + training.frames());
        training.lengths()
                .forEach(length -> require(
                        !model.separable() || latents.frames(length.frames()) >= 2,
                        "an encoder learns from the frames before the last, so training.lengths must be at least "
                                + latents.pictures(2) + ", not " + length.frames()));
        requireRemembered(sampling, frames);
    }

    /** Requires that a frame of a video sees others, where training clips have so many latent frames. */
    private static void requireRemembered(SamplingConfig sampling, int frames) {
        int window = sampling.memory().window(frames);
        require(
                window >= 2 || frames == 1,
                "the frame in work is one of sampling.memory.window, which must be at least 2 for it to see any"
                        + " other, not " + window);
        int most = Math.max(0, window - 2);
        require(
                sampling.memory().sinks() <= most,
                "sampling.memory.sinks must leave room for other frames among the " + (window - 1)
                        + " past ones that are seen, so it may be at most " + most + ", not "
                        + sampling.memory().sinks());
    }

    /**
     * Adds that videos may be refused if they are not whole. Files that lie over a preset need not say anything of
     * data.
     */
    private static void toFormat2(Migrations.Edits edits) {
        if (edits.has("data.source")) {
            edits.add("data.strict", "false");
        }
    }

    /**
     * Turns data and levels into kinds, each with its own keys; before, all had the keys of all. Pixels are a codec.
     */
    private static void toFormat3(Migrations.Edits edits) {
        if (edits.has("data.source") && !edits.has("data.kind")) {
            edits.add("codec", "{kind: pixels}");
            if (edits.is("data.source", "moving-digits")) {
                edits.add("data.kind", "moving-digits").remove("data", "source", "fps", "strict");
            } else {
                edits.add("data.kind", "videos")
                        .remove("data", "digits", "digitCount", "digitSize", "speed", "steering");
            }
        }
        if (edits.has("training.levels.order")) {
            edits.rename("training.levels.order", "kind");
            if (edits.is("training.levels.kind", "independent") || edits.is("training.levels.kind", "synchronous")) {
                edits.remove("training.levels", "timesteps");
            }
        }
    }

    /**
     * Adds the settings that trade time for memory, which were off, the types of attention, clips of other lengths,
     * given frames, shortcut models, consistency models and videos in several phases or mirrored, of which there were
     * none, and which layers see past frames, which all did.
     */
    private static void toFormat4(Migrations.Edits edits) {
        edits.introduce("sampling.memory.precision", "auto")
                .introduce("training.accumulate", "1")
                .introduce("training.recompute", "false")
                .introduce("training.attentionType", "float32")
                .introduce("training.lengths", "[]")
                .introduce("training.given", "{frames: 0, share: 0.9}")
                .introduce("training.shortcut", "{share: 0.25, after: 0}")
                .introduce("training.consistency", "{levels: 0}")
                .introduce("model.temporalEvery", "1")
                .introduce("model.shortcut", "0");
        if (edits.is("data.kind", "videos")) {
            edits.introduce("data.phases", "1").introduce("data.mirror", "false");
        }
    }

    /** Requires that the codec's latents are what the model learns, whatever pictures they stand for. */
    private static void requireLatentsOfModel(
            ModelConfig model, DataConfig data, CodecConfig codec, LatentLayout latents) {
        require(
                model.channels() == latents.channels(),
                codec.isPixels()
                        ? "model.channels is " + model.channels() + " but data.channels is " + data.channels()
                                + "; set both to the same"
                        : "model.channels is " + model.channels() + " but latents of the codec " + codec.kind()
                                + " have " + latents.channels() + "; set model.channels to that");
        int side = Math.multiplyExact(latents.space(), model.patch());
        require(
                data.height() % side == 0 && data.width() % side == 0,
                "frames of " + data.width() + "x" + data.height() + " pixels cannot be cut into patches of " + side
                        + "x" + side
                        + (codec.isPixels()
                                ? ""
                                : " (" + TextFormat.count(model.patch(), "latent") + " of " + latents.space()
                                        + " pixels a side)")
                        + "; set data.width and data.height to multiples of " + side
                        + ", or set another model.patch");
    }

    private static void requireWhole(String key, int pictures, CodecConfig codec, LatentLayout latents) {
        int more = latents.pictures(latents.frames(pictures));
        require(
                latents.isWhole(pictures),
                key + " is " + pictures + ", but the codec " + codec.kind() + " takes the first picture alone and then "
                        + latents.time() + " at a time; set it to " + (more - latents.time()) + " or " + more);
    }

    /** Requires that an encoder is shown finished frames at levels that it was trained on only. */
    private static void requireLevelsOfTraining(ModelConfig model, TrainingConfig training, SamplingConfig sampling) {
        if (!model.separable()) {
            return;
        }
        double learned = training.separable().pastLevel();
        double shown = Math.max(sampling.context().given(), sampling.context().generated());
        require(
                shown <= learned,
                "sampling.context shows the encoder finished frames at level " + shown
                        + ", but it learns levels up to training.separable.pastLevel, which is " + learned
                        + "; lower the one or raise the other");
        double faded = sampling.guidance().historyLevel();
        require(
                sampling.guidance().history() == 1 || faded == 1 || faded <= learned,
                "sampling.guidance.historyLevel shows the encoder frames at level " + faded
                        + ", but it learns levels up to training.separable.pastLevel, which is " + learned
                        + "; use 1, which hides them, or a lower one");
    }

    /** Requires that a model that is told how far its updates go is asked for such as it learns only. */
    private static void requireUpdatesOfTraining(ModelConfig model, SamplingConfig sampling) {
        int finest = model.shortcut();
        if (finest == 0) {
            return;
        }
        int steps = sampling.steps();
        require(
                steps == model.updates(steps),
                "sampling.steps is " + steps + ", but a model of model.shortcut " + finest
                        + " learns to make a frame in 1, 2, 4 updates and so on up to " + finest
                        + "; set sampling.steps to a power of two up to that");
        require(
                sampling.solver() == Solver.EULER || (sampling.solver() == Solver.DDIM && sampling.eta() == 0),
                "sampling.solver is " + sampling.solver() + (sampling.eta() == 0 ? "" : " with eta " + sampling.eta())
                        + ", but a model of model.shortcut above 0 learns whole updates, which are Euler's; set"
                        + " sampling.solver to EULER and sampling.eta to 0");
    }

    /** Requires that a model that is distilled has a decoder which only makes frames of noisy ones. */
    private static void requireDistillable(ModelConfig model, TrainingConfig training) {
        String distilled = "training.consistency.levels is "
                + training.consistency().levels() + ", but what is distilled is the decoder of a model ";
        require(
                !training.consistency().distils() || model.separable(),
                distilled + "with an encoder; set it to 0, or model.encoder above 0");
        require(
                !training.consistency().distils() || model.shortcut() == 0,
                distilled + "of model.shortcut 0, which is not told how far updates go; set one of the two to 0");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Reads a configuration as {@link ConfigReader#read} does; the file may be one that any version of Lightcone has
     * saved.
     *
     * @param base a preset, or null to need every key from the others
     * @param yamlFile a YAML mapping, or null
     * @param settings {@code path=value}
     * @throws UserException if any of these is not right
     */
    public static RunConfig read(@Nullable RunConfig base, @Nullable Path yamlFile, List<String> settings) {
        return ConfigReader.read(RunConfig.class, base, yamlFile, settings, FORMATS);
    }

    /** Returns how many noisy versions of each clip a training step draws; without an encoder it is one. */
    public int draws() {
        return model.separable() ? training.separable().draws() : 1;
    }

    @Override
    public int parts() {
        return training.batch() * draws();
    }

    @Override
    public String yaml() {
        return FORMATS.line() + ConfigReader.write(this);
    }

    /**
     * Returns the sizes of the latents that the model learns; all else in this configuration counts pictures and
     * pixels.
     */
    public LatentLayout latents() {
        return codec.layout(data.channels());
    }

    /** Returns how many latent frames a training clip is, {@code training.lengths} aside. */
    public int latentFrames() {
        return latents().frames(training.frames());
    }

    /** Returns how many latent frames the longest training clips are. */
    public int longestLatentFrames() {
        return latents().frames(training.longest());
    }

    /** Returns how far frames look back in a video that is being generated. */
    public ContextWindow window() {
        return new ContextWindow(
                sampling.memory().window(latentFrames()), sampling.memory().sinks());
    }

    /**
     * Returns how far frames of a training clip look back: over all of it, or, if {@code training.lengths} makes it
     * longer than others, as in a video that is being generated.
     *
     * @param frames latent frames of the clip
     */
    public ContextWindow windowOf(int frames) {
        return training.lengths().isEmpty() || frames <= latentFrames() ? ContextWindow.UNLIMITED : window();
    }

    /**
     * Returns this configuration as a new run saves it, with what is found out of its codec: checksum and sizes, and
     * how its latents are distributed over some clips of the data.
     *
     * @param opener opens the codec of a configuration as its training does, which may know the latents of clips
     * @throws UserException if something that the codec needs is missing
     */
    public RunConfig measured(ClipDataset clips, Function<RunConfig, Codec> opener) {
        CodecConfig known = codec.resolved(
                data.channels(),
                unmeasured -> opener.apply(with(unmeasured)),
                () -> IntStream.range(0, MEASURED_CLIPS)
                        .mapToObj(i -> measuredClip(clips, i))
                        .toList());
        return with(known);
    }

    /** Returns a few pictures of the data, of the first latent frame, which stands alone, and of some after it. */
    private Clip measuredClip(ClipDataset clips, int number) {
        int pictures = latents().pictures(Math.min(MEASURED_FRAMES, latentFrames()));
        return clips.training(new RandomStreams(training.seed()).numbers("measured clip", 0, number), pictures);
    }

    /** Returns this configuration with another codec, whose latents the model must be able to learn. */
    public RunConfig with(CodecConfig other) {
        return RecordCopy.of(this).with(RunConfig::codec, other).build().checked();
    }

    @Override
    public Map<String, Path> places() {
        Map<String, Path> places = new LinkedHashMap<>(data.places());
        places.putAll(codec.places());
        return places;
    }

    /** Opens the codec of this run on {@code device}, for the caller to close. */
    public Codec openCodec(Device device) {
        return codec.open(data.channels(), device, codecType(device));
    }

    /**
     * Opens the codec of this run on {@code device} for clips that come again, for the caller to close.
     *
     * @param cache folder in which latents are kept
     */
    public Codec openCodec(Device device, Path cache) {
        return codec.open(data.channels(), device, codecType(device), cache);
    }

    /**
     * Returns the type that a codec computes in: that of the model's products, unless the processor has no instructions
     * for it, where libtorch computes convolutions of 16 bits many times as slowly; all that changes is rounding.
     */
    private Precision codecType(Device device) {
        return training.linear() == Precision.BFLOAT16 && (!device.is_cpu() || Processor.multipliesBfloat16())
                ? Precision.BFLOAT16
                : Precision.FLOAT32;
    }

    /**
     * Returns the plan in which the latent frames of a video are denoised.
     *
     * @param pictures number of all pictures, or {@link DenoisingPlan#ENDLESS}; the last latent frame may be some more
     * @param given number of the pictures that come first, which fill their latent frames
     * @throws IllegalArgumentException if the model does not see enough frames at once
     */
    public DenoisingPlan plan(int pictures, int given) {
        LatentLayout latents = latents();
        int frames = pictures == DenoisingPlan.ENDLESS ? pictures : latents.frames(pictures);
        DenoisingPlan plan = sampling.plan(frames, latents.frames(given));
        sampling.requireFits(plan, latentFrames());
        return plan;
    }

    /**
     * Returns this configuration for training on videos: with its own size, colours and rate, or the usual rate if it
     * is for other data.
     *
     * @param videos a folder of videos, or one video
     */
    public RunConfig forVideos(Path videos) {
        VideosConfig data =
                (VideosConfig) ConfigReader.with(this, "data.kind=videos").data();
        return RecordCopy.of(this)
                .with(RunConfig::data, data.at(videos.toString()))
                .build();
    }

    /**
     * Returns this configuration for the latents of a codec: the model has their channels, and as many pixels a side of
     * a token as before, as far as the codec allows; clips, and what is given of them, are the next longer ones that
     * fill their latent frames.
     *
     * @throws UserException if this configuration does not go with the codec
     */
    public RunConfig forCodec(CodecConfig other) {
        try {
            LatentLayout latents = other.layout(data.channels());
            int side = model.patch() * latents().space();
            return RecordCopy.of(this)
                    .with(RunConfig::codec, other)
                    .with(RunConfig::model, model.forFrames(latents.channels(), Math.max(1, side / latents.space())))
                    .with(RunConfig::training, training.forLatents(latents))
                    .with(RunConfig::sampling, sampling.withGiven(latents.whole(sampling.given())))
                    .build()
                    .checked();
        } catch (IllegalArgumentException e) {
            throw new UserException("the codec cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Returns this configuration with another number of updates of each generated frame.
     *
     * @throws IllegalArgumentException if the model does not learn to make frames in so many, or they cannot be changed
     *     by themselves
     */
    public RunConfig withSteps(int steps) {
        return RecordCopy.of(this)
                .with(RunConfig::sampling, sampling.withSteps(steps))
                .build();
    }

    /**
     * Returns the number of a class that the model knows.
     *
     * @throws UserException if it knows no such class
     */
    public int classNumber(String name) {
        return NameLookup.index("class", name, model.classes());
    }

    /** Returns whether the model can make frames with {@code steps} updates each, in the order of {@code sampling}. */
    public boolean allowsSteps(int steps) {
        try {
            return withSteps(steps).sampling().steps() == steps;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns this configuration with another model. */
    public RunConfig with(ModelConfig other) {
        return RecordCopy.of(this).with(RunConfig::model, other).build();
    }

    /**
     * Returns this configuration with another model that generates frame by frame from a clean past, as every model
     * can.
     */
    public RunConfig frameByFrame(ModelConfig other) {
        return RecordCopy.of(this)
                .with(RunConfig::model, other)
                .with(RunConfig::sampling, SamplingConfig.frameByFrame(1, 0, 1))
                .build();
    }

    /**
     * Returns this configuration with a model for the classes and actions of {@code data}.
     *
     * @throws UserException if the model is one for other classes or actions
     */
    public RunConfig conditioned(ClipDataset data) {
        requireSame("classes", model.classes(), data.classes());
        requireSame("actions", model.actions(), data.actions());
        try {
            return with(model.conditioned(data.classes(), data.actions()));
        } catch (IllegalArgumentException e) {
            throw new UserException("the data cannot be trained on: its " + e.getMessage(), e);
        }
    }

    private static void requireSame(String what, List<String> ofModel, List<String> ofData) {
        if (!ofModel.isEmpty() && !ofModel.equals(ofData)) {
            throw new UserException("model." + what + " is " + shown(ofModel) + ", but the data has "
                    + (ofData.isEmpty() ? "no " + what : "the " + what + " " + shown(ofData))
                    + "; train on the data that the model is for, or start a run without model." + what
                    + ", which then takes those of its data");
        }
    }

    private static String shown(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
        return names.size() <= NAMED ? first : first + " and " + (names.size() - NAMED) + " more";
    }

    /**
     * Returns this configuration as a run uses and saves it: with whole paths to the data, and AUTO replaced by what
     * {@code probe} finds best here.
     *
     * @throws UserException if a place of the data or of the codec is no path on this system
     */
    public RunConfig resolved(Supplier<Precision> bestLinear, Supplier<Precision> bestAttention) {
        return RecordCopy.of(this)
                .with(RunConfig::data, data.absolute())
                .with(RunConfig::codec, codec.absolute())
                .with(RunConfig::training, training.resolved(bestLinear, bestAttention))
                .build()
                .checked();
    }
}
