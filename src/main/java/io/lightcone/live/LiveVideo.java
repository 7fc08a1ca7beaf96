// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.UserException;
import io.lightcone.codec.PixelCodec;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.evaluation.ClipTensors;
import io.lightcone.generation.FrameShape;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.model.Conditions;
import io.lightcone.tensor.Devices;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.training.SavedRollOut;
import io.lightcone.training.SavedRollOut.About;
import io.lightcone.training.TrainedModel;
import io.lightcone.video.Clip;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A video that is made while it is watched: a trained model, and images of it one by one, for as long as one likes, each after
 * the action that it is to follow. Memory is bounded, but for some bytes a frame that remember the actions.
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
 * It is for one thread at a time, and computes with all cores. It owns native memory: close it.
 */
public final class LiveVideo implements AutoCloseable {
    private final TrainedModel model;
    private final long seed;
    private final int label;
    private final int given;
    private final List<Integer> actions;
    private final RollOut rollOut;
    private int finished;

    private LiveVideo(TrainedModel model, long seed, int label, int given, List<Integer> actions, Beginning beginning) {
        this.model = model;
        this.seed = seed;
        this.label = label;
        this.given = given;
        this.actions = actions;
        this.finished = actions.size();
        this.rollOut = beginning.rollOut(this);
    }

    /** Makes the roll-out of a video, which knows all but that. */
    @FunctionalInterface
    private interface Beginning {
        RollOut rollOut(LiveVideo video);
    }

    /**
     * Begins a video.
     *
     * @param run folder of a run
     * @throws UserException if there is no such run, or it knows no such class, or cannot generate without end as it is set
     */
    public static LiveVideo open(Path run, LiveOptions options) {
        TrainedModel model = model(run, options.settings(), options.device());
        try {
            int label = label(model, options);
            List<Integer> unknown = new ArrayList<>();
            options.given().forEach(image -> unknown.add(Conditions.NULL));
            return new LiveVideo(model, options.seed(), label, unknown.size(), unknown, video -> {
                RollOut[] begun = new RollOut[1];
                Scopes.run(() -> begun[0] = video.begin(options.given()));
                return begun[0];
            });
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Goes on with a video that {@link #save} has put down; its images are the same as if it had never stopped.
     *
     * @param run the run that it was made with
     * @param saved the file
     * @param options settings that it was made with, and a device; the rest is in the file
     * @throws UserException if it was made with another run or other settings, or is of several videos
     */
    public static LiveVideo resume(Path run, Path saved, LiveOptions options) {
        TrainedModel model = model(run, options.settings(), options.device());
        LiveVideo[] video = new LiveVideo[1];
        try {
            Scopes.run(() -> {
                SavedRollOut state = SavedRollOut.read(saved);
                About about = state.about();
                if (about.clips() != 1) {
                    throw new UserException(
                            saved + " is of " + about.clips() + " videos that are made together, not of one");
                }
                List<Integer> actions = new ArrayList<>();
                for (int frame = 0; frame < about.finished(); frame++) {
                    actions.add(action(about.actions(), frame));
                }
                video[0] = new LiveVideo(
                        model,
                        about.seed(),
                        about.label(),
                        about.given(),
                        actions,
                        made -> state.resume(model, made::conditions, saved));
            });
            return video[0];
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static TrainedModel model(Path run, List<String> settings, String device) {
        Libtorch.start(0);
        return TrainedModel.open(run, Devices.resolve(device), settings);
    }

    private static int label(TrainedModel model, LiveOptions options) {
        String name = options.className();
        return name == null
                ? Conditions.NULL
                : number("class", name, model.config().model().classes());
    }

    private static int number(String what, String name, List<String> known) {
        int number = known.indexOf(name);
        if (number < 0) {
            throw new UserException("this run knows no " + what + " named '" + name + "'; valid are "
                    + (known.isEmpty() ? "none" : String.join(", ", known)));
        }
        return number;
    }

    private RollOut begin(List<BufferedImage> images) {
        FrameShape shape = model.frameShape();
        Noise noise = new Noise(new RandomStreams(seed), List.of(0), shape, model.device());
        Tensor given_BTCHW = images.isEmpty() ? null : encode(images, shape);
        DenoisingPlan plan = plan();
        return model.scripted(this::conditions).rollOut(plan, noise, given_BTCHW);
    }

    private DenoisingPlan plan() {
        try {
            DenoisingPlan plan = model.config().sampling().plan(DenoisingPlan.ENDLESS, given);
            plan.requireFits(model.window());
            return plan;
        } catch (IllegalArgumentException e) {
            throw new UserException("this run cannot generate without end: " + e.getMessage(), e);
        }
    }

    private Tensor encode(List<BufferedImage> images, FrameShape shape) {
        for (BufferedImage image : images) {
            if (image.getHeight() != shape.height() || image.getWidth() != shape.width()) {
                throw new UserException("the given images measure " + image.getWidth() + "x" + image.getHeight()
                        + " pixels, but the model makes " + shape.width() + "x" + shape.height()
                        + "; scale them first");
            }
        }
        return ClipTensors.encode(List.of(Clip.of("given images", images, shape.channels())), model.device());
    }

    /** What is known so far; frames that are in work before their action is known follow the last one. */
    private Conditions conditions(int first, int count) {
        List<Integer> known = new ArrayList<>();
        if (!actions().isEmpty()) {
            for (int frame = first; frame < first + count; frame++) {
                known.add(action(actions, frame));
            }
        }
        return Conditions.alike(1, label, known);
    }

    private static int action(List<Integer> actions, int frame) {
        return actions.isEmpty() ? Conditions.NULL : actions.get(Math.min(frame, actions.size() - 1));
    }

    /** The actions that a frame may follow; empty if the model knows none. */
    public List<String> actions() {
        return model.config().model().actions();
    }

    /** The next image, of which no action is known. */
    public BufferedImage next() {
        return next(Conditions.NULL);
    }

    /**
     * The next image, after that action.
     *
     * @throws UserException if the model does not know it
     */
    public BufferedImage next(String action) {
        return next(number("action", action, actions()));
    }

    private BufferedImage next(int action) {
        actions.add(action);
        BufferedImage[] image = new BufferedImage[1];
        Scopes.run(() -> {
            FrameShape shape = model.frameShape();
            byte[] pixels = Tensors.bytes(PixelCodec.decode(rollOut.next()));
            image[0] = new Clip("live", 1, shape.height(), shape.width(), shape.channels(), pixels).image(0);
        });
        finished++;
        return image[0];
    }

    /** Images so far, given ones included. */
    public int frames() {
        return finished;
    }

    /** How fast to show them. */
    public double framesPerSecond() {
        return model.framesPerSecond();
    }

    /**
     * Puts down what it takes to go on, for {@link #resume} or {@code lightcone sample --resume}.
     *
     * @throws UserException if the file cannot be written
     */
    public void save(Path file) {
        List<Integer> known = actions().isEmpty() ? List.of() : actions;
        SavedRollOut.write(file, rollOut, About.of(model, seed, 1, given, finished, label, known, framesPerSecond()));
    }

    @Override
    public void close() {
        rollOut.close();
        model.close();
    }
}
