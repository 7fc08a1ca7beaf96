// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.attention.AttentionPlans;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.model.Compute;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.VideoModel;
import io.lightcone.run.SavedWeights.Weights;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Writes the files of {@link SavedWeights} anew. It is run from the folder of the sources, after {@code mvn package}:
 *
 * <pre>
 * java -cp 'target/test-classes:target/classes:target/lib/*' io.lightcone.run.SavedWeightsWriter
 * </pre>
 */
final class SavedWeightsWriter {
    private SavedWeightsWriter() {}

    /** Writes all files anew. */
    public static void main(String[] arguments) throws IOException {
        Scopes.runWithoutGrad(() -> {
            try {
                for (Weights weights : SavedWeights.all()) {
                    write(weights);
                }
                writeSchedules();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void write(Weights weights) throws IOException {
        Path folder = Files.createDirectories(SavedWeights.ROOT.resolve(weights.folder()));
        ModelConfig first = weights.cases().values().iterator().next();
        Map<String, Tensor> random = weights(first, weights.folder());
        CheckpointFiles.write(folder, CheckpointFiles.Part.EMA, checkpoint(first, random));
        Map<String, Tensor> expected = clip(weights, first.channels());
        Map<String, String> configs = new TreeMap<>();
        weights.cases().forEach((name, config) -> {
            configs.put(name, new SavedModel(config, DiffusionConfig.flow()).json());
            expected.put(
                    SavedWeights.PREDICTION + name,
                    SavedWeights.predict(config, random, expected, AttentionPlans.Method.REFERENCE));
        });
        Safetensors.write(folder.resolve("expected.safetensors"), expected, configs);
    }

    private static Checkpoint checkpoint(ModelConfig config, Map<String, Tensor> weights) {
        Provenance provenance = new Provenance("0.1.0", "none", "none", "2026-01-01T00:00:00Z", "", "", "");
        return new Checkpoint(
                Map.of(),
                weights,
                Map.of(),
                Map.of(),
                new TrainingState(0, 0, 0, 10, "pixels", "denoising", provenance),
                new SavedModel(config, DiffusionConfig.flow()));
    }

    /**
     * Returns random weights that keep activations at about their size. What goes into the first norms is so small that
     * their epsilon shows, and predictions are so small that what processors round does not: most of it comes from the
     * level, whose angles reach 1,000.
     */
    private static Map<String, Tensor> weights(ModelConfig config, String purpose) {
        RandomStream random = new RandomStreams(1).tensors(purpose, 0, 0);
        Map<String, Tensor> drawn = new LinkedHashMap<>();
        Compute compute = new Compute(ScalarType.Float, ScalarType.Float, new AttentionPlans());
        try (compute;
                VideoModel model =
                        VideoModel.of(config, Parameters.fresh(new Device("cpu"), ScalarType.Float), compute)) {
            model.parameters().tensors().forEach((name, like) -> {
                Tensor normal = random.normal(like.shape());
                double size = like.dim() == 2 ? 1 / Math.sqrt((double) like.size(1)) : 0.3;
                if (name.contains("embed.") || name.contains("layers.0.attention.branches.0.qkv")) {
                    size *= 0.03;
                } else if (name.contains("final.project")) {
                    size *= 0.1;
                }
                drawn.put(name, normal.mul(new Scalar(size)).add(new Scalar(name.endsWith(".norm") ? 1.0 : 0.0)));
            });
        }
        return drawn;
    }

    /**
     * Returns noisy frames, no two of them at one level; the first of several clips has one that is noise alone, and a
     * clean one.
     */
    private static Map<String, Tensor> clip(Weights weights, int channels) {
        RandomStream random = new RandomStreams(2).tensors(weights.folder(), 0, 0);
        int clips = Math.max(1, weights.conditions().classes().size());
        int frames = weights.frames();
        Map<String, Tensor> clip = new LinkedHashMap<>();
        clip.put(
                "x",
                random.normal(
                        clips,
                        frames,
                        channels,
                        (long) weights.rows() * SavedWeights.PATCH,
                        (long) weights.columns() * SavedWeights.PATCH));
        Tensor level = random.uniform(clips, frames);
        if (clips > 1) {
            level.select(0, 0).select(0, 1).fill_(new Scalar(1.0));
            level.select(0, 0).select(0, 2).fill_(new Scalar(0.0));
        }
        clip.put("level", level);
        if (weights.cases().values().stream().anyMatch(model -> model.shortcut() > 0)) {
            float[] steps = {1, 0.5f, 0.25f, 0.125f, 0, 0.5f};
            clip.put("step", Tensors.of(steps, 1, frames));
        }
        if (!weights.conditions().classes().isEmpty()) {
            clip.put("classes", Tensors.of(longs(weights.conditions().classes()), clips));
            List<Integer> actions = weights.conditions().actions().stream()
                    .flatMap(List::stream)
                    .toList();
            clip.put("actions", Tensors.of(longs(actions), clips, frames));
        }
        return clip;
    }

    private static long[] longs(List<Integer> numbers) {
        return numbers.stream().mapToLong(Integer::longValue).toArray();
    }

    private static void writeSchedules() throws IOException {
        double[] levels = {0.0004, 0.001, 0.0305, 0.25, 0.5, 0.77, 0.95, 0.9995};
        RandomStream random = new RandomStreams(3).tensors("schedules", 0, 0);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("level", Tensors.of(levels, levels.length));
        tensors.put("p", random.normal(levels.length).to(ScalarType.Double));
        tensors.put("x", random.normal(levels.length).to(ScalarType.Double));
        Map<String, String> configs = new TreeMap<>();
        ModelConfig any = SavedWeights.all().get(0).cases().values().iterator().next();
        SavedWeights.schedules().forEach((name, config) -> {
            configs.put(name, new SavedModel(any, config).json());
            tensors.put(name, SavedWeights.estimate(config, tensors));
        });
        Safetensors.write(SavedWeights.SCHEDULES, tensors, configs);
    }
}
