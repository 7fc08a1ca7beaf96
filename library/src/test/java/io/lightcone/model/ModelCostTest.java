// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lightcone.UserException;
import io.lightcone.attention.AttentionPlans;
import io.lightcone.attention.Branch;
import io.lightcone.attention.KeyFrames;
import io.lightcone.attention.LightCone;
import io.lightcone.config.ConfigReader;
import io.lightcone.model.ModelConfig.BranchInput;
import io.lightcone.model.ModelConfig.Combine;
import io.lightcone.tensor.Parameters;
import io.lightcone.testing.Cases;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class ModelCostTest {
    private static final BranchConfig HIGH = BranchConfig.high(2, 3, 2);
    private static final BranchConfig LOW = BranchConfig.low(2, 2, 4, 2);

    private static ModelConfig model(BranchInput input, BranchConfig... branches) {
        return ConfigReader.with(ModelConfig.of(3, 4, 32, 4, 3, List.of(branches)), "branchInput=" + input);
    }

    private static long ofLayers(List<LayerCost> layers) {
        return layers.stream()
                .mapToLong(layer -> layer.projections().multiplyAdds()
                        + layer.feedForward().multiplyAdds()
                        + layer.attentionUseful())
                .sum();
    }

    @Test
    void framesOneByOneCostTheirShareOfTheClip() {
        Cases.check(40, draw -> {
            int frames = draw.between("frames", 2, 7);
            int calls = draw.between("calls", 1, 5);
            BranchConfig low = BranchConfig.low(2, 2, 4, draw.between("stride", 1, 3));
            ModelConfig one = model(draw.of("input", BranchInput.class), HIGH, low);
            ModelCost clip = ModelCost.of(one, frames, 24, 20, 4);
            long committed = 0;
            for (int frame = 1; frame <= frames; frame++) {
                committed += ModelCost.frame(one, 6, 5, frame, 0);
            }
            assertThat(committed).isEqualTo(ofLayers(clip.layers()));
            assertThat(ModelCost.frame(one, 6, 5, frames, calls))
                    .isEqualTo((calls + 1) * ModelCost.frame(one, 6, 5, frames, 0));

            Combine combine = draw.of("combine", Combine.class);
            ModelConfig two = ConfigReader.with(one.separated(2), "combine=" + combine);
            ModelCost separable = ModelCost.of(two, frames, 24, 20, 4);
            List<LayerCost> encoder = separable.layers().subList(0, 2);
            List<LayerCost> decoder = separable.layers().subList(2, 4);
            long encoded = 0;
            for (int frame = 2; frame <= frames; frame++) {
                encoded += ModelCost.frame(two, 6, 5, frame, 1);
            }
            assertThat(encoded)
                    .as("the decoder has a pair or a frame for each, and the first frame has no past to encode")
                    .isEqualTo(ofLayers(encoder) + ofLayers(decoder) / frames * (frames - 1));
            long perCall = ModelCost.frame(two, 6, 5, frames, calls + 1) - ModelCost.frame(two, 6, 5, frames, calls);
            assertThat(perCall).isLessThanOrEqualTo(ofLayers(decoder) / frames);
        });
    }

    @Test
    void parametersAreThoseOfTheModel() {
        Cases.check(60, draw -> {
            int channels = draw.between("channels", 1, 3);
            int patch = draw.between("patch", 1, 4);
            int highHeads = draw.between("highHeads", 1, 3);
            int lowHeads = draw.between("lowHeads", 0, 3);
            int halfHead = draw.between("halfHead", 1, 3);
            int depth = draw.between("depth", 1, 3);
            int feedForward = draw.between("feedForward", 1, 4);
            int conditions = draw.between("conditions", 0, 2);
            int encoder = draw.between("encoder", 0, 2);
            int shortcut = draw.between("shortcut", 0, 3);
            Combine combine = draw.of("combine", Combine.class);
            BranchInput input = draw.of("input", BranchInput.class);
            List<BranchConfig> branches = lowHeads == 0
                    ? List.of(BranchConfig.dense(highHeads))
                    : List.of(BranchConfig.high(highHeads, 3, 2), BranchConfig.low(lowHeads, 1, 4, 2));
            int width = 2 * halfHead * (highHeads + lowHeads);
            ModelConfig config = new ModelConfig(
                    channels,
                    patch,
                    width,
                    depth,
                    feedForward,
                    input,
                    branches,
                    1,
                    Math.min(encoder, depth - 1),
                    combine,
                    shortcut == 0 ? 0 : 1 << shortcut,
                    List.of("a", "b", "c").subList(0, conditions),
                    List.of("up", "down").subList(0, conditions));
            long counted =
                    ModelCost.of(config, 3, 6 * patch, 5 * patch, 4).total().parameters();
            try (Compute compute = new Compute(ScalarType.Float, ScalarType.Float, new AttentionPlans());
                    VideoModel model =
                            VideoModel.of(config, Parameters.fresh(new Device("meta"), ScalarType.Float), compute)) {
                assertThat(counted).isEqualTo(model.parameters().count());
            }
        });
    }

    /**
     * Costs are counted layer by layer: the encoder over all frames but one, the decoder over pairs of past and frame.
     */
    @Test
    void costsOfASeparableModelAreThoseOfItsLayers() {
        ModelConfig whole = model(BranchInput.ALL, HIGH, LOW);
        ModelCost separated = ModelCost.of(whole.separated(3), 5, 28, 20, 4);
        ModelCost encoder = ModelCost.of(whole.separated(3).encoderLayers(), 4, 28, 20, 4);
        ModelCost pair = ModelCost.of(whole.separated(3).decoderLayers(), 2, 28, 20, 4);
        assertThat(separated.layers().subList(0, 3)).isEqualTo(encoder.layers());
        LayerCost decoder = separated.layers().get(3);
        assertThat(decoder.layer()).isEqualTo(3);
        assertThat(decoder.attentionUseful()).isEqualTo(5 * pair.layers().get(0).attentionUseful());
        assertThat(decoder.feedForward().multiplyAdds())
                .isEqualTo(5 * pair.layers().get(0).feedForward().multiplyAdds());
        assertThat(decoder.projections().parameters())
                .isEqualTo(pair.layers().get(0).projections().parameters());
        assertThat(decoder.keptBytes()).isEqualTo(5 * pair.layers().get(0).keptBytes());
    }

    @Test
    void multiplyAddsAddUp() {
        ModelCost cost = ModelCost.of(model(BranchInput.ALL, HIGH, LOW), 5, 28, 20, 4);
        long frames = 5;
        long tokens = frames * 7 * 5;
        assertThat(cost.embedding().multiplyAdds()).isEqualTo(tokens * 48 * 32 + frames * (256 * 32 + 32 * 32));
        assertThat(cost.output().multiplyAdds()).isEqualTo(tokens * 32 * 48 + frames * 32 * 64);
        long sum = cost.embedding().multiplyAdds() + cost.output().multiplyAdds();
        for (LayerCost layer : cost.layers()) {
            assertThat(layer.feedForward().multiplyAdds()).isEqualTo(tokens * 2 * 32 * 96);
            assertThat(layer.conditioning().multiplyAdds()).isEqualTo(frames * 32 * (2 + 6 * 32));
            long cells = layer.layer() < 2 ? frames * 4 * 3 : frames * 2 * 2;
            assertThat(layer.branches().get(1).tokens()).isEqualTo(cells);
            assertThat(layer.projections().multiplyAdds()).isEqualTo((tokens + cells) * (3 * 32 * 16 + 16 * 16));
            assertThat(layer.branches().get(0).attentionUseful())
                    .as("9 keys a frame in 2 frames, but for the first")
                    .isEqualTo((2 * frames - 1) * 35 * 9 * 2 * 16);
            long pairsOfFrames = 1 + 1 + 2 + 2 + 3;
            assertThat(layer.branches().get(1).attentionUseful())
                    .isEqualTo(pairsOfFrames * (cells / frames) * (cells / frames) * 2 * 16);
            sum += layer.total().multiplyAdds();
        }
        assertThat(cost.total().multiplyAdds()).isEqualTo(sum);
        assertThat(cost.projections().multiplyAdds()
                        + cost.feedForward().multiplyAdds()
                        + cost.rest().multiplyAdds()
                        + cost.attentionUseful())
                .isEqualTo(sum);
        assertThat(cost.attentionDone()).isGreaterThan(cost.attentionUseful());
    }

    @Test
    void splitInputMakesProjectionsCheaper() {
        ModelCost all = ModelCost.of(model(BranchInput.ALL, HIGH, LOW), 4, 32, 32, 4);
        ModelCost split = ModelCost.of(model(BranchInput.SPLIT, HIGH, LOW), 4, 32, 32, 4);
        assertThat(split.projections().multiplyAdds() * 7)
                .as("3 a^2 + a^2 against 3 (2 a) a + a^2")
                .isEqualTo(all.projections().multiplyAdds() * 4);
        assertThat(split.attentionUseful()).isEqualTo(all.attentionUseful());
    }

    @Test
    void bytesFollowTheTypes() {
        ModelCost wide = ModelCost.of(model(BranchInput.ALL, HIGH, LOW), 4, 32, 32, 4);
        ModelCost narrow = ModelCost.of(model(BranchInput.ALL, HIGH, LOW), 4, 32, 32, 2);
        assertThat(narrow.feedForward().bytes() * 2)
                .isEqualTo(wide.feedForward().bytes());
        assertThat(narrow.attentionBytes()).isEqualTo(wide.attentionBytes());
        assertThat(narrow.training(1).activations()).isLessThan(wide.training(1).activations());
        TrainingMemory memory = wide.training(3);
        long parameters = wide.total().parameters();
        assertThat(memory.weights()).isEqualTo(4 * parameters);
        assertThat(memory.optimizer()).isEqualTo(8 * parameters);
        assertThat(memory.activations()).isEqualTo(3 * wide.training(1).activations());
        assertThat(memory.total()).isEqualTo(20 * parameters + memory.activations() + memory.scratch());
        assertThat(memory.scratch()).isEqualTo(3 * wide.training(1).scratch());
        assertThat(narrow.training(1).weights()).isBetween(4 * parameters, 6 * parameters);
    }

    /** Parts and recomputation save activations; each worker has gradients and converted weights of its own. */
    @Test
    void memoryOfTrainingFollowsHowAStepIsComputed() {
        ModelCost cost = ModelCost.of(model(BranchInput.ALL, HIGH, LOW), 4, 32, 32, 2);
        TrainingMemory one = cost.training(1);
        long converted = one.weights() - one.average();
        TrainingMemory plain = cost.training(new TrainingMemory.Step(8, 1, 1, 1, false));
        TrainingMemory parts = cost.training(new TrainingMemory.Step(8, 1, 1, 3, false));
        TrainingMemory shared = cost.training(new TrainingMemory.Step(8, 1, 3, 2, false));
        TrainingMemory recomputed = cost.training(new TrainingMemory.Step(8, 1, 1, 1, true));
        assertThat(plain.activations()).isEqualTo(8 * one.activations());
        assertThat(parts.activations()).as("3 + 3 + 2 clips").isEqualTo(3 * one.activations());
        assertThat(shared.activations()).as("2, 3 and 3 clips in halves").isEqualTo(5 * one.activations());
        assertThat(shared.gradients()).isEqualTo(3 * one.gradients());
        assertThat(shared.weights()).isEqualTo(one.average() + 3 * converted);
        assertThat(shared.optimizer()).isEqualTo(one.optimizer());
        long largest =
                cost.layers().stream().mapToLong(LayerCost::keptBytes).max().orElseThrow();
        long tokens = 4 * 8 * 8;
        assertThat(recomputed.activations())
                .as("the ends, the inputs of all layers, and one layer")
                .isEqualTo(8 * (cost.endsKeptBytes() + 4 * tokens * 32 * 4 + largest));
        ModelCost separated = ModelCost.of(model(BranchInput.ALL, HIGH, LOW).separated(2), 4, 32, 32, 2);
        assertThat(separated
                        .training(new TrainingMemory.Step(8, 3, 1, 1, false))
                        .activations())
                .isBetween(
                        8 * separated.training(1).activations(),
                        24 * separated.training(1).activations());
        long encoder = separated.layers().stream()
                .filter(layer -> layer.layer() < 2)
                .mapToLong(LayerCost::keptBytes)
                .sum();
        TrainingMemory alone = separated.training(new TrainingMemory.Step(1, 4, 1, 1, false));
        TrainingMemory draws = separated.training(new TrainingMemory.Step(1, 4, 4, 1, false));
        assertThat(draws.activations())
                .as("workers that share the draws of a clip all encode it")
                .isEqualTo(alone.activations() + 3 * encoder);
    }

    @Test
    void streamingMemoryIsBoundedWhereEveryBranchIs() {
        ModelCost open = ModelCost.of(model(BranchInput.ALL, HIGH, LOW), 5, 32, 32, 4);
        assertThat(open.cache().cap()).isNull();
        long high = 4 * 4 * 2 * 64 * 16; // layers, bytes, key and value, tokens, channels
        long low = 4 * 2 * 16 * (2 * 16 + 2 * 4);
        assertThat(open.cache().frame()).isEqualTo(high + low);
        assertThat(open.cache().growth()).isEqualTo((double) (high + low));
        assertThat(open.cache().held()).isEqualTo(high + 5 * low);

        var anchored = ConfigReader.with(BranchConfig.low(2, 2, 4, 2), "frames=3", "keyFrames=anchored");
        ModelCost bounded = ModelCost.of(model(BranchInput.ALL, HIGH, anchored), 9, 32, 32, 4);
        assertThat(bounded.cache().cap()).isEqualTo(high + 2 * low);
        assertThat(bounded.cache().growth()).isEqualTo(high + low / 2.0);
        assertThat(bounded.cache().held()).isEqualTo(high + 2 * low);
    }

    @Test
    void sinksCountTowardsTheMostThatIsHeld() {
        for (KeyFrames keyFrames : KeyFrames.values()) {
            var low = new BranchConfig(2, 2, 2, Branch.ALL, 1, 3, 5, 2, keyFrames, LightCone.NONE);
            ModelCost cost = ModelCost.of(model(BranchInput.ALL, HIGH, low), 200, 32, 32, 4);
            assertThat(cost.cache().cap()).isEqualTo(cost.cache().held());
        }
    }

    @Test
    void summariesOfBranchesNameAllTheirParts() {
        var low = new BranchConfig(2, 2, 2, 4, 3, 3, 5, 2, KeyFrames.ANCHORED, new LightCone(1, 2));
        ModelCost cost = ModelCost.of(model(BranchInput.ALL, HIGH, low), 4, 32, 32, 4);
        assertThat(cost.layers().get(3).branches())
                .extracting(BranchCost::summary)
                .containsExactly(HIGH.summary(), low.summary());
        assertThat(low.summary()).contains("3x3 share a window", "the first 5");
    }

    @Test
    void thePaperHasNeitherSinksNorSharedWindows() {
        var shared = new BranchConfig(2, 1, 1, 3, 3, 2, 0, 1, KeyFrames.DILATED, LightCone.NONE);
        for (List<BranchConfig> branches : List.of(
                List.of(HIGH.limitedTo(2, 1), LOW),
                List.of(HIGH, LOW.limitedTo(Branch.ALL, 1)),
                List.of(shared, LOW))) {
            ModelConfig config = model(BranchInput.ALL, HIGH, LOW).with(branches);
            assertThat(ModelCost.of(config, 4, 32, 32, 4).paper()).isNull();
        }
    }

    @Test
    void thePapersFormulasAreEvaluatedAsPrintedRepairedAndExact() {
        ModelConfig config = ConfigReader.with(
                ModelConfig.of(3, 1, 512, 1, 4, List.of(BranchConfig.high(4, 7, 4), BranchConfig.low(4, 2, 2, 4))),
                "branchInput=split");
        ModelCost cost = ModelCost.of(config, 16, 32, 32, 4);
        PaperCost paper = Objects.requireNonNull(cost.paper());
        double s = 16 * 32 * 32;
        double h = 512;
        assertThat(paper.printed().dense()).isEqualTo(8 * s * h * h + 2 * s * s * h);
        assertThat(paper.printed().high()).isEqualTo(2 * s * h * h + s * s * h / (2 * 49 * 4));
        assertThat(paper.printed().low()).isEqualTo(2 * s * h * h / 4 + s * s * h / (2 * 4 * 4));
        assertThat(paper.repaired().dense()).isEqualTo(4 * s * h * h + 2 * s * s * h);
        assertThat(paper.repaired().high()).isEqualTo(s * h * h + s * 49 * 4 * h);
        assertThat(paper.repaired().low()).isEqualTo(s * h * h / 4 + s * s * h / 64);

        LayerCost exact = cost.layers().get(0);
        assertThat(exact.branches().get(0).projections().multiplyAdds())
                .as("the repaired form's projections are exact for split input")
                .isEqualTo((long) (s * h * h));
        double exactHigh = s * h * h + exact.branches().get(0).attentionUseful();
        assertThat(exactHigh / paper.repaired().high()).isCloseTo(1, within(0.05));
        double exactLow = s * h * h / 4 + exact.branches().get(1).attentionUseful();
        assertThat(paper.repaired().low() / exactLow)
                .as("not causal, so at most twice the pairs")
                .isBetween(1.0, 2.0);

        assertThat(paper.exact().high()).isEqualTo(exactHigh);
        assertThat(paper.exact().low()).isEqualTo(exactLow);
        ModelCost dense = ModelCost.of(config.dense(), 16, 32, 32, 4);
        assertThat(paper.exact().dense())
                .isEqualTo((double) (dense.projections().multiplyAdds() + dense.attentionUseful()));
        assertThat(dense.paper()).isNull();
        assertThat(ModelCost.of(model(BranchInput.ALL, LOW, HIGH), 4, 32, 32, 4).paper())
                .as("in either order")
                .isNotNull();
        assertThat(ModelCost.of(
                                model(BranchInput.ALL, BranchConfig.high(3, 3, 2), BranchConfig.low(1, 2, 2, 1)),
                                4,
                                32,
                                32,
                                4)
                        .paper())
                .as("not half and half")
                .isNull();
    }

    @Test
    void sizesThatCannotBeCountedAreRefused() {
        ModelConfig config = model(BranchInput.ALL, HIGH, LOW);
        assertThatThrownBy(() -> ModelCost.of(config, 4, 33, 32, 4))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("32x33 pixels")
                .hasMessageContaining("multiples of 4");
        assertThatThrownBy(() -> ModelCost.of(config, 1 << 20, 4096, 4096, 4))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("choose fewer frames or smaller ones");
    }
}
