// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import io.lightcone.codec.CausalAutoencoderFile;
import io.lightcone.codec.CodecConfig;
import io.lightcone.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of a run, on any file system, with these files:
 *
 * <pre>
 * config.yaml                  the resolved configuration
 * metrics.jsonl                one line for each logged step
 * events.out.tfevents...       the same for TensorBoard
 * samples/                     videos generated during training
 * codec/                       the files of the codec, if it has any and they are not large
 * profile/                     where the time of some steps or frames went, if that was asked for
 * codec.safetensors            of a run that trains a codec, the codec as its newest checkpoint has it
 * checkpoints/step-N/          model, ema and optimizer.safetensors, and state.json
 * </pre>
 *
 * A checkpoint is written beside its place, forced to the disk, then renamed: a crash at any instant leaves the one
 * before whole. One process at a time may write to a run, which {@link RunLock} sees to; into profile/ generation
 * writes as well, whole files that nobody reads back.
 */
public final class RunFolder {
    private static final String CONFIG = "config.yaml";
    private static final String SAMPLES = "samples";
    private static final String CHECKPOINTS = "checkpoints";
    private static final String PROFILE = "profile";
    private static final String CODEC = "codec";
    private static final Set<String> OWN =
            Set.of(CONFIG, SAMPLES, CHECKPOINTS, PROFILE, CausalAutoencoderFile.NAME, MetricsLog.FILE, RunLock.FILE);

    private final Path path;
    private final CheckpointStore checkpoints;

    private RunFolder(Path path) {
        this.path = path;
        this.checkpoints = new CheckpointStore(path.resolve(CHECKPOINTS));
    }

    /**
     * Creates the folder of a new run.
     *
     * @throws UserException if there is something at {@code path} already, or it cannot be written
     */
    public static RunFolder create(Path path, String configYaml) {
        requireFree(path);
        try {
            Files.createDirectories(path.resolve(SAMPLES));
            Files.createDirectories(path.resolve(CHECKPOINTS));
            DurableFiles.write(path.resolve(CONFIG), configYaml.getBytes(UTF_8));
            DurableFiles.forceFolder(path);
            DurableFiles.forceFolder(path.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw cannotBeMade(path, e);
        }
        return new RunFolder(path);
    }

    /**
     * Requires that a new run can be created at {@code path}: that nothing is there, or nothing but a run that never
     * began, as when the disk was too full for its first checkpoint.
     *
     * @throws UserException if there is something
     */
    public static void requireFree(Path path) {
        if (!isFree(path)) {
            throw new UserException(path + " exists already; choose another folder, or resume the run if it is one");
        }
    }

    /**
     * Returns whether a new run can be created at {@code path}, as {@link #requireFree} requires.
     *
     * @throws UserException if that cannot be read
     */
    public static boolean isFree(Path path) {
        try {
            return !Files.exists(path, LinkOption.NOFOLLOW_LINKS) || (Files.isDirectory(path) && holdsNothing(path));
        } catch (IOException e) {
            throw cannotBeMade(path, e);
        }
    }

    /**
     * Returns whether all that is in the folder is what a run begins with. A configuration by itself is none: it may be
     * all that somebody has, and a run creates its folders first.
     */
    private static boolean holdsNothing(Path path) throws IOException {
        if (Files.exists(path.resolve(CONFIG)) && !Files.isDirectory(path.resolve(CHECKPOINTS))) {
            return false;
        }
        for (Path each : list(path)) {
            boolean beginning = switch (each.getFileName().toString()) {
                case CONFIG, RunLock.FILE -> Files.isRegularFile(each);
                case CODEC -> Files.isDirectory(each);
                case SAMPLES -> Files.isDirectory(each) && list(each).isEmpty();
                case CHECKPOINTS -> Files.isDirectory(each) && CheckpointStore.holdsNothing(each);
                default -> false;
            };
            if (!beginning) {
                return false;
            }
        }
        return true;
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            return content.toList();
        }
    }

    private static UserException cannotBeMade(Path path, IOException e) {
        return new UserException("the run folder " + path + " cannot be made: " + FileTrouble.reason(e, path), e);
    }

    /**
     * Creates the folder of a new run, which nobody else can write to until the lock is closed.
     *
     * @throws UserException as {@link #create}, or if somebody else is creating a run there
     */
    public static Locked createLocked(Path path, String configYaml) {
        requireFree(path);
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw cannotBeMade(path, e);
        }
        RunLock lock = RunLock.take(path);
        try {
            return new Locked(create(path, configYaml), lock);
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /** A run together with the right to write to it. */
    public record Locked(RunFolder folder, RunLock lock) {}

    /**
     * Opens the run at {@code path}.
     *
     * @throws UserException if there is none
     */
    public static RunFolder open(Path path) {
        if (!Files.isDirectory(path)) {
            throw new UserException(
                    path + " is not a run folder: " + (Files.exists(path) ? "it is a file" : "it does not exist"));
        }
        if (!Files.isRegularFile(path.resolve(CONFIG))) {
            throw new UserException(path + " is not a run folder: " + CONFIG + " is missing");
        }
        if (!Files.isDirectory(path.resolve(CHECKPOINTS))) {
            throw new UserException(path + " is not a run folder: " + CHECKPOINTS + "/ is missing");
        }
        RunFolder run = new RunFolder(path);
        run.restore();
        return run;
    }

    /** Restores what a crash left behind, unless somebody is writing here: then it is no crash. */
    private void restore() {
        if (!checkpoints.needsRestoring()) {
            return;
        }
        try (RunLock lock = RunLock.attempt(path)) {
            if (lock != null) {
                checkpoints.restore();
            }
        } catch (IOException e) {
            throw new UserException("run " + path + " cannot be mended: " + FileTrouble.reason(e, path), e);
        }
    }

    /**
     * Returns whether a run has, or will have, a file or folder of its own under that name in its folder.
     *
     * @param name name of a file or folder right in the run's folder
     */
    static boolean isOwn(String name) {
        return OWN.contains(name) || name.startsWith(TensorBoardWriter.NAME);
    }

    public Path path() {
        return path;
    }

    /**
     * Reads the configuration of a run that trains a model, with {@code overrides} such as {@code training.steps=2000}
     * over it.
     *
     * @throws UserException if the file or an override is not right, or the run trains a codec
     */
    public RunConfig config(List<String> overrides) {
        if (isOfCodec()) {
            throw new UserException(
                    path + " is the run of a codec, not of a model; name the run of a model, such as one"
                            + " that is trained with this codec");
        }
        RunConfig written = RunConfig.read(null, path.resolve(CONFIG), List.of());
        RunConfig kept = written.with(written.codec().keptIn(path.resolve(CODEC)));
        return overrides.isEmpty() ? kept : RunConfig.read(kept, null, overrides); // a place that is named comes first
    }

    /**
     * Keeps a copy of the run's codec, unless it is large.
     *
     * @throws UserException if it cannot be copied
     */
    public void keep(CodecConfig codec) {
        codec.keepIn(path.resolve(CODEC));
    }

    /**
     * Reads the configuration of a run that trains a codec, with {@code overrides} over it.
     *
     * @throws UserException if the file or an override is not right, or the run trains a model
     */
    public CodecRunConfig codecConfig(List<String> overrides) {
        if (!isOfCodec()) {
            throw new UserException(path + " is the run of a model, not of a codec; name the run of a codec, or resume"
                    + " this one as a model");
        }
        return CodecRunConfig.read(null, path.resolve(CONFIG), overrides);
    }

    private boolean isOfCodec() {
        return ConfigReader.has(path.resolve(CONFIG), CodecRunConfig.OWN_SECTION);
    }

    /** Returns the folder of the checkpoint of {@code step}, which need not exist. */
    public Path checkpoint(long step) {
        return checkpoints.place(step);
    }

    /** Saves another configuration in place of the run's; a crash leaves one of the two. */
    public void replaceConfig(String configYaml) {
        try {
            DurableFiles.replace(path.resolve(CONFIG), configYaml.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UserException(
                    "the configuration of run " + path + " cannot be written: " + FileTrouble.reason(e, path), e);
        }
    }

    /**
     * Returns the folder of the videos that training generates; it is created again if it was deleted.
     *
     * @throws UserException if it cannot be created
     */
    public Path samples() {
        Path samples = path.resolve(SAMPLES);
        try {
            return Files.createDirectories(samples);
        } catch (IOException e) {
            throw new UserException("the folder " + samples + " cannot be made: " + FileTrouble.reason(e, samples), e);
        }
    }

    /** Returns the folder of profiles, which need not exist. */
    public Path profiles() {
        return path.resolve(PROFILE);
    }

    /**
     * Writes {@code checkpoint} under its step, and returns once it is on the disk. One of the same step is replaced,
     * all others are left alone. What an earlier crash left behind is removed.
     *
     * @throws UserException if the disk is full or cannot be written; the checkpoints that were whole before still are
     */
    public void saveCheckpoint(Checkpoint checkpoint) {
        checkpoints.save(checkpoint);
    }

    /** Writes averaged weights as the only checkpoint of a run that generates, and never trains. */
    void saveAveragedWeights(AveragedWeights averaged, SavedModel about) throws IOException {
        checkpoints.saveAveragedWeights(averaged, about);
    }

    /**
     * Reads the checkpoint of the last step.
     *
     * @throws UserException if there is none, or it is damaged; then the message says how to resume from the one before
     */
    public Checkpoint latestCheckpoint() {
        return checkpoints.latest();
    }

    /**
     * Reads the averaged weights of the last step's checkpoint, and none of its other tensors.
     *
     * @throws UserException as {@link #latestCheckpoint}, for the files that are read
     */
    public AveragedWeights latestAveragedWeights() {
        return checkpoints.latestAveragedWeights();
    }

    /**
     * Reads the averaged weights of the checkpoint of {@code step}, and none of its other tensors.
     *
     * @throws UserException if it is not there any more, or damaged
     */
    public AveragedWeights averagedWeights(long step) {
        return checkpoints.averagedWeights(step);
    }

    /**
     * Reads the state of the last step's checkpoint, without its weights.
     *
     * @throws UserException as {@link #latestCheckpoint}, for the file that is read
     */
    public TrainingState latestState() {
        return checkpoints.latestState();
    }

    /** Returns the steps that have a checkpoint, in rising order. */
    public List<Long> steps() {
        return checkpoints.steps();
    }

    /**
     * Deletes all checkpoints but the {@code newest}, which must be at least 1.
     *
     * @throws UserException if they cannot be deleted
     */
    public void keep(int newest) {
        checkpoints.keep(newest);
    }
}
