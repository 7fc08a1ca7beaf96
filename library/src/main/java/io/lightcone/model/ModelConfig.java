// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.RecordCopy;
import io.lightcone.attention.Branch;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Configures the shape of a {@link VideoModel}. Frame size and clip length are not part of it: any size that the patch
 * divides and any number of frames go through the same weights.
 *
 * @param channels channels of a frame: 1 for grey, 3 for colour, or those of a latent
 * @param patch side of a token in pixels; it must divide the height and width of a frame
 * @param width channels of a token; a multiple of twice the heads of all branches
 * @param depth number of layers, from 1 to 10,000
 * @param feedForward width of the feed-forward layers, in multiples of {@code width}, from 1 to 100
 * @param branchInput which channels of a token a branch reads
 * @param branches the branches of each attention layer; their heads share {@code width} evenly
 * @param temporalEvery of every so many layers, only the last sees past frames; the others see their own frame alone,
 *     so they remember nothing, and a frame is made in less time and memory. 1 for all layers; at most {@code depth},
 *     or {@code encoder} where there is one, whose layers it is about
 * @param encoder how many of the {@code depth} layers see the past and run once per frame (SCD, arXiv 2602.10095),
 *     while the rest denoise; 0 for a model all of whose layers do both
 * @param combine how the encoder's tokens and those of the frame in work come together; only for a model with an
 *     encoder
 * @param shortcut how many of the finest updates that the model is told of lead from noise to a clean frame (shortcut
 *     models, arXiv 2410.12557), a power of two from 2 to 1,024: it then makes frames in as many updates, in half as
 *     many, in a quarter and so on down to one; 0 for a model that is not told how far an update goes
 * @param classes names of the classes that a clip may be of; empty for those of the data
 * @param actions names of the actions that a frame may follow; empty for those of the data
 */
public record ModelConfig(
        int channels,
        int patch,
        int width,
        int depth,
        int feedForward,
        BranchInput branchInput,
        List<BranchConfig> branches,
        int temporalEvery,
        int encoder,
        Combine combine,
        int shortcut,
        List<String> classes,
        List<String> actions) {
    private static final int MOST_NAMES = 100_000;
    private static final int MOST_PATCH_VALUES = 1 << 24;
    private static final int MOST_WIDTH = 100_000;
    private static final int MOST_DEPTH = 10_000;
    private static final int MOST_FEED_FORWARD = 100;
    private static final int MOST_SHORTCUT = 1_024;

    /** Names which channels of a token a branch projects to queries, keys and values (MSC leaves it open). */
    public enum BranchInput {
        /** A branch reads all channels, as in HiLo attention: branches differ only in what they see. */
        ALL,
        /** A branch reads only its own share, as in iFormer and in MSC's cost formulas: cheaper projections. */
        SPLIT
    }

    /** Names how the decoder of a {@link SeparableTransformer} sees the encoder's tokens of the frame before. */
    public enum Combine {
        /** The encoder's tokens are those of a frame before the one in work: attention finds what it needs. */
        TOKENS,
        /**
         * The encoder's tokens are concatenated with the token at the same place over channels, and then projected to
         * the width of one.
         */
        CHANNELS,
        /** The encoder's tokens are added to the tokens at the same place. */
        ADD
    }

    public ModelConfig {
        branches = List.copyOf(branches);
        classes = List.copyOf(classes);
        actions = List.copyOf(actions);
        requireNames("classes", classes);
        requireNames("actions", actions);
        require(
                channels >= 1 && patch >= 1 && (double) channels * patch * patch <= MOST_PATCH_VALUES,
                "channels and patch must be at least 1, and a token of channels x patch x patch numbers may have "
                        + MOST_PATCH_VALUES + ", not those of channels " + channels + " and patch " + patch);
        requireWithin("width", width, MOST_WIDTH);
        requireWithin("depth", depth, MOST_DEPTH);
        requireWithin("feedForward", feedForward, MOST_FEED_FORWARD);
        require(
                encoder >= 0 && (encoder == 0 || encoder < depth),
                "encoder must lie between 0 and " + (depth - 1) + ", one below depth, not " + encoder);
        int seeing = encoder == 0 ? depth : encoder;
        require(
                temporalEvery >= 1 && temporalEvery <= seeing,
                "temporalEvery must lie between 1 and " + seeing + ", the number of layers"
                        + (encoder == 0 ? "" : " of the encoder")
                        + ", for at least one of them has to see past frames, not " + temporalEvery);
        require(
                shortcut == 0 || (shortcut >= 2 && shortcut <= MOST_SHORTCUT && Integer.bitCount(shortcut) == 1),
                "shortcut must be a power of two from 2 to " + MOST_SHORTCUT
                        + ", or 0 for a model that is not told how far an update goes, not " + shortcut);
        require(!branches.isEmpty(), "branches must name at least one branch");
        long heads = branches.stream().mapToLong(BranchConfig::heads).sum();
        require(
                width % heads == 0,
                "width " + width + " must be a multiple of the " + heads + " heads of all branches");
        require(
                width / heads % 2 == 0,
                "width " + width + " over " + heads + " heads leaves " + width / heads
                        + " channels a head, which must be even for rotary positions");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    private static void requireWithin(String key, int value, int most) {
        require(value >= 1 && value <= most, key + " must lie between 1 and " + most + ", not " + value);
    }

    private static void requireNames(String key, List<String> names) {
        require(names.size() <= MOST_NAMES, key + " may be at most " + MOST_NAMES + ", not " + names.size());
        HashSet<String> seen = new HashSet<>();
        for (String name : names) {
            require(!name.isBlank(), key + " must not be blank");
            require(seen.add(name), key + " must differ, but '" + name + "' is there twice");
        }
    }

    /**
     * Returns a model all of whose layers see the past and denoise, without conditions; each branch reads all channels.
     */
    public static ModelConfig of(
            int channels, int patch, int width, int depth, int feedForward, List<BranchConfig> branches) {
        return new ModelConfig(
                channels,
                patch,
                width,
                depth,
                feedForward,
                BranchInput.ALL,
                branches,
                1,
                0,
                Combine.TOKENS,
                0,
                List.of(),
                List.of());
    }

    /** Returns the number of channels of a head. */
    public int headWidth() {
        return width / heads();
    }

    /** Returns the number of heads of all branches. */
    int heads() {
        return branches.stream().mapToInt(BranchConfig::heads).sum();
    }

    /** Returns this model with ordinary frame-causal attention in every layer. */
    public ModelConfig dense() {
        return RecordCopy.of(with(List.of(BranchConfig.dense(heads()))))
                .with(ModelConfig::temporalEvery, 1)
                .build();
    }

    /**
     * Returns this configuration for other frames.
     *
     * @param otherChannels channels of a frame
     * @param otherPatch side of a token
     */
    public ModelConfig forFrames(int otherChannels, int otherPatch) {
        return RecordCopy.of(this)
                .with(ModelConfig::channels, otherChannels)
                .with(ModelConfig::patch, otherPatch)
                .build();
    }

    /** Returns this model with other branches. */
    public ModelConfig with(List<BranchConfig> others) {
        return RecordCopy.of(this).with(ModelConfig::branches, others).build();
    }

    /** Returns this model whose branches see a video through a window; see {@link BranchConfig#within}. */
    public ModelConfig within(ContextWindow window) {
        ContextWindow seen = separable() ? window.ofEncoder() : window;
        return with(branches.stream().map(branch -> branch.within(seen)).toList());
    }

    /** Returns whether layer {@code layer} of layers that see the past sees it, or its own frame alone. */
    boolean seesPast(int layer) {
        return (layer + 1) % temporalEvery == 0;
    }

    /**
     * Returns branch number {@code index} as it is in layer {@code layer}. A model with an encoder is asked for by its
     * halves.
     *
     * @param rows tokens in a column of a frame
     * @param columns tokens in a row of a frame
     */
    public Branch branch(int index, int layer, int rows, int columns) {
        Branch branch = branches.get(index).at(layer, depth, rows, columns);
        return seesPast(layer) ? branch : branch.withinFrame();
    }

    /** Returns all branches as they are in layer {@code layer}; see {@link #branch}. */
    List<Branch> branches(int layer, int rows, int columns) {
        return IntStream.range(0, branches.size())
                .mapToObj(index -> branch(index, layer, rows, columns))
                .toList();
    }

    /** Returns this model for other conditions. */
    public ModelConfig conditioned(List<String> otherClasses, List<String> otherActions) {
        return RecordCopy.of(this)
                .with(ModelConfig::classes, otherClasses)
                .with(ModelConfig::actions, otherActions)
                .build();
    }

    /** Returns this model with its first {@code layers} layers as the encoder. */
    public ModelConfig separated(int layers) {
        return RecordCopy.of(this).with(ModelConfig::encoder, layers).build();
    }

    /** Returns this model, told how far updates go, of which {@code finest} of the smallest make a frame. */
    public ModelConfig shortcut(int finest) {
        return RecordCopy.of(this).with(ModelConfig::shortcut, finest).build();
    }

    /**
     * Returns the largest number of updates of a frame, up to {@code most}, that this model knows: any number, unless
     * it is told how far updates go, of which it learns powers of two.
     *
     * @param most at least 1
     */
    public int updates(int most) {
        return shortcut == 0 ? most : Math.min(shortcut, Integer.highestOneBit(most));
    }

    /** Returns whether an encoder sees the past and a decoder denoises. */
    public boolean separable() {
        return encoder > 0;
    }

    /** Returns the layers that see the past, as a model of their own: finished frames make no update. */
    ModelConfig encoderLayers() {
        return layers(encoder, temporalEvery, branches).shortcut(0);
    }

    /**
     * Returns the layers that denoise, as a model of their own: the encoder's tokens are all they see of other frames.
     */
    ModelConfig decoderLayers() {
        int frames = decoderFrames();
        return layers(
                depth - encoder,
                1,
                branches.stream().map(branch -> branch.overLast(frames)).toList());
    }

    /**
     * Returns how many frames the decoder sees at once: that in work, and the encoder's tokens if they are tokens of
     * their own.
     */
    int decoderFrames() {
        return combine == Combine.TOKENS ? 2 : 1;
    }

    private ModelConfig layers(int count, int every, List<BranchConfig> reach) {
        return RecordCopy.of(this)
                .with(ModelConfig::depth, count)
                .with(ModelConfig::temporalEvery, every)
                .with(ModelConfig::branches, reach)
                .with(ModelConfig::encoder, 0)
                .build();
    }

    /** Returns how frames are cut into tokens. */
    Patches patches() {
        return new Patches(channels, patch);
    }
}
