// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.TextFormat;
import io.lightcone.UserException;
import io.lightcone.codec.LatentLayout;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.model.Conditions;
import io.lightcone.run.PictureRollOut;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunModel;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Generates a video, or several together, with a trained model, frame after frame; its actions can be changed between
 * two frames, and it can be saved and resumed. Frames are pictures here, whatever the model's codec encodes them to.
 * Native memory is bounded whatever its length; the action of each frame is recorded, which takes some bytes. Once it
 * is closed, nothing more can be generated or saved; a frame in progress is finished first.
 *
 * <p>Shapes: B videos, T frames, C channels, H W rows and columns.
 */
public final class VideoInProgress implements AutoCloseable {
    private final RunModel model;
    private final Request request;
    private final int given;
    private final List<Integer> actions;
    private final boolean endless;
    private final PictureRollOut rollOut;
    private boolean closed;

    /**
     * Describes the video that is requested, before its first frame.
     *
     * @param seed of its noise
     * @param clips videos that are generated together
     * @param label number of their class, or {@link Conditions#NULL}
     * @param actions numbers of the actions from the first frame on, given ones included; the last one holds on
     * @param framesPerSecond at which it plays
     */
    public record Request(long seed, int clips, int label, List<Integer> actions, double framesPerSecond) {
        public Request {
            actions = List.copyOf(actions);
        }
    }

    /** Creates the roll-out of a video whose other fields are set. */
    @FunctionalInterface
    private interface RollOutFactory {
        PictureRollOut create(VideoInProgress video);
    }

    private VideoInProgress(RunModel model, Request request, int given, boolean endless, RollOutFactory factory) {
        this.model = model;
        this.request = request;
        this.given = given;
        this.actions = new ArrayList<>(request.actions());
        this.endless = endless;
        this.rollOut = factory.create(this);
    }

    /**
     * Begins a video.
     *
     * @param model that generates it, and outlives it
     * @param past frames that come first in each of the videos, which fill latent frames; null for none
     * @param frames to generate after those; {@link DenoisingPlan#ENDLESS} for no end, as for a video that is to be
     *     saved
     * @return for the caller to close
     * @throws UserException if the model cannot generate it with its settings
     */
    public static VideoInProgress begin(RunModel model, Request request, @Nullable Clip past, int frames) {
        if (model.config().sampling().guidance().classes() != 1 && request.label() == Conditions.NULL) {
            throw new UserException("sampling.guidance.classes leads towards a class; name one, or set it to 1");
        }
        int given = past == null ? 0 : past.frames();
        model.codec().layout().requireWhole("what is given", given);
        DenoisingPlan plan = plan(model, frames, given);
        return new VideoInProgress(
                model, request, given, frames == DenoisingPlan.ENDLESS, video -> begin(video, plan, past));
    }

    private static PictureRollOut begin(VideoInProgress video, DenoisingPlan plan, @Nullable Clip past) {
        RunModel model = video.model;
        PictureRollOut[] begun = new PictureRollOut[1];
        Scopes.run(() -> {
            int clips = video.request.clips();
            List<Clip> given = past == null ? List.of() : Collections.nCopies(clips, past);
            Tensor given_BTCHW =
                    past == null ? null : model.codec().encode(List.of(past)).expand(clips, -1, -1, -1, -1);
            RollOut rollOut =
                    model.conditionedBy(video::conditions).rollOut(plan, noise(model, video.request), given_BTCHW);
            begun[0] = PictureRollOut.begin(model.codec(), rollOut, given, given_BTCHW);
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

    private static Noise noise(RunModel model, Request request) {
        List<Integer> numbers = IntStream.range(0, request.clips()).boxed().toList();
        return new Noise(new RandomStreams(request.seed()), numbers, model.frameShape(), model.device());
    }

    /**
     * Resumes a video that {@link #save} has saved, without end: its frames are the same as if it had never stopped,
     * bit for bit on the same device and number of threads.
     *
     * @param model that it was generated with, and outlives it
     * @return for the caller to close
     * @throws UserException if there is no such file, or it was generated with another model or other settings
     */
    public static VideoInProgress resume(RunModel model, Path file) {
        VideoInProgress[] resumed = new VideoInProgress[1];
        Scopes.run(() -> {
            SavedVideo saved = SavedVideo.read(file);
            saved.identity().requireSame(model, file);
            resumed[0] = resume(model, saved, file);
        });
        return resumed[0];
    }

    private static VideoInProgress resume(RunModel model, SavedVideo saved, Path file) {
        SavedVideo.Identity identity = saved.identity();
        Snapshot snapshot = saved.snapshot().on(model.device());
        try {
            return resume(model, identity.given(), identity.request(), snapshot);
        } catch (IllegalArgumentException e) {
            throw SavedVideo.damaged(file, e);
        }
    }

    /**
     * Resumes a video at a state that was saved of it.
     *
     * @param given frames that it was given when it began
     * @param request what was requested of it by then
     * @param snapshot of its roll-out, on the device of the model
     * @return for the caller to close
     * @throws IllegalArgumentException if the snapshot is of something else
     */
    static VideoInProgress resume(RunModel model, int given, Request request, Snapshot snapshot) {
        DenoisingPlan plan = plan(model, DenoisingPlan.ENDLESS, given);
        return new VideoInProgress(
                model,
                request,
                given,
                true,
                video -> PictureRollOut.resume(
                        model.codec(),
                        model.resume(plan, noise(model, request), video::conditions, snapshot),
                        snapshot));
    }

    /**
     * Returns the conditions of latent frames, each of which follows the action of its first picture; frames whose
     * action is not known yet follow the last one that is.
     */
    private Conditions conditions(int first, int count) {
        List<Integer> ofThese = actions.isEmpty()
                ? List.of()
                : IntStream.range(first, first + count)
                        .map(model.codec().layout()::pictures)
                        .mapToObj(frame -> actions.get(Math.min(frame, actions.size() - 1)))
                        .toList();
        return Conditions.alike(request.clips(), request.label(), ofThese);
    }

    /**
     * Sets the actions of the frames that come next; the last one holds on, and actions set before for those frames are
     * forgotten. If the order keeps several frames in progress at once, some of them are partly denoised already; the
     * pictures of a finished block, or of a finished latent frame, that have not been returned yet keep the actions
     * that they were generated with.
     *
     * @param next numbers of actions, at least one
     */
    public synchronized void setActions(List<Integer> next) {
        requireOpen();
        int known = actions.isEmpty() ? Conditions.NULL : actions.get(actions.size() - 1);
        int finished = rollOut.finished();
        while (actions.size() < finished) {
            actions.add(known);
        }
        actions.subList(finished, actions.size()).clear();
        int tooLate = Math.min(finished - rollOut.handed(), next.size() - 1);
        actions.addAll(next.subList(tooLate, next.size()));
    }

    /**
     * Returns the next frame of each video, as clips of one frame.
     *
     * @throws UserException if it does not consist of finite numbers, because the weights are damaged or the video has
     *     diverged; there is none after it
     * @throws IllegalStateException if the video or its model is closed
     */
    synchronized List<Clip> next() {
        requireOpen();
        model.requireOpen();
        return rollOut.next();
    }

    /**
     * Adds a picture that the model has not made, as the next frame of each video: the model remembers it as one that
     * it was given, and frames in progress begin anew behind it. Where the codec makes a latent frame of several
     * pictures, it stands still for all of them.
     *
     * @param picture of one frame, in the size of the model
     * @param action number of the action that it follows; null for the last one that was set
     * @throws UserException if pictures are finished that come first
     * @throws IllegalStateException if the video or its model is closed, or it was begun with an end
     */
    synchronized void show(Clip picture, @Nullable Integer action) {
        requireOpen();
        requireEndless();
        model.requireOpen();
        if (rollOut.waiting() > 0) {
            throw new UserException(TextFormat.count(rollOut.waiting(), "image")
                    + (rollOut.waiting() == 1 ? " that is" : " that are")
                    + " finished must be returned before another can be shown");
        }
        if (action != null) {
            setActions(List.of(action));
        }
        rollOut.show(Collections.nCopies(request.clips(), picture));
    }

    /** Returns how many pictures are finished that {@link #next} returns without the model. */
    synchronized int waiting() {
        requireOpen();
        return rollOut.waiting();
    }

    /** Returns how many updates a frame has that begins now. */
    synchronized int steps() {
        return rollOut.steps();
    }

    /**
     * Sets how many updates those frames have that have not begun.
     *
     * @throws UserException if the model does not learn to make frames in so many, or frames are in progress whose plan
     *     depends on it
     * @throws IllegalStateException if the video is closed, or was begun with an end
     */
    synchronized void setSteps(int steps) {
        requireOpen();
        requireEndless();
        try {
            RunConfig checked = model.config().withSteps(steps);
            rollOut.setSteps(checked.sampling().steps());
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Calls {@code check} between any two calls of the network from now on. What it throws ends the video in the middle
     * of a frame, so that it can neither continue nor be saved; frames that were returned stay as they are.
     */
    synchronized void beforeEachUpdate(Runnable check) {
        requireOpen();
        rollOut.beforeEachUpdate(check);
    }

    /** Takes back the last frame, which could not be used, so that {@link #next} returns it again. */
    synchronized void putBack(List<Clip> frame) {
        requireOpen();
        rollOut.putBack(frame);
    }

    /** Returns how many frames of each video have been returned, given ones included. */
    int handed() {
        return rollOut.handed();
    }

    /**
     * Returns the name of the action that the frame follows which was returned last; null if it is not known, as of
     * given frames.
     */
    synchronized @Nullable String lastAction() {
        return action(rollOut.handed() - 1);
    }

    /**
     * Returns the name of the action that a frame follows, or null: that of the first picture of its latent frame,
     * unless it was given, since what led to given pictures is not the model's.
     */
    synchronized @Nullable String action(int frame) {
        if (frame < 0) {
            return null;
        }
        LatentLayout latents = model.codec().layout();
        int decisive = frame < given ? frame : latents.pictures(latents.frames(frame + 1) - 1);
        int number = actions.isEmpty() ? Conditions.NULL : actions.get(Math.min(decisive, actions.size() - 1));
        return number == Conditions.NULL
                ? null
                : model.config().model().actions().get(number);
    }

    /** Returns how many videos are generated together. */
    public int clips() {
        return request.clips();
    }

    /** Returns the frame rate in images per second. */
    public double framesPerSecond() {
        return request.framesPerSecond();
    }

    /** Returns whether no failure has occurred, so that more frames can be generated. */
    boolean isWhole() {
        return rollOut.isWhole();
    }

    /** Returns the device that generates the video. */
    Device device() {
        return model.device();
    }

    /**
     * Throws, before anything is generated, unless {@code file} can be written.
     *
     * @throws UserException if it cannot
     */
    public static void requireWritable(Path file) {
        SavedVideo.requireWritable(file);
    }

    /**
     * Saves all state that is needed to resume. An earlier file of that name is replaced once the new one is whole.
     *
     * @throws UserException if the disk is full or the place cannot be written
     * @throws IllegalStateException if the video is closed, or was begun with an end: its last frames are generated as
     *     if nothing followed
     */
    public synchronized void save(Path file) {
        requireOpen();
        requireEndless();
        requireWritable(file);
        Scopes.run(() -> new SavedVideo(SavedVideo.Identity.of(model, given, now()), snapshot()).write(file));
    }

    /**
     * Copies all state that is needed to resume.
     *
     * @return for the caller to close
     * @throws IllegalStateException as {@link #save}
     */
    synchronized LiveState state() {
        requireOpen();
        requireEndless();
        return Scopes.within(() -> new LiveState(model, given, now(), rollOut.handed(), snapshot()));
    }

    /** Returns what is requested now, with the actions of all frames so far. */
    private Request now() {
        return new Request(request.seed(), request.clips(), request.label(), actions, request.framesPerSecond());
    }

    private Snapshot snapshot() {
        Snapshot snapshot = Snapshot.empty();
        rollOut.save(snapshot);
        return snapshot;
    }

    private void requireEndless() {
        if (!endless) {
            throw new IllegalStateException("a video that was begun with an end can neither be changed nor resumed");
        }
    }

    /** Throws unless the video is open. */
    synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the video is closed; begin another, or resume what was saved of it");
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            rollOut.close();
        }
    }
}
