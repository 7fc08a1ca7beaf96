// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.UserException;
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
 * A trained model that many live videos share, as in a server: its weights, and its plans of attention, are in memory once,
 * and each video adds only what it remembers. Any thread may call any of the videos; one computes at a time, with all cores,
 * and the others wait in the order in which they came. So each video is what it would be if it were alone, bit for bit.
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
     * @param of seed, class and given images; settings and device are those of the model, so leave them out or the same
     * @return for the caller to close
     * @throws UserException if the model knows no such class, or cannot generate without end as it is set
     * @throws IllegalStateException if the model is closed
     */
    public LiveVideo begin(LiveOptions of) {
        return begin(of, false);
    }

    /**
     * Begins a video.
     *
     * @param last whether the model is closed with it
     */
    LiveVideo begin(LiveOptions of, boolean last) {
        boolean own = of.settings().isEmpty() || of.settings().equals(options.settings());
        if (!own || !(of.device().equals("auto") || of.device().equals(options.device()))) {
            throw new UserException("settings and device are chosen for all videos of a model; open the model with "
                    + (own ? "the device " + of.device() : String.join(", ", of.settings())));
        }
        return add(() -> LiveVideo.begin(model, of), last);
    }

    /**
     * Goes on with a video that {@link LiveVideo#save} has saved; its images are the same as if it had never stopped.
     *
     * @return for the caller to close
     * @throws UserException if it was made with another run or other settings, or is of several videos
     * @throws IllegalStateException if the model is closed
     */
    public LiveVideo resume(Path saved) {
        return resume(saved, false);
    }

    LiveVideo resume(Path saved, boolean last) {
        return add(() -> LiveVideo.resumed(model, saved), last);
    }

    private LiveVideo add(Supplier<VideoInProgress> beginning, boolean last) {
        return inTurn(() -> {}, () -> {
            VideoInProgress[] begun = new VideoInProgress[1];
            Scopes.run(() -> begun[0] = beginning.get());
            LiveVideo video = new LiveVideo(this, begun[0], last);
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

    /**
     * Waits until no other thread computes, and then does {@code work}.
     *
     * @param requirement called first, which may refuse it
     * @throws IllegalStateException if the model is closed by then
     */
    <T> T inTurn(Runnable requirement, Supplier<T> work) {
        turn.lock();
        try {
            requirement.run();
            if (closed) {
                throw new IllegalStateException("the model is closed, and its videos with it; open it again, and go on"
                        + " with what was saved of them");
            }
            return work.get();
        } finally {
            turn.unlock();
        }
    }

    /** Ends a video, unless it has ended with the model. */
    void end(LiveVideo video) {
        turn.lock();
        try {
            video.end();
            videos.remove(video);
        } finally {
            turn.unlock();
        }
    }

    /** Frees the weights, and what its videos remember; an image in the making is finished first. */
    @Override
    public void close() {
        turn.lock();
        try {
            if (!closed) {
                closed = true;
                videos.forEach(LiveVideo::free);
                videos.clear();
                model.close();
            }
        } finally {
            turn.unlock();
        }
    }
}
