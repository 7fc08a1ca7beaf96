// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.UserException;
import io.lightcone.config.NameLookup;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.FrameShape;
import io.lightcone.model.Conditions;
import io.lightcone.run.RunModel;
import io.lightcone.video.Clip;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A video that is made while it is watched: a trained model, and images of it one by one, for as long as one likes,
 * each after the action that it is to follow. Memory is bounded, but for some bytes a frame that remember the actions.
 *
 * <pre>{@code
 * try (LiveVideo video = LiveVideo.open(Path.of("runs/steered"), LiveOptions.defaults().withSeed(7))) {
 *     while (watching()) {
 *         show(video.next(pressed() ? "left" : "stay"));
 *     }
 *     video.save(Path.of("later.state"));
 * }
 * }</pre>
 *
 * It serves one thread at a time, and computes with all cores; a server with several viewers opens one {@link LiveModel}. It owns native memory: close it, from any thread; what
 * is asked of it afterwards is an {@link IllegalStateException}, but for what it has been and is called. How glibc
 * allocates memory decides much of the speed on a CPU: set the MALLOC_ variables for your program that the launcher
 * {@code lightcone} sets.
 */
public final class LiveVideo implements AutoCloseable {
    private final LiveModel model;
    private final VideoInProgress video;
    private final boolean last;
    /** Guarded by the model, as is the video. */
    private boolean closed;

    /**
     * Shows a video that {@code model} is making.
     *
     * @param last whether the model is closed with it
     */
    LiveVideo(LiveModel model, VideoInProgress video, boolean last) {
        this.model = model;
        this.video = video;
        this.last = last;
    }

    /**
     * Begins a video with a model of its own; {@link LiveModel} is for several at a time.
     *
     * @param run folder of a run
     * @throws UserException if there is no such run, or it knows no such class, or cannot generate without end as it is set
     */
    public static LiveVideo open(Path run, LiveOptions options) {
        return of(run, options, model -> model.begin(options, true));
    }

    /**
     * Goes on with a video that {@link #save} has saved; its images are the same as if it had never stopped.
     *
     * @param run the run that it was made with
     * @param saved the file
     * @param options settings that it was made with, and a device; the rest is in the file
     * @throws UserException if it was made with another run or other settings, or is of several videos
     */
    public static LiveVideo resume(Path run, Path saved, LiveOptions options) {
        return of(run, options, model -> model.resume(saved, true));
    }

    private static LiveVideo of(Path run, LiveOptions options, Function<LiveModel, LiveVideo> beginning) {
        LiveModel model = LiveModel.open(run, options);
        try {
            return beginning.apply(model);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    static VideoInProgress begin(RunModel model, LiveOptions options) {
        VideoInProgress.Told told =
                new VideoInProgress.Told(options.seed(), 1, label(model, options), List.of(), model.framesPerSecond());
        Clip given = options.given().isEmpty() ? null : clip(options.given(), model);
        return VideoInProgress.begin(model, told, given, DenoisingPlan.ENDLESS);
    }

    static VideoInProgress resumed(RunModel model, Path saved) {
        VideoInProgress video = VideoInProgress.resume(model, saved);
        if (video.clips() != 1) {
            video.close();
            throw new UserException(saved + " is of " + video.clips() + " videos that are made together, not of one");
        }
        return video;
    }

    private static int label(RunModel model, LiveOptions options) {
        String name = options.className();
        return name == null
                ? Conditions.NULL
                : NameLookup.index("class", name, model.config().model().classes());
    }

    private static Clip clip(List<BufferedImage> images, RunModel model) {
        FrameShape shape = model.pictureShape();
        for (BufferedImage image : images) {
            if (image.getHeight() != shape.height() || image.getWidth() != shape.width()) {
                throw new UserException("the given images measure " + image.getWidth() + "x" + image.getHeight()
                        + " pixels, but the model makes " + shape.width() + "x" + shape.height()
                        + "; scale them first");
            }
        }
        return Clip.of("given images", images, shape.channels());
    }

    /** The actions that a frame may follow; empty if the model knows none. */
    public List<String> actions() {
        return model.actions();
    }

    /**
     * The next image, after that action. If the run's order lets several frames be in work at once, the action shows later: with
     * AD and a gap below its steps it reaches frames that are half made already, and with blocks the next block. Order
     * FRAME_BY_FRAME with blocks of one follows at once; where the run's codec makes several images of a latent frame, the first
     * of these does.
     *
     * @throws UserException if the model does not know it
     */
    public BufferedImage next(String action) {
        return inTurn(() -> {
            video.act(List.of(NameLookup.index("action", action, actions())));
            return made();
        });
    }

    /**
     * The next image. The last action that was named holds on; before any was, none is known.
     *
     * @throws UserException if it does not consist of finite numbers: the run's weights are damaged, or the video has
     *     gone astray
     */
    public BufferedImage next() {
        return inTurn(this::made);
    }

    private BufferedImage made() {
        return video.next().get(0).image(0);
    }

    private <T> T inTurn(Supplier<T> work) {
        return model.inTurn(this::requireOpen, work);
    }

    /** What has ended with its model is told from what was closed itself. */
    private void requireOpen() {
        if (closed) {
            video.requireOpen();
        }
    }

    /** Images so far, given ones included. */
    public int frames() {
        return video.handed();
    }

    /** How fast to show them. */
    public double framesPerSecond() {
        return video.framesPerSecond();
    }

    /**
     * Saves what it takes to go on, for {@link #resume} or the command {@code sample}.
     *
     * @throws UserException if the file cannot be written
     */
    public void save(Path file) {
        inTurn(() -> {
            video.save(file);
            return file;
        });
    }

    @Override
    public void close() {
        model.end(this);
        if (last) {
            model.close();
        }
    }

    void end() {
        closed = true;
        free();
    }

    /** Frees what it remembers. */
    void free() {
        video.close();
    }
}
