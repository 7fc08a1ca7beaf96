// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.UserException;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.model.Conditions;
import io.lightcone.run.PictureRollOut;
import io.lightcone.run.RunModel;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A video that a trained model is making, or several together, with all that it has been told: it can be told more
 * between two frames, put down in a file, and gone on with. Frames are pictures here, whatever the model's codec makes of them. Native memory is bounded whatever its length; of each frame
 * it remembers the action, which takes some bytes. Once it is closed, nothing more can be made or saved; a frame in the
 * making is finished first.
 *
 * <p>Shapes: B videos, T frames, C channels, H W rows and columns.
 */
public final class VideoInProgress implements AutoCloseable {
    private final RunModel model;
    private final Told told;
    private final int given;
    private final List<Integer> actions;
    private final boolean endless;
    private final PictureRollOut rollOut;
    private boolean closed;

    /**
     * What a video is told before its first frame.
     *
     * @param seed of its noise
     * @param clips videos that are made together
     * @param label number of their class, or {@link Conditions#NULL}
     * @param actions numbers of the actions from the first frame on, given ones included; the last one holds on
     * @param framesPerSecond at which it plays
     */
    public record Told(long seed, int clips, int label, List<Integer> actions, double framesPerSecond) {
        public Told {
            actions = List.copyOf(actions);
        }
    }

    /** Makes the roll-out of a video, of which all else is known. */
    @FunctionalInterface
    private interface Beginning {
        PictureRollOut of(VideoInProgress video);
    }

    private VideoInProgress(RunModel model, Told told, int given, boolean endless, Beginning beginning) {
        this.model = model;
        this.told = told;
        this.given = given;
        this.actions = new ArrayList<>(told.actions());
        this.endless = endless;
        this.rollOut = beginning.of(this);
    }

    /**
     * Begins.
     *
     * @param model that makes it, and outlives it
     * @param past frames that come first in each of the videos, which fill latent frames; null for none
     * @param frames to make after those; {@link DenoisingPlan#ENDLESS} for no end, as for a video that is to be saved
     * @return for the caller to close
     * @throws UserException if the model cannot make it as it is set
     */
    public static VideoInProgress begin(RunModel model, Told told, @Nullable Clip past, int frames) {
        if (model.config().sampling().guidance().classes() != 1 && told.label() == Conditions.NULL) {
            throw new UserException("sampling.guidance.classes leads towards a class; name one, or set it to 1");
        }
        int given = past == null ? 0 : past.frames();
        model.codec().layout().requireWhole("what is given", given);
        DenoisingPlan plan = plan(model, frames, given);
        return new VideoInProgress(
                model, told, given, frames == DenoisingPlan.ENDLESS, video -> begin(video, plan, past));
    }

    private static PictureRollOut begin(VideoInProgress video, DenoisingPlan plan, @Nullable Clip past) {
        RunModel model = video.model;
        PictureRollOut[] begun = new PictureRollOut[1];
        Scopes.run(() -> {
            Tensor given_BTCHW = past == null
                    ? null
                    : model.codec().encode(List.of(past)).expand(video.told.clips(), -1, -1, -1, -1);
            RollOut rollOut =
                    model.conditionedBy(video::conditions).rollOut(plan, noise(model, video.told), given_BTCHW);
            begun[0] = PictureRollOut.begin(model.codec(), rollOut, given_BTCHW);
        });
        return begun[0];
    }

    private static DenoisingPlan plan(RunModel model, int frames, int given) {
        try {
            int all = (int) Math.min((long) frames + given, DenoisingPlan.ENDLESS);
            return model.config().plan(all, given);
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Noise noise(RunModel model, Told told) {
        List<Integer> numbers = IntStream.range(0, told.clips()).boxed().toList();
        return new Noise(new RandomStreams(told.seed()), numbers, model.frameShape(), model.device());
    }

    /**
     * Goes on with a video that {@link #save} has put down, without end: its frames are the same as if it had never stopped, bit
     * for bit on the same device and number of threads.
     *
     * @param model that it was made with, and outlives it
     * @return for the caller to close
     * @throws UserException if there is no such file, or it was made with another model or other settings
     */
    public static VideoInProgress resume(RunModel model, Path file) {
        VideoInProgress[] resumed = new VideoInProgress[1];
        Scopes.run(() -> {
            SavedVideo saved = SavedVideo.read(file);
            saved.about().requireSame(model, file);
            resumed[0] = resume(model, saved, file);
        });
        return resumed[0];
    }

    private static VideoInProgress resume(RunModel model, SavedVideo saved, Path file) {
        SavedVideo.About about = saved.about();
        DenoisingPlan plan = plan(model, DenoisingPlan.ENDLESS, about.given());
        Snapshot snapshot = saved.snapshot().on(model.device());
        try {
            return new VideoInProgress(
                    model,
                    about.told(),
                    about.given(),
                    true,
                    video -> PictureRollOut.resume(
                            model.codec(),
                            model.resume(plan, noise(model, about.told()), video::conditions, snapshot),
                            snapshot));
        } catch (IllegalArgumentException e) {
            throw SavedVideo.damaged(file, e);
        }
    }

    /**
     * What is known of latent frames, each of which follows the action of its first picture; those whose action is not known yet
     * follow the last one that is.
     */
    private Conditions conditions(int first, int count) {
        List<Integer> ofThese = actions.isEmpty()
                ? List.of()
                : IntStream.range(first, first + count)
                        .map(model.codec().layout()::pictures)
                        .mapToObj(frame -> actions.get(Math.min(frame, actions.size() - 1)))
                        .toList();
        return Conditions.alike(told.clips(), told.label(), ofThese);
    }

    /**
     * Names the actions of the frames that come next; the last one holds on. What was said of those frames before is forgotten.
     * If the order lets several frames be in work at once, some of them are half made already; and of a block that is finished,
     * frames that are still to be handed out keep the actions that they were made with, as do those of a latent frame.
     *
     * @param next numbers of actions, at least one
     */
    public synchronized void act(List<Integer> next) {
        requireOpen();
        int known = actions.isEmpty() ? Conditions.NULL : actions.get(actions.size() - 1);
        int made = rollOut.finished();
        while (actions.size() < made) {
            actions.add(known);
        }
        actions.subList(made, actions.size()).clear();
        int tooLate = Math.min(made - rollOut.handed(), next.size() - 1);
        actions.addAll(next.subList(tooLate, next.size()));
    }

    /**
     * Returns the next frame of each video, as clips of one frame.
     *
     * @throws UserException if it does not consist of finite numbers, because the weights are damaged or the video has
     *     gone astray; there is none after it
     * @throws IllegalStateException if the video or its model is closed
     */
    public synchronized List<Clip> next() {
        requireOpen();
        model.requireOpen();
        return rollOut.next();
    }

    /**
     * Calls {@code check} between any two calls of the network from now on. What it throws ends the video in the middle of a
     * frame, so that it can neither go on nor be saved; what was handed out stays as it is.
     */
    public synchronized void beforeEachUpdate(Runnable check) {
        requireOpen();
        rollOut.beforeEachUpdate(check);
    }

    /** Takes back the frame made last, which has come to nothing: the next one is that one again. */
    public synchronized void putBack(List<Clip> frame) {
        requireOpen();
        rollOut.putBack(frame);
    }

    /** Frames of each video that have been handed out, given ones included. */
    public int handed() {
        return rollOut.handed();
    }

    /** Videos that are made together. */
    public int clips() {
        return told.clips();
    }

    /** At which they play. */
    public double framesPerSecond() {
        return told.framesPerSecond();
    }

    /** Whether nothing has gone wrong, so that more frames can be made. */
    public boolean isWhole() {
        return rollOut.isWhole();
    }

    /**
     * Requires, before anything is made, that there is a place for {@code file}.
     *
     * @throws UserException if there is not
     */
    public static void requireWritable(Path file) {
        SavedVideo.requireWritable(file);
    }

    /**
     * Puts down all that it takes to go on. An earlier file of that name is replaced once the new one is whole.
     *
     * @throws UserException if the disk is full or the place cannot be written
     * @throws IllegalStateException if the video is closed, or was begun with an end: its last frames are made as if
     *     nothing followed
     */
    public synchronized void save(Path file) {
        requireOpen();
        if (!endless) {
            throw new IllegalStateException("only a video without end can be gone on with");
        }
        Told now = new Told(told.seed(), told.clips(), told.label(), actions, told.framesPerSecond());
        requireWritable(file);
        Scopes.run(() -> {
            Snapshot snapshot = Snapshot.empty();
            rollOut.save(snapshot);
            new SavedVideo(SavedVideo.About.of(model, given, now), snapshot).write(file);
        });
    }

    /** Requires that it is not closed. */
    synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the video is closed; begin another, or go on with what was saved of it");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        rollOut.close();
    }
}
