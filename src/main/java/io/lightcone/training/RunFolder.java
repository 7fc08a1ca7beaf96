// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a run, on any file system:
 *
 * <pre>
 * config.yaml                  the resolved configuration
 * metrics.jsonl                one line for each logged step
 * events.out.tfevents...       the same for TensorBoard
 * samples/                     videos made on the way
 * checkpoints/step-N/          model, ema and optimizer.safetensors, and state.json
 * </pre>
 *
 * A checkpoint is written beside its place, forced to the disk, then renamed: a crash at any instant leaves the one before
 * whole. One process at a time may write to a run.
 */
public final class RunFolder {
    private static final String CONFIG = "config.yaml";
    private static final String SAMPLES = "samples";
    private static final String CHECKPOINTS = "checkpoints";

    private final Path path;
    private final CheckpointStore checkpoints;

    private RunFolder(Path path) {
        this.path = path;
        this.checkpoints = new CheckpointStore(path.resolve(CHECKPOINTS));
    }

    /**
     * Makes the folder of a new run.
     *
     * @throws UserException if there is something at {@code path} already, or it cannot be written
     */
    public static RunFolder create(Path path, String configYaml) {
        try {
            if (!isAbsentOrEmpty(path)) {
                throw new UserException(
                        path + " exists already; choose another --out, or go on with it: train --resume " + path);
            }
            Files.createDirectories(path.resolve(SAMPLES));
            Files.createDirectories(path.resolve(CHECKPOINTS));
            DiskFiles.write(path.resolve(CONFIG), configYaml);
        } catch (IOException e) {
            throw new UserException("the run folder " + path + " cannot be made: " + FileTrouble.reason(e, path), e);
        }
        return new RunFolder(path);
    }

    private static boolean isAbsentOrEmpty(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return Files.notExists(path);
        }
        try (Stream<Path> content = Files.list(path)) {
            return content.findAny().isEmpty();
        }
    }

    /**
     * The run at {@code path}.
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
        run.checkpoints.restore();
        return run;
    }

    public Path path() {
        return path;
    }

    /**
     * The run's configuration with {@code overrides} such as {@code training.steps=2000} over it.
     *
     * @throws UserException if the file or an override is not right
     */
    public RunConfig config(List<String> overrides) {
        return ConfigReader.read(RunConfig.class, null, path.resolve(CONFIG), overrides);
    }

    /** Saves another configuration in place of the run's; a crash leaves one of the two. */
    public void replaceConfig(String configYaml) {
        Path fresh = path.resolve("." + CONFIG + ".partial");
        try {
            DiskFiles.write(fresh, configYaml);
            Files.move(fresh, path.resolve(CONFIG), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UserException(
                    "the configuration of run " + path + " cannot be written: " + FileTrouble.reason(e, path), e);
        }
    }

    /** Where the videos go that are made on the way. */
    public Path samples() {
        return path.resolve(SAMPLES);
    }

    /**
     * Writes {@code checkpoint} under its step, and returns once it is on the disk. One of the same step is replaced, all
     * others are left alone. What an earlier crash left behind is removed.
     *
     * @throws UserException if the disk is full or cannot be written; the checkpoints that were whole before still are
     */
    public void saveCheckpoint(Checkpoint checkpoint) {
        checkpoints.save(checkpoint);
    }

    /**
     * Reads the checkpoint of the last step.
     *
     * @throws UserException if there is none, or it is damaged; then the message tells how to go on from the one before
     */
    public Checkpoint latestCheckpoint() {
        return checkpoints.latest();
    }

    /**
     * Reads the moving average of the last step's checkpoint, and nothing else of it.
     *
     * @throws UserException as {@link #latestCheckpoint}, for the files that are read
     */
    Average latestAverage() {
        return checkpoints.latestAverage();
    }

    /**
     * How far the last step's checkpoint is, without reading its weights.
     *
     * @throws UserException as {@link #latestCheckpoint}, for the file that is read
     */
    public TrainingState latestState() {
        return checkpoints.latestState();
    }

    /** The steps that have a checkpoint, in rising order. */
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
