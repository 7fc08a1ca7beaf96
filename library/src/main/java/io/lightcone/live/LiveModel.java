// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.UserException;
import io.lightcone.generation.FrameShape;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.Devices;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Scopes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Shares one trained model among many live videos, as in a server: its weights and its attention plans are in memory
 * once, and each video adds only its own state. Any thread may call any of the videos; one computes at a time, with all
 * cores, and the others wait in the order in which they came. Each video is the same as if it were alone, bit for bit.
 *
 * <pre>{@code
 * try (LiveModel model = LiveModel.open(Path.of("runs/steered"), LiveOptions.defaults());
 *         LiveVideo one = model.begin(LiveOptions.defaults().withSeed(1));
 *         LiveVideo other = model.begin(LiveOptions.defaults().withSeed(2))) {
 *     show(one.next("left"), other.next("right"));
 * }
 * }</pre>
 *
 * It owns native memory: close it, from any thread. Its videos end with it.
 */
public final class LiveModel implements AutoCloseable {
    private final TrainedModel model;
    private final LiveOptions options;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final List<LiveVideo> videos = new ArrayList<>();
    private boolean closed;

    private LiveModel(TrainedModel model, LiveOptions options) {
        this.model = model;
        this.options = options;
    }

    /**
     * Loads the newest checkpoint of a run.
     *
     * @param run folder of a run
     * @param options settings and a device; the rest is for {@link #begin}
     * @throws UserException if there is no such run, or it cannot be set like that
     */
    public static LiveModel open(Path run, LiveOptions options) {
        Libtorch.start(0);
        return new LiveModel(TrainedModel.open(run, Devices.resolve(options.device()), options.settings()), options);
    }

    /**
     * Begins a video.
     *
     * @param wanted seed, class and given images; settings and device are those of the model, so leave them out or the
     *     same
     * @return for the caller to close
     * @throws UserException if the model knows no such class, or cannot generate without end as it is set
     * @throws IllegalStateException if the model is closed
     */
    public LiveVideo begin(LiveOptions wanted) {
        return begin(wanted, false);
    }

    /**
     * Begins a video, which may own this model.
     *
     * @param ownsModel whether closing the video closes this model
     */
    LiveVideo begin(LiveOptions wanted, boolean ownsModel) {
        boolean sameSettings = wanted.settings().isEmpty() || wanted.settings().equals(options.settings());
        if (!sameSettings || !(wanted.device().equals("auto") || wanted.device().equals(options.device()))) {
            throw new UserException("settings and device are chosen for all videos of a model; open the model with "
                    + (sameSettings ? "the device " + wanted.device() : String.join(", ", wanted.settings())));
        }
        return add(() -> LiveVideo.begin(model, wanted), ownsModel);
    }

    /**
     * Begins a video at the state of another one, or of the same one earlier; its images are the same as those that
     * followed there, if its actions are.
     *
     * @param state stays the caller's
     * @return for the caller to close
     * @throws IllegalStateException if the model or the state is closed
     * @throws IllegalArgumentException if the state is of a video of another model
     */
    public LiveVideo begin(LiveState state) {
        return add(() -> begun(state), false);
    }

    /** Returns a video in progress that begins at a state, for the caller to close. */
    VideoInProgress begun(LiveState state) {
        VideoInProgress[] begun = new VideoInProgress[1];
        Scopes.run(() -> begun[0] = state.begin(model));
        return begun[0];
    }

    /**
     * Resumes a video that {@link LiveVideo#save} has saved; its images are the same as if it had never stopped.
     *
     * @return for the caller to close
     * @throws UserException if it was generated with another run or other settings, or consists of several videos
     * @throws IllegalStateException if the model is closed
     */
    public LiveVideo resume(Path saved) {
        return resume(saved, false);
    }

    LiveVideo resume(Path saved, boolean ownsModel) {
        return add(() -> LiveVideo.resumed(model, saved), ownsModel);
    }

    private LiveVideo add(Supplier<VideoInProgress> beginning, boolean ownsModel) {
        return inTurn(() -> {}, () -> {
            VideoInProgress[] begun = new VideoInProgress[1];
            Scopes.run(() -> begun[0] = beginning.get());
            LiveVideo video = new LiveVideo(this, begun[0], ownsModel);
            videos.add(video);
            return video;
        });
    }

    /** Returns the actions that a frame may follow; empty if the model knows none. */
    public List<String> actions() {
        return model.config().model().actions();
    }

    /** Returns the classes that a video may show; empty if the model knows none. */
    public List<String> classes() {
        return model.config().model().classes();
    }

    /** Returns the shape of an image. */
    FrameShape shape() {
        return model.pictureShape();
    }

    /** Returns the rows of an image. */
    public int height() {
        return model.pictureShape().height();
    }

    /** Returns the columns of an image. */
    public int width() {
        return model.pictureShape().width();
    }

    /** Returns 1 if images are grey, 3 if they have colours. */
    public int channels() {
        return model.pictureShape().channels();
    }

    /** Returns the frame rate in images per second, that of the clips that the model has learned from. */
    public double framesPerSecond() {
        return model.framesPerSecond();
    }

    /** Returns how many updates an image has, unless a video sets another number. */
    public int steps() {
        return model.config().sampling().steps();
    }

    /** Returns whether images can have {@code steps} updates each; {@link LiveVideo#setSteps} refuses others. */
    public boolean allowsSteps(int steps) {
        return model.config().allowsSteps(steps);
    }

    /** Returns the training step that the weights are of. */
    public long checkpointStep() {
        return model.step();
    }

    /**
     * Returns whether the run has a checkpoint of a later step by now, as while it is trained. This model stays as it
     * is: open another one, and let it go on with the last images as given ones ({@link LiveOptions#withGiven}). It
     * reads the names in a folder and waits for nobody.
     *
     * @throws UserException if the folder of the run cannot be read any more
     */
    public boolean isOutdated() {
        return model.isOutdated();
    }

    /**
     * Waits until no other thread computes, and then runs {@code work}.
     *
     * @param requirement called first, which may refuse it
     * @throws IllegalStateException if the model is closed by then
     */
    <T> T inTurn(Runnable requirement, Supplier<T> work) {
        turn.lock();
        try {
            requirement.run();
            if (closed) {
                throw new IllegalStateException("the model is closed, and its videos with it; open it again, and resume"
                        + " what was saved of them");
            }
            return work.get();
        } finally {
            turn.unlock();
        }
    }

    /** Closes a video, unless it has ended with the model. */
    void end(LiveVideo video) {
        turn.lock();
        try {
            video.end();
            videos.remove(video);
        } finally {
            turn.unlock();
        }
    }

    /** Frees the weights and the state of all videos; an image in progress is finished first. */
    @Override
    public void close() {
        turn.lock();
        try {
            if (!closed) {
                closed = true;
                try {
                    videos.forEach(LiveVideo::free);
                } finally {
                    videos.clear();
                    model.close();
                }
            }
        } finally {
            turn.unlock();
        }
    }
}
