// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.lightcone.attention.AttentionPlans;
import io.lightcone.config.ConfigReader;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.Repository;
import io.lightcone.training.TestRuns;
import io.lightcone.training.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that weights that were saved once still give the predictions that they gave then. */
class SavedWeightsTest {
    /** The tolerance for processors that round differently; a change of meaning is larger by far. */
    private static final double TOLERANCE = 1e-5;

    private static Stream<String> folders() {
        return SavedWeights.folders().stream();
    }

    private static Safetensors.Contents read(Path file) {
        try {
            return Safetensors.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SavedModel parsed(String json) {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = Files.writeString(files.getPath("config.yaml"), json);
            return ConfigReader.read(SavedModel.class, null, file, List.of(), RunConfig.FORMATS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Safetensors.Contents contents, String key) {
        return contents.metadata().getOrDefault(key, "");
    }

    @ParameterizedTest
    @MethodSource("folders")
    void tiledAttentionPredictsFromSavedWeightsWhatItDidWhenTheyWereSaved(String folder) {
        expectPredictions(folder, AttentionPlans.Method.TILED);
    }

    @ParameterizedTest
    @MethodSource("folders")
    void referenceAttentionPredictsFromSavedWeightsWhatItDidWhenTheyWereSaved(String folder) {
        expectPredictions(folder, AttentionPlans.Method.REFERENCE);
    }

    private static void expectPredictions(String folder, AttentionPlans.Method method) {
        Path place = SavedWeights.ROOT.resolve(folder);
        Scopes.run(() -> {
            Map<String, Tensor> weights = read(place.resolve("ema.safetensors")).tensors();
            Safetensors.Contents expected = read(place.resolve("expected.safetensors"));
            Map<String, Double> errors = new TreeMap<>();
            expected.metadata().forEach((name, json) -> {
                Tensor got = SavedWeights.predict(parsed(json).model(), weights, expected.tensors(), method);
                Tensor then = SavedWeights.tensor(expected.tensors(), SavedWeights.PREDICTION + name);
                errors.put(name, got.sub(then).abs().max().item_double());
            });
            assertThat(errors).isNotEmpty();
            assertThat(errors.values())
                    .as("largest error of each case: %s", errors)
                    .allMatch(error -> error < TOLERANCE);
        });
    }

    @Test
    void schedulesAndPredictionsMeanWhatTheyDidWhenTheyWereSaved() {
        Scopes.run(() -> {
            Safetensors.Contents saved = read(SavedWeights.SCHEDULES);
            assertThat(saved.metadata().keySet())
                    .isEqualTo(SavedWeights.schedules().keySet());
            saved.metadata().forEach((name, json) -> {
                DiffusionConfig config = parsed(json).diffusion();
                assertThat(config).isEqualTo(SavedWeights.schedules().get(name));
                double[] got = Tensors.doubles(SavedWeights.estimate(config, saved.tensors()));
                double[] then = Tensors.doubles(SavedWeights.tensor(saved.tensors(), name));
                for (int i = 0; i < then.length; i++) {
                    assertThat(got[i])
                            .as("%s, number %d", name, i)
                            .isCloseTo(then[i], within(1e-9 * (1 + Math.abs(then[i]))));
                }
            });
        });
    }

    @ParameterizedTest
    @MethodSource("folders")
    void aFileOfWeightsDescribesItsModel(String folder) {
        Path place = SavedWeights.ROOT.resolve(folder);
        Scopes.run(() -> {
            Safetensors.Contents file = read(place.resolve("ema.safetensors"));
            assertThat(file.metadata())
                    .containsEntry("format", "pt")
                    .containsEntry("lightcone", "weights")
                    .containsEntry("layout", folder.endsWith("shortcut") ? "2" : "1")
                    .containsEntry("version", "0.1.0")
                    .containsEntry("step", "0");
            SavedModel model = parsed(text(file, "config"));
            Safetensors.Contents expected = read(place.resolve("expected.safetensors"));
            assertThat(expected.metadata().values().stream().map(SavedWeightsTest::parsed))
                    .contains(model);
        });
    }

    /** Every name in the files is in the tables of the page about weights. */
    @ParameterizedTest
    @MethodSource("folders")
    void thePageAboutWeightsNamesEachTensor(String folder) throws IOException {
        String page = Files.readString(Repository.file("docs/weights.md"));
        Safetensors.Header header =
                Safetensors.readHeader(SavedWeights.ROOT.resolve(folder).resolve("ema.safetensors"));
        assertThat(header.tensors().keySet()).allSatisfy(name -> {
            String told = name.replaceFirst("^(encoder|decoder)\\.", "")
                    .replaceFirst("layers\\.\\d+", "layers.l")
                    .replaceFirst("branches\\.\\d+", "branches.g");
            assertThat(page).contains("`" + told.replaceFirst("\\.bias$", ".weight") + "`");
        });
    }

    /** A reader that knows the first layout only must not take layers without a past for ones with it. */
    @Test
    void layersThatSeeTheirOwnFrameAreOfALaterLayout() {
        RunConfig config = TestRuns.small(1);
        RunConfig every = ConfigReader.with(config, "model.temporalEvery=2");
        assertThat(SavedModel.of(config).metadata("v")).containsEntry("layout", "1");
        assertThat(SavedModel.of(every).metadata("v")).containsEntry("layout", "2");
        assertThat(parsed(SavedModel.of(every).json())).isEqualTo(SavedModel.of(every));
    }

    @ParameterizedTest
    @EnumSource(CheckpointFiles.Part.class)
    void onlyTheFilesOfWeightsInACheckpointDescribeTheModel(CheckpointFiles.Part part, @TempDir Path temp)
            throws IOException {
        RunConfig config = TestRuns.separable(10);
        Provenance provenance = new Provenance("1.2.3", "test", "none", "now", "", "", "");
        try (Trainer trainer = Trainer.fresh(config, new Device("cpu"))) {
            CheckpointFiles.write(
                    temp, part, trainer.checkpoint(new TrainingState(7, 1, 0, 10, "pixels", "denoising", provenance)));
        }
        Map<String, String> metadata =
                Safetensors.readHeader(temp.resolve(part.file)).metadata();
        assertThat(metadata).containsEntry("format", "pt").containsEntry("step", "7");
        if (part == CheckpointFiles.Part.OPTIMIZER || part == CheckpointFiles.Part.TEACHER) {
            assertThat(metadata).hasSize(2);
        } else {
            assertThat(metadata).containsEntry("version", "1.2.3");
            assertThat(parsed(metadata.getOrDefault("config", "")))
                    .isEqualTo(new SavedModel(config.model(), config.diffusion()));
        }
    }
}
