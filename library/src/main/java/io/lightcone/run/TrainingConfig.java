// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.RecordCopy;
import io.lightcone.attention.AttentionPlans;
import io.lightcone.codec.LatentLayout;
import io.lightcone.diffusion.LevelsConfig;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.RandomStreams;
import java.util.List;
import java.util.function.Supplier;

/**
 * The configuration of how a model is trained.
 *
 * @param seed seed of all randomness of the run
 * @param frames frames of a training clip, from 1 to 10,000; also those that generation sees at once, unless
 *     {@code sampling.memory.window} says otherwise
 * @param lengths lengths of training clips and how often they are drawn; empty for clips of {@code frames} frames
 *     alone. All clips of a step have the same length, so its cost follows the length. Of clips longer than
 *     {@code frames}, each frame sees what it sees of a video that is being generated. Validation keeps to
 *     {@code frames}
 * @param batch clips per step, from 1 to 1,000,000
 * @param accumulate parts, at most as many as there are clips, in which a step computes its clips, one after the other.
 *     Their gradients are summed before the one update, so that the same is learned, but for rounding, in less memory
 * @param steps steps in all
 * @param minutes wall-clock budget in minutes; 0 for none. With a budget, whichever of steps and minutes is used up
 *     first ends the run, and the learning rate follows it, so the run is no longer the same bit for bit
 * @param linear type of the large matrix products, and of codecs of single pictures where the processor has
 *     instructions for it; all else but attention is float32. With AUTO, the saved configuration says which it was. A
 *     trained model generates in float32 where the processor is slower in bfloat16
 * @param attention how attention is computed; the results are the same
 * @param attentionType type of attention in training and validation. With AUTO it is bfloat16 where products are and
 *     this machine is much faster with it, and the saved configuration says which it was
 * @param recompute whether the backward pass computes each layer a second time instead of keeping what it needs of all
 *     of them in memory. The gradients are the same; a step takes about a third longer
 * @param levels how the noise level of each frame is drawn
 * @param given whether clips begin with frames that are given, and not learned
 * @param separable what is special about training models with an encoder
 * @param shortcut what is special about training models that are told how far their updates go
 * @param consistency what is special about models that are distilled from a trained run
 * @param conditionDropout probability, below 1, that a clip's class is hidden from the model in a step, and, apart from
 *     that, that the actions of its first few frames are, or all of them; so the model learns to do without them too
 * @param optimizer how the weights follow the gradient
 * @param reports how often the run reports and saves what
 */
public record TrainingConfig(
        long seed,
        int frames,
        List<ClipLength> lengths,
        int batch,
        int accumulate,
        long steps,
        double minutes,
        Precision linear,
        AttentionPlans.Method attention,
        Precision attentionType,
        boolean recompute,
        LevelsConfig levels,
        GivenConfig given,
        SeparableConfig separable,
        ShortcutConfig shortcut,
        ConsistencyConfig consistency,
        double conditionDropout,
        OptimizerConfig optimizer,
        ReportConfig reports)
        implements LoopConfig {

    public TrainingConfig {
        lengths = List.copyOf(lengths);
        LoopChecks.require(frames, batch, accumulate, steps, minutes);
        ClipLength.check(lengths);
        int shortest = lengths.stream().mapToInt(ClipLength::frames).min().orElse(frames);
        if (given.frames() >= shortest) {
            throw new IllegalArgumentException("given.frames is " + given.frames() + ", but the shortest clips have "
                    + shortest + " frames, of which some are to be learned; set training.given.frames below that, or to"
                    + " 0");
        }
        if (!(conditionDropout >= 0 && conditionDropout < 1)) {
            throw new IllegalArgumentException(
                    "conditionDropout must be a probability below 1, not " + conditionDropout);
        }
    }

    @Override
    public int framesOf(long step) {
        return lengths.isEmpty()
                ? frames
                : ClipLength.draw(lengths, new RandomStreams(seed).numbers("clip length", step, 0));
    }

    @Override
    public int longest() {
        return lengths.stream().mapToInt(ClipLength::frames).max().orElse(frames);
    }

    /** Returns this configuration with clips that fill their latent frames: as long as before, or a little longer. */
    TrainingConfig forLatents(LatentLayout latents) {
        return RecordCopy.of(this)
                .with(TrainingConfig::frames, latents.whole(frames))
                .with(
                        TrainingConfig::lengths,
                        lengths.stream()
                                .map(length -> new ClipLength(latents.whole(length.frames()), length.share()))
                                .toList())
                .with(TrainingConfig::given, given.with(latents.whole(given.frames())))
                .build();
    }

    /**
     * Returns this configuration with AUTO replaced by what is best.
     *
     * @param bestLinear returns that for products
     * @param bestAttention returns that for attention, if products are bfloat16
     */
    TrainingConfig resolved(Supplier<Precision> bestLinear, Supplier<Precision> bestAttention) {
        Precision products = linear == Precision.AUTO ? bestLinear.get() : linear;
        Precision attending = attentionType;
        if (attending == Precision.AUTO) {
            attending = products == Precision.BFLOAT16 ? bestAttention.get() : Precision.FLOAT32;
        }
        return RecordCopy.of(this)
                .with(TrainingConfig::linear, products)
                .with(TrainingConfig::attentionType, attending)
                .build();
    }
}
