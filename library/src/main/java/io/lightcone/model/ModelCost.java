// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.UserException;
import io.lightcone.attention.Branch;
import io.lightcone.attention.CacheCost;
import io.lightcone.attention.Grid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the forward pass of a {@link VideoModel} costs on one clip, from its configuration: no weight is created.
 * The sum of the parts is the whole. The backward pass costs twice as many multiply-adds.
 *
 * @param clip size of the clip in tokens
 * @param embedding work of embedding patches, levels and conditions; the rows of conditions are looked up, which no
 *     product counts
 * @param layers costs of the layers, from the first to the last
 * @param encoder how many of them are an encoder; 0 for none
 * @param output work of modulation and projection after the last layer
 * @param endsKeptBytes bytes that embedding and output keep for the backward pass
 */
public record ModelCost(
        Grid clip, Work embedding, List<LayerCost> layers, int encoder, Work output, long endsKeptBytes) {
    /** The bytes of a number in everything but large matrix products. */
    public static final int FLOAT32 = 4;

    /**
     * Returns the multiply-adds of the largest single operation for one frame, a product of a feed-forward layer or the
     * attention of a branch to as many keys as frames of this clip have on average.
     */
    public long largestOperation() {
        return layers.stream()
                        .mapToLong(layer -> Math.max(
                                layer.feedForward().multiplyAdds() / 2,
                                layer.branches().stream()
                                        .mapToLong(BranchCost::attentionUseful)
                                        .max()
                                        .orElse(0)))
                        .max()
                        .orElse(0)
                / clip.frames();
    }

    public ModelCost {
        layers = List.copyOf(layers);
    }

    /**
     * Returns the cost of the model of {@code config} on a clip.
     *
     * @param frames frames of the clip
     * @param height height of a frame in pixels
     * @param width width of a frame in pixels
     * @param bytes bytes of a number
     * @throws UserException if the patch does not divide the frames, or counts are beyond all bounds
     */
    public static ModelCost of(ModelConfig config, int frames, int height, int width, ElementBytes bytes) {
        try {
            Grid grid = config.patches().grid(frames, height, width);
            return of(config, grid, bytes);
        } catch (ArithmeticException e) {
            throw new UserException(
                    "a clip of " + frames + " frames of " + width + "x" + height
                            + " pixels is too large to count; choose fewer frames or smaller ones",
                    e);
        }
    }

    /** Returns how many numbers the weights of {@code config} hold, whatever the clip. */
    static long parameters(ModelConfig config) {
        return of(config, new Grid(1, 1, 1), ElementBytes.FLOAT32).total().parameters();
    }

    /** Counts with {@code linearBytes} bytes a number in large matrix products, and float32 in everything else. */
    public static ModelCost of(ModelConfig config, int frames, int height, int width, int linearBytes) {
        return of(config, frames, height, width, new ElementBytes(linearBytes, FLOAT32));
    }

    private static ModelCost of(ModelConfig config, Grid grid, ElementBytes bytes) {
        if (config.separable()) {
            return separable(config, grid, bytes);
        }
        return new ModelCost(
                grid,
                patches(config, grid).plus(conditions(config, grid.frames())),
                layers(config, grid, 1, 0, bytes),
                0,
                modulation(config, grid.frames()).plus(projection(config, grid)),
                ActivationMemory.ofEnds(config, grid));
    }

    /**
     * Counts a {@link SeparableTransformer} over a clip whose frames are all given: the encoder goes over all but the
     * last, the decoder over each of them with the encoder's tokens of the one before.
     */
    private static ModelCost separable(ModelConfig config, Grid grid, ElementBytes bytes) {
        ModelConfig encoder = config.encoderLayers();
        ModelConfig decoder = config.decoderLayers();
        Grid past = new Grid(Math.max(1, grid.frames() - 1), grid.height(), grid.width());
        Grid pair = new Grid(config.decoderFrames(), grid.height(), grid.width());
        int decoded = Math.multiplyExact(grid.frames(), pair.frames());
        long width = config.width();
        Work meeting = switch (config.combine()) {
            case CHANNELS -> Work.linear(grid.tokenCount(), 2 * width, width, FLOAT32);
            case TOKENS, ADD -> Work.NONE;
        };
        List<LayerCost> layers = new ArrayList<>(layers(encoder, past, 1, 0, bytes));
        layers.addAll(layers(decoder, pair, grid.frames(), encoder.depth(), bytes));
        return new ModelCost(
                grid,
                patches(encoder, past)
                        .plus(conditions(encoder, past.frames()))
                        .plus(new Work(width, 0, 0)) // what a first frame is shown as its past
                        .plus(meeting)
                        .plus(patches(decoder, grid))
                        .plus(conditions(decoder, decoded)),
                layers,
                encoder.depth(),
                modulation(encoder, past.frames())
                        .plus(modulation(decoder, grid.frames()))
                        .plus(projection(decoder, grid)),
                ActivationMemory.ofEnds(encoder, past) + ActivationMemory.ofEnds(decoder, grid));
    }

    private static Work patches(ModelConfig config, Grid grid) {
        return Work.linear(grid.tokenCount(), config.patches().values(), config.width(), FLOAT32);
    }

    /**
     * Returns the work of embedding conditions: levels go through two layers, the rows of classes, actions and updates
     * are looked up.
     */
    private static Work conditions(ModelConfig config, int frames) {
        long width = config.width();
        long rows = ConditionEmbedding.rows(config.classes().size())
                + ConditionEmbedding.rows(config.actions().size())
                + StepEmbedding.rows(config.shortcut());
        return Work.linear(frames, 2L * LevelEmbedding.FREQUENCIES, width, FLOAT32)
                .plus(Work.linear(frames, width, width, FLOAT32))
                .plus(new Work(Math.multiplyExact(rows, width), 0, 0));
    }

    private static Work modulation(ModelConfig config, int frames) {
        return Work.linear(frames, config.width(), 2L * config.width(), FLOAT32);
    }

    private static Work projection(ModelConfig config, Grid grid) {
        return Work.linear(grid.tokenCount(), config.width(), config.patches().values(), FLOAT32);
    }

    /** Returns the costs of all layers; those whose branches are the same cost the same and are counted once. */
    private static List<LayerCost> layers(ModelConfig config, Grid grid, int clips, int first, ElementBytes bytes) {
        Map<List<Branch>, LayerCost> counted = new HashMap<>();
        List<LayerCost> layers = new ArrayList<>();
        for (int layer = 0; layer < config.depth(); layer++) {
            int number = layer;
            List<Branch> reach = config.branches(layer, grid.height(), grid.width());
            layers.add(counted.computeIfAbsent(
                            reach, branches -> LayerCost.of(config, number, branches, grid, clips, bytes))
                    .numbered(first + layer));
        }
        return layers;
    }

    /** Returns the work of the whole model: what is useful, and what is read and written. */
    public Work total() {
        return layers.stream().map(LayerCost::total).reduce(embedding.plus(output), Work::plus);
    }

    /** Returns the work of the projections of all layers. */
    public Work projections() {
        return layers.stream().map(LayerCost::projections).reduce(Work.NONE, Work::plus);
    }

    /** Returns the work of the feed-forward layers. */
    public Work feedForward() {
        return layers.stream().map(LayerCost::feedForward).reduce(Work.NONE, Work::plus);
    }

    /** Returns the work of embedding, gates, modulation and output. */
    public Work rest() {
        return layers.stream().map(LayerCost::conditioning).reduce(embedding.plus(output), Work::plus);
    }

    /** Returns the multiply-adds of attention over the pairs of the definition. */
    public long attentionUseful() {
        return sum(LayerCost::attentionUseful);
    }

    /** Returns the multiply-adds of attention over the pairs that are computed. */
    public long attentionDone() {
        return sum(LayerCost::attentionDone);
    }

    /** Returns the bytes that attention reads and writes at least. */
    public long attentionBytes() {
        return sum(LayerCost::attentionBytes);
    }

    private long sum(ToLongFunction<LayerCost> part) {
        return layers.stream().mapToLong(part).reduce(0, Math::addExact);
    }

    /** Returns the memory of the keys and values of finished frames, of all layers. */
    public CacheBytes cache() {
        return layers.stream().map(LayerCost::cache).reduce(CacheBytes.NONE, CacheBytes::plus);
    }

    /**
     * Returns the bytes of what a {@link FrameStream} remembers of one video after {@code frames} finished frames, when
     * each has been denoised before: the encoder has seen all but the last of them, and the decoder keeps the encoder's
     * tokens that the last one was denoised with.
     *
     * @param rows tokens in a column of a frame
     * @param columns tokens in a row of a frame
     */
    public static long heldBytes(ModelConfig config, int rows, int columns, int frames) {
        Grid frame = new Grid(1, rows, columns);
        return config.separable()
                ? held(config.encoderLayers(), frame, frames - 1) + held(config.decoderLayers(), frame, 1)
                : held(config, frame, frames);
    }

    /**
     * Returns the useful multiply-adds of the layers for the last of {@code frames} frames, when frames are made one
     * after another: of the calls that denoise it and of what remembers it, which is one call more of a single
     * transformer and the encoder of two. What embeds levels, conditions and patches, and what turns tokens into
     * pixels, is not counted.
     *
     * @param rows tokens in a column of a frame
     * @param columns tokens in a row of a frame
     * @param frames frames that the model sees, the one in work included
     * @param calls calls of the network that denoise a frame
     */
    public static long frame(ModelConfig config, int rows, int columns, int frames, int calls) {
        Grid frame = new Grid(1, rows, columns);
        if (!config.separable()) {
            return Math.multiplyExact(calls + 1L, last(config, frame, frames));
        }
        long past = 0;
        ModelConfig decoder = config.decoderLayers();
        for (int before = 1; before < config.decoderFrames(); before++) { // computed once, and remembered for all calls
            past = Math.addExact(past, last(decoder, frame, before));
        }
        long decoded = Math.multiplyExact((long) calls, last(decoder, frame, config.decoderFrames()));
        return Math.addExact(
                Math.addExact(last(config.encoderLayers(), frame, Math.max(1, frames - 1)), past), decoded);
    }

    /** Returns the multiply-adds of the layers for the last of several frames, all behind which are remembered. */
    private static long last(ModelConfig config, Grid frame, int frames) {
        long all = layered(config, frame, frames);
        return frames == 1 ? all : all - layered(config, frame, frames - 1);
    }

    private static long layered(ModelConfig config, Grid frame, int frames) {
        return layers(config, new Grid(frames, frame.height(), frame.width()), 1, 0, ElementBytes.FLOAT32).stream()
                .map(layer -> Math.addExact(
                        Math.addExact(
                                layer.projections().multiplyAdds(),
                                layer.feedForward().multiplyAdds()),
                        layer.attentionUseful()))
                .reduce(0L, Math::addExact);
    }

    private static long held(ModelConfig config, Grid frame, int frames) {
        long numbers = 0;
        for (int layer = 0; layer < config.depth(); layer++) {
            for (Branch branch : config.branches(layer, frame.height(), frame.width())) {
                numbers += CacheCost.of(branch, frame, config.headWidth()).numbersAfter(frames);
            }
        }
        return FLOAT32 * numbers;
    }

    /** Returns the paper's closed forms for all layers, or null if they do not apply to every layer. */
    public @Nullable PaperCost paper() {
        if (layers.stream().anyMatch(layer -> layer.paper() == null)) {
            return null;
        }
        return layers.stream()
                .map(layer -> Objects.requireNonNull(layer.paper()))
                .reduce(PaperCost::plus)
                .orElse(null);
    }

    /**
     * Returns the memory of training on {@code batch} such clips at once.
     *
     * @throws UserException if that is beyond all bounds
     */
    public TrainingMemory training(int batch) {
        return training(TrainingMemory.Step.of(batch));
    }

    /**
     * Returns the memory of a training step on such clips. What stands before the layers and behind them is counted as
     * the decoder's.
     *
     * @throws UserException if that is beyond all bounds
     */
    public TrainingMemory training(TrainingMemory.Step step) {
        try {
            return memory(step);
        } catch (ArithmeticException e) {
            throw new UserException(
                    "training.batch " + step.batch() + " makes a step that is too large to count; choose a smaller one",
                    e);
        }
    }

    private TrainingMemory memory(TrainingMemory.Step step) {
        long weights = FLOAT32 * total().parameters();
        long ends = Math.multiplyExact(passes(encoder, step), endsKeptBytes);
        long kept = ends;
        long inputs = ends;
        long largest = 0;
        long scratch = 0;
        for (LayerCost layer : layers) {
            long passes = passes(layer.layer(), step);
            long keptBytes = Math.multiplyExact(passes, layer.keptBytes());
            kept = Math.addExact(kept, keptBytes);
            inputs = Math.addExact(inputs, Math.multiplyExact(passes, layer.inputBytes()));
            largest = Math.max(largest, keptBytes);
            scratch = Math.addExact(scratch, Math.multiplyExact(passes, layer.scratchBytes()));
        }
        long activations = step.recompute() ? Math.addExact(inputs, largest) : kept;
        return new TrainingMemory(
                weights + Math.multiplyExact(step.workers(), sum(LayerCost::convertedBytes)),
                Math.multiplyExact(step.workers(), weights),
                2 * weights,
                weights,
                activations,
                scratch);
    }

    /** Returns to how many clips a layer is applied at once; the layers of an encoder serve the draws of a worker. */
    private long passes(int layer, TrainingMemory.Step step) {
        if (encoder == 0) {
            return step.clipsAtOnce();
        }
        return layer < encoder ? step.encodedAtOnce() : Math.multiplyExact(step.draws(), (long) step.clipsAtOnce());
    }
}
