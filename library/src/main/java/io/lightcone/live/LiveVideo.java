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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Generates a video while it is watched: it returns the images of a trained model one by one, without end, each after
 * the action that it is to follow. Memory is bounded, except for some bytes per frame that record the actions.
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
 * It serves one thread at a time, and computes with all cores; a server with several viewers opens one
 * {@link LiveModel}. It owns native memory: close it, from any thread. Once it is closed, all methods but those that
 * return its length, frame rate and last action throw an {@link IllegalStateException}. How glibc allocates memory
 * decides much of the speed on a CPU: set the MALLOC_ variables for your program that the launcher {@code lightcone}
 * sets.
 */
public final class LiveVideo implements AutoCloseable {
    private final LiveModel model;
    /** The video itself, which is another one after {@link #restore}. */
    private volatile VideoInProgress video;

    private final boolean ownsModel;
    /** Records whether this video is closed; guarded by the lock of the model, under which the video changes too. */
    private boolean closed;

    /**
     * Creates a view of a video that {@code model} generates.
     *
     * @param ownsModel whether closing this video closes the model
     */
    LiveVideo(LiveModel model, VideoInProgress video, boolean ownsModel) {
        this.model = model;
        this.video = video;
        this.ownsModel = ownsModel;
    }

    /**
     * Begins a video with a model of its own; {@link LiveModel} is for several at a time.
     *
     * @param run folder of a run
     * @throws UserException if there is no such run, or it knows no such class, or cannot generate without end as it is
     *     set
     */
    public static LiveVideo open(Path run, LiveOptions options) {
        return of(run, options, model -> model.begin(options, true));
    }

    /**
     * Resumes a video that {@link #save} has saved; its images are the same as if it had never stopped.
     *
     * @param run the run that it was generated with
     * @param saved the file
     * @param options settings that it was generated with, and a device; the rest is in the file
     * @throws UserException if it was generated with another run or other settings, or consists of several videos
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
        VideoInProgress.Request request = new VideoInProgress.Request(
                options.seed(), 1, label(model, options), givenActions(model, options), model.framesPerSecond());
        Clip given = options.given().isEmpty() ? null : clip(options.given(), model.pictureShape());
        return VideoInProgress.begin(model, request, given, DenoisingPlan.ENDLESS);
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
        return name == null ? Conditions.NULL : model.config().classNumber(name);
    }

    private static List<Integer> givenActions(RunModel model, LiveOptions options) {
        List<Integer> numbers = new ArrayList<>();
        for (@Nullable String name : options.givenActions()) {
            numbers.add(
                    name == null
                            ? Conditions.NULL
                            : NameLookup.index(
                                    "action", name, model.config().model().actions()));
        }
        return numbers;
    }

    private static Clip clip(List<BufferedImage> images, FrameShape shape) {
        images.forEach(image -> requireSize("the given images measure", image, shape, "them"));
        return Clip.of("given images", images, shape.channels());
    }

    private static void requireSize(String subject, BufferedImage image, FrameShape shape, String object) {
        if (image.getHeight() != shape.height() || image.getWidth() != shape.width()) {
            throw new UserException(subject + " " + image.getWidth() + "x" + image.getHeight()
                    + " pixels, but the model makes " + shape.width() + "x" + shape.height() + "; scale " + object
                    + " first");
        }
    }

    /** Returns the actions that a frame may follow; empty if the model knows none. */
    public List<String> actions() {
        return model.actions();
    }

    /**
     * Generates the next image after an action. If the run's order keeps several frames in progress at once, the action
     * shows later: with AD and a gap below its steps it reaches frames that are partly denoised already, and with
     * blocks the next block. Order FRAME_BY_FRAME with blocks of one follows at once; where the run's codec decodes
     * several images from a latent frame, the first of these does.
     *
     * @throws UserException if the model does not know it
     */
    public BufferedImage next(String action) {
        return inTurn(() -> {
            video.setActions(List.of(NameLookup.index("action", action, actions())));
            return nextImage();
        });
    }

    /**
     * Generates the next image after the last action that was named; before any was named, the action is unknown.
     *
     * @throws UserException if it does not consist of finite numbers: the run's weights are damaged, or the video has
     *     diverged
     */
    public BufferedImage next() {
        return inTurn(this::nextImage);
    }

    /**
     * Adds an image that the model has not made, such as what somebody has drawn into the last one, as the next image
     * of the video, after the last action that was named. The model remembers it as one that was given: at {@code
     * sampling.context.given}. What was generated before is remembered as it was. If the run's order keeps several
     * frames in progress at once, they begin anew behind it, since they were to follow another one. If the run's codec
     * makes a latent frame of several images, the image fills a whole one: {@link #next} returns it again until that is
     * used up.
     *
     * @param image in the size of the model; colours become grey if the model makes grey images
     * @throws UserException if it has another size, or if {@link #waiting} images come first
     */
    public void show(BufferedImage image) {
        showAfter(null, image);
    }

    /**
     * Adds an image that the model has not made, after an action; see {@link #show(BufferedImage)}. The action counts
     * as named.
     *
     * @throws UserException as {@link #show(BufferedImage)}, or if the model does not know the action
     */
    public void show(BufferedImage image, String action) {
        showAfter(action, image);
    }

    private void showAfter(@Nullable String action, BufferedImage image) {
        requireSize("the image measures", image, model.shape(), "it");
        Clip picture = Clip.of("image", List.of(image), model.channels());
        inTurn(() -> {
            video.show(picture, action == null ? null : NameLookup.index("action", action, actions()));
            return video;
        });
    }

    /**
     * Returns how many images are finished that {@link #next} returns at once: those of a block, or of a latent frame,
     * that has begun to be returned. Actions come too late for them. It does not wait for other videos of the model.
     */
    public int waiting() {
        return video.waiting();
    }

    /**
     * Returns the action that the last image follows. This is not the one that was named for it if the image was {@link
     * #waiting} then: all images of a block, or of a latent frame, follow the action of the first. It does not wait for
     * other videos of the model.
     *
     * @return null if the action is not known, as of given images without actions, or if there is no image yet
     */
    public @Nullable String lastAction() {
        return video.lastAction();
    }

    /**
     * Returns how many updates an image has that begins now: {@code sampling.steps}, or what {@link #setSteps} has set.
     */
    public int steps() {
        return inTurn(() -> video.steps());
    }

    /**
     * Sets how many updates those images have that have not begun: fewer are faster, more are better. With blocks, the
     * next block is the first with so many.
     *
     * @throws UserException if the model does not learn to make images in so many, as one with {@code model.shortcut}
     *     learns powers of two; or if the run's order keeps several frames in progress whose plan depends on it, as AD
     *     with a gap below its steps does
     */
    public void setSteps(int steps) {
        inTurn(() -> {
            video.setSteps(steps);
            return video;
        });
    }

    /**
     * Copies the state of the video into memory, to go back to it or to begin other videos with it. It costs about as
     * much memory as the video itself, and the time to copy that.
     *
     * @return for the caller to close
     */
    public LiveState state() {
        return inTurn(() -> video.state());
    }

    /**
     * Goes back to a state of this video, or on to one of another video of the same model; the images that follow are
     * the same as those that followed there, bit for bit, if their actions are. A video that has diverged is whole
     * again.
     *
     * @param state stays the caller's
     * @throws IllegalStateException if the state is closed
     * @throws IllegalArgumentException if it is of a video of another model
     */
    public void restore(LiveState state) {
        inTurn(() -> {
            VideoInProgress before = video;
            video = model.begun(state);
            before.close();
            return video;
        });
    }

    /**
     * Begins another video that goes on from here: until its actions differ, its images are the same.
     *
     * @return for the caller to close; it ends with the model, and so with this video if {@link #open} has opened it
     */
    public LiveVideo branch() {
        try (LiveState state = state()) {
            return model.begin(state);
        }
    }

    private BufferedImage nextImage() {
        return video.next().get(0).image(0);
    }

    private <T> T inTurn(Supplier<T> work) {
        return model.inTurn(this::requireOpen, work);
    }

    /** Refuses a video that was closed itself; one that ended with its model is refused by the model. */
    private void requireOpen() {
        if (closed) {
            video.requireOpen();
        }
    }

    /** Returns the number of images so far, given ones included. */
    public int frames() {
        return video.handed();
    }

    /** Returns the frame rate in images per second. */
    public double framesPerSecond() {
        return video.framesPerSecond();
    }

    /**
     * Saves the state that is needed to resume, for {@link #resume} or the command {@code sample}.
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
        if (ownsModel) {
            model.close();
        }
    }

    void end() {
        closed = true;
        free();
    }

    /** Frees the native memory of the video. */
    void free() {
        video.close();
    }
}
