// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.diffusion.Denoiser;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.NoiseSchedule;
import io.lightcone.diffusion.Stepper;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Executes a denoising plan: row by row it shows the model the frames in work behind as much of their past as the model was
 * trained on, and updates those that the row says. Finished frames are presented at the context level, are never touched
 * again, and are let go once no later frame can see them, so memory does not grow with the length of the video.
 *
 * <p>Every clip of a batch draws its own noise, named by its number and the frame, so a clip comes out the same alone and
 * among others.
 *
 * <p>Shapes: B clips, T frames in the window, C channels, H W pixels.
 */
public final class VideoSampler {
    private final Denoiser denoiser;
    private final NoiseSchedule schedule;
    private final Stepper stepper;
    private final double contextLevel;
    private final int window;
    private final Device device;

    /**
     * A sampler.
     *
     * @param contextLevel level at which finished frames are presented
     * @param window frames that the model sees at once, the ones in work included: those of a training clip
     * @param device where the model lives
     */
    public VideoSampler(
            Denoiser denoiser,
            NoiseSchedule schedule,
            Stepper stepper,
            double contextLevel,
            int window,
            Device device) {
        this.denoiser = denoiser;
        this.schedule = schedule;
        this.stepper = stepper;
        this.contextLevel = contextLevel;
        this.window = window;
        this.device = device;
    }

    /** A frame in memory: [B, 1, C, H, W], owned here. */
    private record Frame(int index, Tensor x) {}

    /**
     * Generates.
     *
     * @param plan which frames to generate in which order
     * @param shape of a frame
     * @param clips the numbers of the clips of the batch; each draws its own noise
     * @param given [B, prefix, C, H, W] the frames that the plan calls given, in [-1, 1]; null without any
     * @param streams where the noise comes from
     * @param sink takes each generated frame [B, 1, C, H, W], in order, in a scope that ends with the call
     * @throws IllegalArgumentException if the plan has more frames in work at once than the window holds
     */
    public void generate(
            DenoisingPlan plan,
            FrameShape shape,
            List<Integer> clips,
            @Nullable Tensor given,
            RandomStreams streams,
            Consumer<Tensor> sink) {
        requireFits(plan);
        Deque<Frame> frames = new ArrayDeque<>();
        try {
            if (given != null) {
                giveFrames(plan, given, frames);
            }
            int finished = plan.prefix();
            for (long row = 1; row <= plan.rows(); row++) {
                enter(plan, row, shape, clips, streams, frames);
                update(plan, row, frames);
                finished = hand(plan, row, finished, frames, sink);
            }
        } finally {
            frames.forEach(frame -> frame.x.close());
        }
    }

    private void giveFrames(DenoisingPlan plan, Tensor given_BTCHW, Deque<Frame> frames) {
        for (int f = Math.max(0, plan.prefix() - window); f < plan.prefix(); f++) {
            int index = f;
            frames.add(new Frame(
                    f,
                    Scopes.unscoped(() -> given_BTCHW
                            .narrow(1, index, 1)
                            .to(device, Tensors.type(given_BTCHW))
                            .clone())));
        }
    }

    private void requireFits(DenoisingPlan plan) {
        int inWork = plan.gap() == 0
                ? plan.frames() - plan.prefix()
                : Math.min(plan.frames() - plan.prefix(), (plan.steps() + plan.gap() - 1) / plan.gap());
        if (inWork > window) {
            throw new IllegalArgumentException("the plan has " + inWork + " frames in work at once, but the model sees "
                    + window + "; a gap of at least " + (plan.steps() + window - 1) / window + " would do");
        }
    }

    /** Adds the frames that the row updates first, as noise, and drops what no frame sees any more. */
    private void enter(
            DenoisingPlan plan,
            long row,
            FrameShape shape,
            List<Integer> clips,
            RandomStreams streams,
            Deque<Frame> frames) {
        int next = frames.isEmpty() ? plan.prefix() : frames.getLast().index + 1;
        while (next < plan.frames() && plan.updates(row, next)) {
            frames.add(new Frame(next, noise(next, shape, clips, streams)));
            next++;
        }
        while (frames.size() > window) {
            frames.removeFirst().x.close();
        }
    }

    private Tensor noise(int frame, FrameShape shape, List<Integer> clips, RandomStreams streams) {
        return Scopes.unscoped(() -> {
            Tensor[] noise = new Tensor[clips.size()];
            for (int b = 0; b < noise.length; b++) {
                noise[b] = streams.tensors("frame noise", frame, clips.get(b))
                        .normal(1, 1, shape.channels(), shape.height(), shape.width());
            }
            return Tensors.cat(0, noise).to(device, Tensors.type(noise[0]));
        });
    }

    /** One call of the network, and one update of every frame that the row says. */
    private void update(DenoisingPlan plan, long row, Deque<Frame> frames) {
        List<Frame> visible = new ArrayList<>(frames);
        int first = 0;
        while (!plan.updates(row, visible.get(first).index)) {
            first++;
        }
        int from = first;
        int count = visible.size() - first;
        Scopes.runWithoutGrad(() -> {
            long batch = visible.get(0).x.size(0);
            Tensor[] inputs = new Tensor[visible.size()];
            float[] levels = new float[visible.size()];
            float[] targets = new float[count];
            for (int i = 0; i < inputs.length; i++) {
                Frame frame = visible.get(i);
                int done = plan.done(row - 1, frame.index);
                boolean finished = done == plan.steps();
                levels[i] = (float) (finished ? contextLevel : plan.level(done));
                inputs[i] = finished ? context(frame.x) : frame.x;
                if (i >= from) {
                    targets[i - from] = (float) plan.level(plan.done(row, frame.index));
                }
            }
            Tensor x_BTCHW = Tensors.cat(1, inputs);
            Tensor level_BT = levels(batch, levels);
            Tensor prediction_BTCHW = denoiser.predict(x_BTCHW, level_BT);
            Tensor updated_BTCHW = stepper.step(
                    x_BTCHW.narrow(1, from, count),
                    prediction_BTCHW.narrow(1, from, count),
                    level_BT.narrow(1, from, count),
                    levels(batch, targets));
            for (int i = 0; i < count; i++) {
                visible.get(from + i).x.copy_(updated_BTCHW.narrow(1, i, 1));
            }
        });
    }

    /** A finished frame as the model sees it: scaled to the context level, without noise of its own. */
    private Tensor context(Tensor x_B1CHW) {
        Tensor level = levels(1, new float[] {(float) contextLevel});
        return x_B1CHW.mul(NoiseSchedule.perFrame(schedule.alpha(level)));
    }

    private Tensor levels(long batch, float[] levels) {
        Tensor level_1T = Tensors.of(levels, 1, levels.length);
        return level_1T.to(device, Tensors.type(level_1T)).expand(batch, levels.length);
    }

    /** Hands out the frames that the row has finished; returns how many frames of the plan are finished now. */
    private int hand(DenoisingPlan plan, long row, int finished, Deque<Frame> frames, Consumer<Tensor> sink) {
        int now = finished;
        for (Frame frame : frames) {
            if (frame.index == now && plan.done(row, now) == plan.steps()) {
                Scopes.runWithoutGrad(() -> {
                    frame.x.copy_(torch.clamp(
                            frame.x, new ScalarOptional(new Scalar(-1.0)), new ScalarOptional(new Scalar(1.0))));
                    sink.accept(frame.x);
                });
                now++;
            }
        }
        return now;
    }
}
