// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The store of a run's checkpoints, which survives a crash at any instant. {@code step-N} is always whole; what is not
 * finished has a name that begins with a dot:
 *
 * <pre>
 * .step-N.partial    being written
 * .step-N.replaced   the one of the same step that {@code .partial} is about to replace
 * .step-N.removed    being deleted
 * </pre>
 *
 * After a crash the first and the last are useless; the second is the valid one if there is no {@code step-N} beside
 * it.
 */
final class CheckpointStore {
    private static final Pattern NAME = Pattern.compile("step-(\\d{1,18})");
    private static final Pattern LEFTOVER = Pattern.compile("\\.(step-\\d{1,18})\\.(partial|replaced|removed)");

    private final Path folder;
    private final SaveHook hook;

    /** A hook that is called before each step of a save, so that a test can stop there. */
    interface SaveHook {
        void before(String step) throws IOException;
    }

    CheckpointStore(Path folder) {
        this(folder, step -> {});
    }

    CheckpointStore(Path folder, SaveHook hook) {
        this.folder = folder;
        this.hook = hook;
    }

    void save(Checkpoint checkpoint) {
        long step = checkpoint.state().step();
        try {
            clean();
            checkRoom(checkpoint);
            write(checkpoint, hidden(step, "partial"));
            publish(step);
        } catch (IOException e) {
            String reason = FileTrouble.reason(e, folder);
            try {
                clean();
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw new UserException(
                    "checkpoint step-" + step + " could not be written in " + folder + ": " + reason + "; "
                            + whole(Long.MAX_VALUE),
                    e);
        }
    }

    /** Writes the part of a checkpoint that generation needs as a checkpoint of its own, the first in this folder. */
    void saveAveragedWeights(AveragedWeights averaged, SavedModel about) throws IOException {
        long step = averaged.state().step();
        Path partial = hidden(step, "partial");
        Files.createDirectory(partial);
        try {
            CheckpointFiles.writeAveragedWeights(partial, averaged, about);
            DurableFiles.forceFolder(partial);
        } catch (IOException e) {
            DurableFiles.deleteTree(partial);
            throw e;
        }
        publish(step);
    }

    private void checkRoom(Checkpoint checkpoint) {
        long needed = CheckpointFiles.size(checkpoint);
        long free = DiskFiles.usableBytes(folder);
        if (needed > free) {
            throw new UserException("no room on the disk for checkpoint step-"
                    + checkpoint.state().step() + " in " + folder + ": " + DiskFiles.size(needed) + " needed, "
                    + DiskFiles.size(free) + " free; " + whole(Long.MAX_VALUE));
        }
    }

    private void write(Checkpoint checkpoint, Path partial) throws IOException {
        hook.before("make the folder");
        Files.createDirectory(partial);
        for (CheckpointFiles.Part part : CheckpointFiles.Part.in(checkpoint)) {
            hook.before("write " + part.file);
            CheckpointFiles.write(partial, part, checkpoint);
        }
        hook.before("write the state");
        CheckpointFiles.writeState(partial, checkpoint.state());
        hook.before("force the folder");
        DurableFiles.forceFolder(partial);
    }

    private void publish(long step) throws IOException {
        Path place = place(step);
        hook.before("set the old one aside");
        if (Files.exists(place)) {
            move(place, hidden(step, "replaced"));
        }
        hook.before("rename");
        move(hidden(step, "partial"), place);
        hook.before("force the parent");
        DurableFiles.forceFolder(folder);
        hook.before("delete the old one");
        DurableFiles.deleteTree(hidden(step, "replaced"));
        hook.before("end");
    }

    /** Restores a checkpoint that was being replaced when a crash came, and removes what else the crash left behind. */
    private void clean() throws IOException {
        restoreReplaced();
        for (Path path : list()) {
            if (LEFTOVER.matcher(name(path)).matches()) {
                DurableFiles.deleteTree(path);
            }
        }
    }

    /** Returns whether {@code folder} holds no checkpoint, and none that was being replaced when a crash came. */
    static boolean holdsNothing(Path folder) throws IOException {
        return new CheckpointStore(folder)
                .list().stream()
                        .map(path -> LEFTOVER.matcher(name(path)))
                        .allMatch(leftover ->
                                leftover.matches() && !leftover.group(2).equals("replaced"));
    }

    /** Returns whether there is something for {@link #restore} to do. */
    boolean needsRestoring() {
        try {
            return !replaced().isEmpty();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Restores a checkpoint that was being replaced when a crash came; changes nothing else. */
    void restore() {
        try {
            restoreReplaced();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void restoreReplaced() throws IOException {
        for (Map.Entry<Path, Path> each : replaced().entrySet()) {
            move(each.getKey(), each.getValue());
        }
    }

    /** Returns the checkpoints that were set aside for one that never came, with the folders that they belong in. */
    private Map<Path, Path> replaced() throws IOException {
        Map<Path, Path> places = new LinkedHashMap<>();
        for (Path path : list()) {
            Matcher leftover = LEFTOVER.matcher(name(path));
            if (leftover.matches() && leftover.group(2).equals("replaced")) {
                Path place = folder.resolve(leftover.group(1));
                if (Files.notExists(place)) {
                    places.put(path, place);
                }
            }
        }
        return places;
    }

    private UserException unreadable(IOException e) {
        return new UserException(
                "the checkpoints in " + folder + " cannot be read: " + FileTrouble.reason(e, folder), e);
    }

    List<Long> steps() {
        try {
            return list().stream()
                    .map(path -> NAME.matcher(name(path)))
                    .filter(Matcher::matches)
                    .map(name -> Long.valueOf(name.group(1)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    Checkpoint latest() {
        return latest(CheckpointFiles::read);
    }

    /** Reads the averaged weights of the last checkpoint, and none of its other tensors. */
    AveragedWeights latestAveragedWeights() {
        return latest(CheckpointFiles::readAveragedWeights);
    }

    /** Reads the averaged weights of the checkpoint of {@code step}, and none of its other tensors. */
    AveragedWeights averagedWeights(long step) {
        if (Files.notExists(place(step))) {
            throw new UserException("the checkpoint " + place(step) + " is gone; a run that is still trained keeps"
                    + " training.reports.keep of its newest ones, so begin again, with one that has ended");
        }
        return read(step, CheckpointFiles::readAveragedWeights);
    }

    /** Reads the state of the last checkpoint, and none of its tensors. */
    TrainingState latestState() {
        return latest(CheckpointFiles::readState);
    }

    /** A function that reads a checkpoint, or part of it, from its folder. */
    private interface Reading<T> {
        T read(Path folder, long step) throws IOException;
    }

    private <T> T latest(Reading<T> reading) {
        List<Long> steps = steps();
        if (steps.isEmpty()) {
            throw new UserException("there is no checkpoint in " + folder + " yet; start the training anew");
        }
        long step = steps.get(steps.size() - 1);
        try {
            return read(step, reading);
        } catch (UserException e) {
            Long earlier = newestWhole(step);
            String advice = earlier == null
                    ? "no earlier checkpoint is whole"
                    : "the checkpoint of step " + earlier + " is whole: to resume from it, delete the folder "
                            + place(step);
            throw new UserException(e.getMessage() + "; " + advice, e);
        }
    }

    private <T> T read(long step, Reading<T> reading) {
        try {
            return reading.read(place(step), step);
        } catch (IOException e) {
            throw new UserException(
                    "the checkpoint in " + place(step) + " cannot be read: " + FileTrouble.reason(e, place(step)), e);
        }
    }

    void keep(int newest) {
        if (newest < 1) {
            throw new IllegalArgumentException("at least one checkpoint must be kept, not " + newest);
        }
        List<Long> steps = steps();
        try {
            for (long step : steps.subList(0, Math.max(0, steps.size() - newest))) {
                move(place(step), hidden(step, "removed"));
                DurableFiles.deleteTree(hidden(step, "removed"));
            }
        } catch (IOException e) {
            throw new UserException(
                    "old checkpoints in " + folder + " cannot be deleted: " + FileTrouble.reason(e, folder), e);
        }
    }

    /** Returns the last step before {@code end} whose checkpoint is whole, or null. */
    private @Nullable Long newestWhole(long end) {
        List<Long> steps = steps();
        for (int i = steps.size() - 1; i >= 0; i--) {
            long step = steps.get(i);
            if (step < end && CheckpointFiles.isWhole(place(step), step)) {
                return step;
            }
        }
        return null;
    }

    private String whole(long end) {
        Long step = newestWhole(end);
        return step == null ? "there is no earlier checkpoint" : "the checkpoint of step " + step + " is whole";
    }

    /** Returns the folder of the checkpoint of {@code step}. */
    Path place(long step) {
        return folder.resolve("step-" + step);
    }

    private Path hidden(long step, String why) {
        return folder.resolve(".step-" + step + "." + why);
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            return content.toList();
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }
}
