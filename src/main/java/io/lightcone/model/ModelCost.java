// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.UserException;
import io.lightcone.attention.Branch;
import io.lightcone.attention.Grid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link VideoTransformer} costs on one clip, forwards, counted from its configuration: no weight is made. The sum of
 * the parts is the whole. Backwards costs twice as many multiply-adds.
 *
 * @param clip size of the clip
 * @param embedding of patches, levels and conditions; the rows of conditions are looked up, which no product counts
 * @param layers from the first to the last
 * @param output modulation and projection after the last layer
 * @param endsKeptBytes what embedding and output keep for backward
 */
public record ModelCost(Clip clip, Work embedding, List<LayerCost> layers, Work output, long endsKeptBytes) {
    /** Bytes of a number in everything but large matrix products. */
    public static final int FLOAT32 = 4;

    /**
     * A clip in tokens.
     *
     * @param rows tokens in a column of a frame
     * @param columns tokens in a row of a frame
     */
    public record Clip(int frames, int rows, int columns) {
        /** Tokens of all frames. */
        public long tokens() {
            return (long) frames * rows * columns;
        }
    }

    /**
     * Memory of training on a batch, in bytes, all but the activations whatever the clip. Data, scratch space of single
     * operations, the masks and tables of plans, and libtorch itself come on top.
     *
     * @param weights parameters, float32, and once more in the type of large matrix products if that is another
     * @param gradients one number a parameter
     * @param optimizer two numbers a parameter: AdamW's mean and mean square
     * @param average the moving average of the weights
     * @param activations what forward keeps for backward, an estimate: see {@link ActivationMemory}
     */
    public record TrainingMemory(long weights, long gradients, long optimizer, long average, long activations) {
        public long total() {
            return weights + gradients + optimizer + average + activations;
        }
    }

    public ModelCost {
        layers = List.copyOf(layers);
    }

    /**
     * Counts.
     *
     * @param frames of the clip
     * @param height of a frame in pixels
     * @param width of a frame in pixels
     * @param linearBytes bytes of a number in large matrix products: 4 in float32, 2 in bfloat16
     * @throws UserException if the patch does not divide the frames, or counts are beyond all bounds
     */
    public static ModelCost of(ModelConfig config, int frames, int height, int width, int linearBytes) {
        try {
            Grid grid = Grids.of(config, frames, height, width);
            return of(config, grid, linearBytes);
        } catch (ArithmeticException e) {
            throw new UserException(
                    "a clip of " + frames + " frames of " + width + "x" + height
                            + " pixels is too large to count; choose fewer frames or smaller ones",
                    e);
        }
    }

    private static ModelCost of(ModelConfig config, Grid grid, int linearBytes) {
        long tokens = Grids.tokens(grid);
        long width = config.width();
        long patch = (long) config.channels() * config.patch() * config.patch();
        Work level = Work.linear(grid.frames(), 2L * LevelEmbedding.FREQUENCIES, width, FLOAT32)
                .plus(Work.linear(grid.frames(), width, width, FLOAT32));
        long conditions = ConditionEmbedding.rows(config.classes().size())
                + ConditionEmbedding.rows(config.actions().size());
        Work output =
                Work.linear(grid.frames(), width, 2 * width, FLOAT32).plus(Work.linear(tokens, width, patch, FLOAT32));
        return new ModelCost(
                new Clip(grid.frames(), grid.height(), grid.width()),
                Work.linear(tokens, patch, width, FLOAT32)
                        .plus(level)
                        .plus(new Work(Math.multiplyExact(conditions, width), 0, 0)),
                layers(config, grid, linearBytes),
                output,
                ActivationMemory.ofEnds(config, grid));
    }

    /** Layers whose branches are the same cost the same and are counted once. */
    private static List<LayerCost> layers(ModelConfig config, Grid grid, int linearBytes) {
        Map<List<Branch>, LayerCost> counted = new HashMap<>();
        List<LayerCost> layers = new ArrayList<>();
        for (int layer = 0; layer < config.depth(); layer++) {
            int number = layer;
            List<Branch> reach = config.branches().stream()
                    .map(branch -> branch.at(number, config.depth(), grid.height(), grid.width()))
                    .toList();
            layers.add(counted.computeIfAbsent(
                            reach, branches -> LayerCost.of(config, number, branches, grid, linearBytes))
                    .numbered(layer));
        }
        return layers;
    }

    /** Everything: what is useful, and what is read and written. */
    public Work total() {
        return layers.stream().map(LayerCost::total).reduce(embedding.plus(output), Work::plus);
    }

    /** Projections of all layers. */
    public Work projections() {
        return layers.stream().map(LayerCost::projections).reduce(Work.NONE, Work::plus);
    }

    /** Feed-forward of all layers. */
    public Work feedForward() {
        return layers.stream().map(LayerCost::feedForward).reduce(Work.NONE, Work::plus);
    }

    /** Embedding, gates, modulation and output. */
    public Work rest() {
        return layers.stream().map(LayerCost::conditioning).reduce(embedding.plus(output), Work::plus);
    }

    /** Multiply-adds of attention over the pairs of the definition. */
    public long attentionUseful() {
        return sum(LayerCost::attentionUseful);
    }

    /** Multiply-adds of attention over the pairs that are computed. */
    public long attentionDone() {
        return sum(LayerCost::attentionDone);
    }

    /** Bytes that attention reads and writes at least. */
    public long attentionBytes() {
        return sum(LayerCost::attentionBytes);
    }

    private long sum(ToLongFunction<LayerCost> part) {
        return layers.stream().mapToLong(part).reduce(0, Math::addExact);
    }

    /** Keys and values of finished frames, of all layers. */
    public CacheBytes cache() {
        return layers.stream().map(LayerCost::cache).reduce(CacheBytes.NONE, CacheBytes::plus);
    }

    /** The paper's closed forms for all layers; null if they do not apply to every layer. */
    public @Nullable PaperCost paper() {
        if (layers.stream().anyMatch(layer -> layer.paper() == null)) {
            return null;
        }
        return layers.stream()
                .map(layer -> Objects.requireNonNull(layer.paper()))
                .reduce(PaperCost::plus)
                .orElse(null);
    }

    /** Memory of training on {@code batch} such clips. */
    public TrainingMemory training(int batch) {
        long weights = FLOAT32 * total().parameters();
        long kept = Math.multiplyExact(batch, endsKeptBytes + sum(LayerCost::keptBytes));
        return new TrainingMemory(weights + sum(LayerCost::convertedBytes), weights, 2 * weights, weights, kept);
    }
}
