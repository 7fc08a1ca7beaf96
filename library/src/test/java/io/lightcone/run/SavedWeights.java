// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.attention.AttentionPlans;
import io.lightcone.attention.KeyFrames;
import io.lightcone.attention.LightCone;
import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.diffusion.DiffusionConfig.Schedule;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.LossWeight;
import io.lightcone.diffusion.Mixture;
import io.lightcone.diffusion.Prediction;
import io.lightcone.model.BranchConfig;
import io.lightcone.model.Compute;
import io.lightcone.model.Conditions;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.ModelConfig.BranchInput;
import io.lightcone.model.ModelConfig.Combine;
import io.lightcone.model.VideoModel;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.Repository;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Small files of weights as Lightcone saves them, with what it predicts from them:
 *
 * <pre>
 * FOLDER/ema.safetensors        weights, all of them random, none zero
 * FOLDER/expected.safetensors   x, level, classes, actions; for each case of these weights "prediction.CASE", and as
 *                               metadata "CASE" the model's configuration: some differ only in what shapes do not tell
 * schedules.safetensors         level, p, x; for each case "CASE": alpha, sigma, x0 and epsilon at each level
 * </pre>
 *
 * The files are committed, for what is saved must keep its meaning. {@link SavedWeightsWriter} writes them; run it only
 * to add a case, or with a new number of the layout.
 */
public final class SavedWeights {
    public static final Path ROOT = Repository.file("library/src/test/resources/weights");
    static final Path SCHEDULES = ROOT.resolve("schedules.safetensors");
    static final String PREDICTION = "prediction.";

    static final int PATCH = 2;
    /** The null class, or the null action. */
    private static final int NULL = Conditions.NULL;

    static {
        Libtorch.start(0);
    }

    private SavedWeights() {}

    /**
     * A file of weights and the inputs and models that it is used for.
     *
     * @param rows rows of tokens in a frame
     * @param columns columns of tokens in a frame
     * @param cases the models that read these weights, the first of which they are saved for
     */
    record Weights(
            String folder, int frames, int rows, int columns, Conditions conditions, Map<String, ModelConfig> cases) {}

    static List<String> folders() {
        return all().stream().map(Weights::folder).toList();
    }

    static List<Weights> all() {
        return List.of(plain(), multiscale(), separable(), shortcut(), separableShortcut());
    }

    /** Returns weights of one head and one branch, with a class for the clip and an action for each frame. */
    private static Weights plain() {
        BranchConfig growing = BranchConfig.low(1, 2, 4, 2);
        BranchConfig blocks = new BranchConfig(1, 1, 1, 4, 2, 2, 1, 1, KeyFrames.DILATED, LightCone.NONE);
        Map<String, ModelConfig> cases = new LinkedHashMap<>();
        cases.put("dense", plain(BranchConfig.dense(1)));
        cases.put("growing", plain(growing));
        cases.put("blocks", plain(blocks));
        Conditions conditions = new Conditions(List.of(1), List.of(List.of(0, 1, NULL, 1, 0, 0)));
        return new Weights("plain", 6, 5, 7, conditions, cases);
    }

    private static ModelConfig plain(BranchConfig branch) {
        return ModelConfig.of(1, PATCH, 12, 3, 2, List.of(branch))
                .conditioned(List.of("circle", "square", "star"), List.of("left", "right"));
    }

    /** Returns weights of one layer of two heads, one in each branch. */
    private static Weights multiscale() {
        BranchConfig cone = new BranchConfig(1, 1, 1, 2, 1, 4, 0, 1, KeyFrames.DILATED, new LightCone(1, 2));
        BranchConfig anchored = new BranchConfig(1, 8, 8, 1, 1, 2, 1, 2, KeyFrames.ANCHORED, LightCone.NONE);
        Map<String, ModelConfig> cases = new LinkedHashMap<>();
        cases.put("msc", multiscale(BranchConfig.high(1, 3, 3), BranchConfig.low(1, 2, 2, 2)));
        cases.put("cone-anchored", multiscale(cone, anchored));
        return new Weights("multiscale", 6, 5, 7, Conditions.NONE, cases);
    }

    private static ModelConfig multiscale(BranchConfig... branches) {
        return ModelConfig.of(2, PATCH, 24, 1, 1, List.of(branches));
    }

    /** Returns weights of an encoder and a decoder of one layer each, whose branches read their own channels only. */
    private static Weights separable() {
        Map<String, ModelConfig> cases = new LinkedHashMap<>();
        // First the one that has weights of its own, which the others leave alone.
        for (Combine combine : List.of(Combine.CHANNELS, Combine.TOKENS, Combine.ADD)) {
            cases.put(combine.name().toLowerCase(Locale.ROOT), separable(combine));
        }
        Conditions conditions =
                new Conditions(List.of(0, NULL), List.of(List.of(1, 2, 0, NULL, 1), List.of(2, 2, NULL, 0, 1)));
        return new Weights("separable", 5, 3, 5, conditions, cases);
    }

    /** Returns weights that are told how far the updates of frames go. */
    private static Weights shortcut() {
        ModelConfig model = ModelConfig.of(1, PATCH, 12, 1, 1, List.of(BranchConfig.dense(1)));
        return new Weights("shortcut", 6, 2, 3, Conditions.NONE, Map.of("shortcut", model.shortcut(8)));
    }

    /** Returns weights of which those of the decoder alone are told. */
    private static Weights separableShortcut() {
        ModelConfig model = ModelConfig.of(1, PATCH, 12, 2, 1, List.of(BranchConfig.dense(1)));
        return new Weights(
                "separable-shortcut",
                6,
                2,
                3,
                Conditions.NONE,
                Map.of("shortcut", model.separated(1).shortcut(8)));
    }

    private static ModelConfig separable(Combine combine) {
        BranchConfig high = new BranchConfig(1, 1, 1, 3, 1, 3, 1, 1, KeyFrames.DILATED, new LightCone(1, 1));
        BranchConfig low = BranchConfig.low(1, 2, 2, 2).withKeyFrames(KeyFrames.ANCHORED);
        return new ModelConfig(
                2,
                PATCH,
                12,
                2,
                2,
                BranchInput.SPLIT,
                List.of(high, low),
                1,
                1,
                combine,
                0,
                List.of("day", "night"),
                List.of("stay", "left", "right"));
    }

    /** Returns the named configurations that say what predictions mean. */
    static Map<String, DiffusionConfig> schedules() {
        Map<String, DiffusionConfig> cases = new LinkedHashMap<>();
        cases.put("flow", DiffusionConfig.flow());
        cases.put("flow-shifted", schedule(Schedule.FLOW, 3, false, Prediction.X0));
        cases.put("cosine-v", schedule(Schedule.COSINE, 1, false, Prediction.V));
        cases.put("cosine-shifted", schedule(Schedule.COSINE, 8, false, Prediction.VELOCITY));
        cases.put("sigmoid", schedule(Schedule.SIGMOID, 1, false, Prediction.X0));
        cases.put("linear-epsilon", schedule(Schedule.LINEAR, 1, false, Prediction.EPSILON));
        cases.put("linear-zero", schedule(Schedule.LINEAR, 2, true, Prediction.V));
        cases.put("sqrt-linear", DiffusionConfig.arDiffusion());
        cases.put("sqrt-linear-zero", schedule(Schedule.SQRT_LINEAR, 1, true, Prediction.V));
        return cases;
    }

    private static DiffusionConfig schedule(Schedule schedule, double shift, boolean zero, Prediction prediction) {
        return new DiffusionConfig(schedule, shift, 1e-4, 2e-2, zero, prediction, LossWeight.UNIFORM);
    }

    /** Returns what a model predicts for the frames of {@code expected}, in the caller's scope. */
    static Tensor predict(
            ModelConfig config,
            Map<String, Tensor> weights,
            Map<String, Tensor> expected,
            AttentionPlans.Method method) {
        Device cpu = new Device("cpu");
        try (Compute compute = new Compute(ScalarType.Float, ScalarType.Float, new AttentionPlans(method));
                VideoModel model = VideoModel.of(config, Parameters.loaded(weights, cpu), compute)) {
            return Scopes.withoutGrad(() -> model.predict(
                    tensor(expected, "x"), tensor(expected, "level"), expected.get("step"), conditions(expected)));
        }
    }

    /** Returns [4, levels]: alpha, sigma, x0 and epsilon at each level, where the network says p of x. */
    static Tensor estimate(DiffusionConfig config, Map<String, Tensor> given) {
        Diffusion diffusion = config.diffusion();
        Tensor level_1T = tensor(given, "level").unsqueeze(0);
        Tensor p = tensor(given, "p").view(1, -1, 1, 1, 1);
        Tensor x = tensor(given, "x").view(1, -1, 1, 1, 1);
        Mixture at = diffusion.at(Levels.of(level_1T), x);
        Diffusion.Estimate estimate = diffusion.estimate(p, x, at);
        return Tensors.cat(0, at.alpha(), at.sigma(), estimate.x0(), estimate.epsilon())
                .view(4, -1);
    }

    static Tensor tensor(Map<String, Tensor> tensors, String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("there is no tensor " + name);
        }
        return tensor;
    }

    private static Conditions conditions(Map<String, Tensor> expected) {
        if (!expected.containsKey("classes")) {
            return Conditions.NONE;
        }
        int frames = (int) tensor(expected, "actions").size(1);
        List<Integer> flat = numbers(tensor(expected, "actions"));
        return new Conditions(
                numbers(tensor(expected, "classes")),
                IntStream.range(0, flat.size() / frames)
                        .mapToObj(clip -> flat.subList(clip * frames, (clip + 1) * frames))
                        .toList());
    }

    private static List<Integer> numbers(Tensor tensor) {
        return Arrays.stream(Tensors.longs(tensor)).mapToObj(Math::toIntExact).toList();
    }
}
