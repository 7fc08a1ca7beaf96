// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.UserException;
import io.lightcone.diffusion.CorrectingStepper;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.DenoisingPlan.Row;
import io.lightcone.diffusion.Diffusion.Estimate;
import io.lightcone.diffusion.Mixture;
import io.lightcone.diffusion.Stepper.Before;
import io.lightcone.diffusion.Stepper.Update;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Timeline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A roll-out generates video frame after frame: one loop that executes any {@link DenoisingPlan} with any stepper and
 * any {@link CausalDenoiser}. Row by row it shows the model the frames in work and updates each once. A finished frame
 * is passed to the model as part of its past, at the context level, and to the caller, and never changes again; so
 * memory holds the frames in work and what the denoiser remembers, however long the video. Any failure ends the
 * roll-out.
 *
 * <p>Between two frames a roll-out without end can be shown a frame that it has not made ({@link #show}), or be set to
 * another number of updates ({@link #setSteps}). Its plan then begins anew behind the finished frames, with the noise
 * that frames have anyway, which is named by their numbers.
 *
 * <p>It records no gradients. It may be closed while another thread waits for a frame, which is generated first.
 *
 * <p>Shapes: B clips, T frames in work, C channels, H W rows and columns.
 */
public final class RollOut implements Iterator<Tensor>, AutoCloseable {
    private static final String INITIAL_NOISE = "frame noise";
    private static final String STEP_NOISE = "step noise";
    /** The number of updates of a frame whose noise has names of its own. */
    private static final long MOST_STEPS = 1 << 20;

    private final Sampler sampler;
    /** The plan behind the frames that were finished when it began, whose rows are counted from there. */
    private DenoisingPlan plan;

    private final GuidedModel model;
    private final Noise noise;
    private final List<FrameInWork> inWork = new ArrayList<>();
    private final Deque<Tensor> finished = new ArrayDeque<>();
    private int handed;
    private int begun;
    private long rows;
    private boolean failed;
    private Runnable check = () -> {};
    private boolean closed;

    RollOut(Sampler sampler, DenoisingPlan plan, GuidedModel model, Noise noise) {
        this.sampler = sampler;
        this.plan = plan;
        this.model = model;
        this.noise = noise;
        this.handed = plan.prefix();
        this.begun = plan.prefix();
    }

    /**
     * Shows the model the given frames, as many at a time as are ever in work, since a frame cache takes no more.
     *
     * @param given_BTCHW all frames that the plan calls given
     */
    void showGiven(Tensor given_BTCHW) {
        for (int f = 0; f < plan.prefix(); f += plan.inWork()) {
            model.remember(f, given_BTCHW.narrow(1, f, Math.min(plan.inWork(), plan.prefix() - f)), true);
        }
    }

    /** Lets {@code action} be called before every update from now on; what it throws ends this roll-out. */
    public RollOut beforeEachUpdate(Runnable action) {
        check = action;
        return this;
    }

    /** Returns whether the plan has frames that have not been returned. */
    @Override
    public boolean hasNext() {
        return handed < plan.frames();
    }

    /**
     * Returns the next generated frame: [B, 1, C, H, W] in the caller's scope.
     *
     * @throws UserException if it does not consist of finite numbers; there is none after it
     * @throws IllegalStateException if the roll-out is closed or has failed
     */
    @Override
    public synchronized Tensor next() {
        requireOpen();
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        requireWhole();
        failed = true; // until the rows have been made whole
        while (finished.isEmpty()) {
            check.run();
            Row row = plan.row(++rows);
            begin(row);
            Scopes.runWithoutGrad(() -> update(row));
            finish(row);
        }
        failed = false;
        handed++;
        return Scopes.scoped(() -> {
            try (Tensor frame = finished.removeFirst()) {
                return frame.clone();
            }
        });
    }

    /**
     * Takes back a frame that the caller could not use, so that {@link #next} returns it again.
     *
     * @param frame_B1CHW the frame that {@link #next} returned last; once, and before any other call
     */
    public synchronized void putBack(Tensor frame_B1CHW) {
        requireOpen();
        finished.addFirst(Scopes.unscoped(() -> frame_B1CHW.clone()));
        handed--;
    }

    /** Returns how many frames have been returned, given ones included. */
    public int handed() {
        return handed;
    }

    /**
     * Returns how many frames are finished, given ones included: those returned, and those that a block has finished
     * together with them.
     */
    public int finished() {
        return handed + finished.size();
    }

    /** Returns how many updates a frame has that begins now. */
    public int steps() {
        return plan.steps();
    }

    /**
     * Sets how many updates those frames have that have not begun.
     *
     * @throws IllegalArgumentException unless each block starts when the one before it is finished: otherwise frames
     *     are in work whose plan depends on it
     * @throws IllegalStateException if the roll-out is closed, has failed or has an end
     */
    public synchronized void setSteps(int steps) {
        requireOpen();
        requireWhole();
        if (steps != plan.steps()) {
            requireEndless();
            restart(plan.behind(finished()).withSteps(steps));
        }
    }

    /**
     * Shows the model a frame as the next one of the video, at the level of given frames, and counts it as returned.
     * Frames in work were to follow another one: they begin anew behind it, so that what follows is what follows given
     * frames.
     *
     * @param frame_B1CHW the frame of each clip
     * @throws IllegalStateException if the roll-out is closed, has failed or has an end, or if frames are finished that
     *     have not been returned, since the model has seen them
     */
    public synchronized void show(Tensor frame_B1CHW) {
        requireOpen();
        requireWhole();
        requireEndless();
        if (!finished.isEmpty()) {
            throw new IllegalStateException("the model has seen " + finished.size() + " frames that come first");
        }
        failed = true; // until the model has seen it
        Scopes.run(() -> model.remember(handed, frame_B1CHW, true));
        handed++;
        restart(plan.behind(handed));
        failed = false;
    }

    private void requireEndless() {
        if (!plan.endless()) {
            throw new IllegalStateException("only a roll-out without end can leave its plan");
        }
    }

    /** Executes another plan from its first row on; frames in work are dropped. */
    private void restart(DenoisingPlan other) {
        inWork.forEach(FrameInWork::close);
        inWork.clear();
        plan = other;
        begun = other.prefix();
        rows = 0;
    }

    /** Returns whether nothing has failed, so that more frames can be generated. */
    public boolean isWhole() {
        return !failed;
    }

    /**
     * Saves all that the frames to come depend on, apart from the model, its conditions and the settings: a roll-out
     * with the same ones that is restored from it generates the same frames, bit for bit. Frames that were returned are
     * not part of it.
     */
    public synchronized void save(Snapshot to) {
        requireOpen();
        requireWhole();
        to.put("roll-out", rows, handed, begun, inWork.size(), finished.size());
        to.put("plan", plan.prefix(), plan.steps());
        for (int i = 0; i < inWork.size(); i++) {
            inWork.get(i).save(to.part("in work", i));
        }
        int number = 0;
        for (Tensor frame : finished) {
            to.put("finished." + number++, frame);
        }
        model.save(to.part("model"));
    }

    /** Restores what {@link #save} has saved, before the first frame. */
    void load(Snapshot from) {
        long[] counts = from.numbers("roll-out");
        if (from.has("plan")) { // files of the first version have none
            plan = planOf(from.numbers("plan"));
        }
        rows = counts[0];
        handed = Math.toIntExact(counts[1]);
        begun = Math.toIntExact(counts[2]);
        for (int i = 0; i < counts[3]; i++) {
            inWork.add(FrameInWork.load(from.part("in work", i), past()));
        }
        for (int i = 0; i < counts[4]; i++) {
            Tensor frame = from.tensor("finished." + i);
            finished.addLast(Scopes.unscoped(() -> frame.clone()));
        }
        model.load(from.part("model"));
    }

    private DenoisingPlan planOf(long[] prefixAndSteps) {
        DenoisingPlan behind = plan.behind(Math.toIntExact(prefixAndSteps[0]));
        int steps = Math.toIntExact(prefixAndSteps[1]);
        return steps == plan.steps() ? behind : behind.withSteps(steps);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the roll-out is closed, so it makes no more frames");
        }
    }

    private void requireWhole() {
        if (failed) {
            throw new IllegalStateException("the roll-out has failed and cannot continue");
        }
    }

    private int past() {
        return sampler.stepper().past();
    }

    /** Creates the frames that the row updates first, as noise. */
    private void begin(Row row) {
        for (; begun < row.first() + row.count(); begun++) {
            inWork.add(new FrameInWork(begun, Scopes.unscoped(() -> noise.draw(INITIAL_NOISE, begun)), past()));
        }
    }

    /** Updates every frame in work once, by one call of the network, or two if the stepper corrects. */
    private void update(Row row) {
        double[] from = row.from();
        double[] to = row.to();
        Tensor x_BTCHW = together(inWork.stream().map(FrameInWork::x).toList());
        double[] steps = IntStream.range(0, from.length)
                .mapToDouble(i -> from[i] - to[i])
                .toArray();
        Estimate estimate = estimate(row, x_BTCHW, from, steps);
        Update update =
                new Update(sampler.diffusion().schedule(), from, to, x_BTCHW, estimate, before(), () -> stepNoise(row));
        Timeline.Span span = Timeline.span("stepper");
        Tensor updated_BTCHW = sampler.stepper().step(update);
        span.close();
        if (sampler.stepper() instanceof CorrectingStepper stepper
                && DoubleStream.of(to).anyMatch(level -> level > 0)) {
            double[] none = new double[to.length]; // the velocity there, of no update
            updated_BTCHW = stepper.correct(update, estimate(row, clippedWhereClean(updated_BTCHW, to), to, none));
        }
        for (int i = 0; i < inWork.size(); i++) {
            inWork.get(i)
                    .update(
                            updated_BTCHW.narrow(1, i, 1),
                            update.estimate().x0().narrow(1, i, 1),
                            from[i]);
        }
    }

    /** Returns what the model says of the row's frames at {@code levels}, for updates by {@code steps}. */
    private Estimate estimate(Row row, Tensor x_BTCHW, double[] levels, double[] steps) {
        Mixture at = sampler.diffusion().at(noise.levels(levels), x_BTCHW);
        Timeline.Span span = Timeline.span("network");
        Tensor prediction_BTCHW = model.predict(row.first(), x_BTCHW, at, steps);
        span.close();
        return sampler.diffusion().estimate(prediction_BTCHW, x_BTCHW, at);
    }

    /** Returns the frames with those at level 0 clipped, as they will be when they are finished. */
    private Tensor clippedWhereClean(Tensor x_BTCHW, double[] levels) {
        return together(IntStream.range(0, levels.length)
                .mapToObj(i -> {
                    Tensor frame = x_BTCHW.narrow(1, i, 1);
                    return levels[i] == 0 ? clipped(frame) : frame;
                })
                .toList());
    }

    private List<Before> before() {
        return IntStream.range(0, past())
                .mapToObj(i -> new Before(
                        together(inWork.stream().map(frame -> frame.x0Before(i)).toList()),
                        inWork.stream()
                                .mapToDouble(frame -> frame.levelBefore(i))
                                .toArray()))
                .toList();
    }

    private Tensor stepNoise(Row row) {
        return together(inWork.stream()
                .map(frame ->
                        noise.draw(STEP_NOISE, frame.index() * MOST_STEPS + plan.done(row.number(), frame.index())))
                .toList());
    }

    private static Tensor together(List<Tensor> frames) {
        return Tensors.cat(1, frames.toArray(Tensor[]::new));
    }

    /** Passes the frames that the row has finished to the model, if it will be called again, and to the caller. */
    private void finish(Row row) {
        int first = row.first();
        while (!inWork.isEmpty() && plan.done(row.number(), inWork.get(0).index()) == plan.steps()) {
            try (FrameInWork frame = inWork.remove(0)) {
                requireFinite(frame);
                finished.add(Scopes.unscoped(() -> clipped(frame.x()).clone()));
            }
        }
        if (!finished.isEmpty() && row.number() < plan.rows()) {
            try (Timeline.Span span = Timeline.span("remembering frames")) {
                Scopes.run(() -> model.remember(first, together(List.copyOf(finished)), false));
            }
        }
    }

    /** Requires that a frame is finite, before it is clipped, which turns infinite numbers into ordinary ones. */
    private static void requireFinite(FrameInWork frame) {
        if (!Tensors.isFinite(frame.x())) {
            throw new UserException(
                    "frame " + frame.index() + " (from 0) is not made of finite numbers, so neither it nor what"
                            + " follows can be shown: the model's weights are damaged, or it has lost itself on the"
                            + " way; take an earlier checkpoint, or other settings of sampling");
        }
    }

    private Tensor clipped(Tensor x) {
        if (Double.isInfinite(sampler.range())) {
            return x;
        }
        return torch.clamp(
                x, new ScalarOptional(new Scalar(-sampler.range())), new ScalarOptional(new Scalar(sampler.range())));
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        inWork.forEach(FrameInWork::close);
        inWork.clear();
        finished.forEach(Tensor::close);
        finished.clear();
        model.close();
    }
}
