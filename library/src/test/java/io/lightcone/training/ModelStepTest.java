// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.model.Compute;
import io.lightcone.model.VideoModel;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.Models;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainedModel;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Workers;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a second kind of training, which only lets its weights shrink, goes through a run as {@link Trainer} does.
 */
class ModelStepTest {
    private static final ModelStep.Kind SHRINKING = new ModelStep.Kind() {
        @Override
        public String name() {
            return "shrinking";
        }

        @Override
        public ModelStep fresh(RunConfig config, Codec codec, Device device, Workers workers) {
            workers.close(); // none of this is much work
            Shrinking made = new Shrinking(config, Parameters.fresh(device, ScalarType.Float), codec);
            RandomStreams streams = new RandomStreams(config.training().seed());
            Scopes.run(() -> made.model.initialise(streams.tensors("initial weights", 0, 0)));
            return made;
        }

        @Override
        public ModelStep resumed(RunConfig config, Codec codec, Device device, Workers workers, Checkpoint checkpoint) {
            workers.close();
            return new Shrinking(config, Parameters.loaded(checkpoint.model(), device), codec);
        }
    };

    /** Multiplies its weights by a number that depends on the step and the batch. */
    private static final class Shrinking implements ModelStep {
        private final Compute compute;
        private final VideoModel model;
        private final Codec codec;

        Shrinking(RunConfig config, Parameters weights, Codec codec) {
            compute = Models.compute(config);
            model = Models.create(config, weights, compute);
            this.codec = codec;
        }

        @Override
        public Result step(long step, List<Clip> clips, double learningRate, double done) {
            double factor = 1 - (step + 1 + (clips.get(0).pixels()[100] & 0xff) / 256.0) / 1000;
            Scopes.runWithoutGrad(
                    () -> model.parameters().tensors().values().forEach(weight -> weight.mul_(new Scalar(factor))));
            return new Result(factor, done);
        }

        @Override
        public VideoModel average() {
            return model;
        }

        @Override
        public Codec codec() {
            return codec;
        }

        @Override
        public long parameters() {
            return model.parameters().count();
        }

        @Override
        public boolean isWhole() {
            return true;
        }

        @Override
        public Checkpoint checkpoint(TrainingState state) {
            Map<String, org.bytedeco.pytorch.Tensor> weights =
                    model.parameters().tensors();
            return new Checkpoint(weights, weights, Map.of(), Map.of(), state, null);
        }

        @Override
        public void close() {
            model.close();
            compute.close();
            codec.close();
        }
    }

    private static Map<String, List<Float>> weights(RunFolder folder) {
        Map<String, List<Float>> weights = new TreeMap<>();
        Scopes.run(() -> folder.latestCheckpoint().model().forEach((name, weight) -> {
            List<Float> values = new ArrayList<>();
            for (float value : Tensors.floats(weight)) {
                values.add(value);
            }
            weights.put(name, values);
        }));
        return weights;
    }

    @Test
    void anotherKindIsTrainedValidatedSavedAndResumed(@TempDir Path temp) throws InterruptedException {
        List<Long> validated = new ArrayList<>();
        List<Long> sampled = new ArrayList<>();
        RunOptions options = RunOptions.defaults()
                .withDevice("cpu")
                .withKind(SHRINKING)
                .withListener(new TrainingListener() {
                    @Override
                    public void validated(long step, Map<String, Double> losses) {
                        assertThat(losses.values()).allMatch(Double::isFinite);
                        validated.add(step);
                    }

                    @Override
                    public void sampled(long step, Path file, double psnr, double repeatLast) {
                        assertThat(file).isRegularFile();
                        sampled.add(step);
                    }
                });
        RunConfig config = TestRuns.small(4);
        try (TrainingRun whole = Runs.start(config, temp.resolve("whole"), options)) {
            whole.run();
            assertThat(whole.parameters()).isEqualTo(Models.parameters(config));
        }
        assertThat(validated).contains(4L);
        assertThat(sampled).contains(4L);

        boolean[] stop = new boolean[1];
        TrainingListener stopping = new TrainingListener() {
            @Override
            public void step(Progress progress) {
                stop[0] = progress.step() == 2;
            }
        };
        Path parts = temp.resolve("parts");
        try (TrainingRun first =
                Runs.start(config, parts, options.withListener(stopping).withStop(() -> stop[0]))) {
            first.run();
            assertThat(first.step()).isEqualTo(2);
        }
        try (TrainingRun second = Runs.resume(parts, List.of(), options)) {
            second.run();
            assertThat(second.step()).isEqualTo(4);
        }
        Map<String, List<Float>> ofWhole = weights(RunFolder.open(temp.resolve("whole")));
        assertThat(ofWhole).isNotEmpty().isEqualTo(weights(RunFolder.open(parts)));
    }

    @Test
    void aRunGoesOnWithTheKindOfTrainingThatItBeganWith(@TempDir Path temp) throws InterruptedException {
        RunOptions options = RunOptions.defaults().withDevice("cpu");
        RunConfig config = TestRuns.small(2);
        Path path = temp.resolve("run");
        try (TrainingRun run = Runs.start(config, path, options.withKind(SHRINKING))) {
            run.run();
        }
        assertThat(RunFolder.open(path).latestState().training()).isEqualTo("shrinking");
        String refusal = "the checkpoint " + path.resolve("checkpoints/step-2")
                + " comes from training of the kind 'shrinking', which training of the kind 'denoising' cannot"
                + " continue; resume it by a program with the kind that it was begun with";
        assertThatThrownBy(() -> Runs.resume(path, List.of("training.steps=3"), options))
                .isInstanceOf(UserException.class)
                .hasMessage(refusal);
        assertThatThrownBy(() -> Runs.complete(config, path, options))
                .as("though it is complete")
                .isInstanceOf(UserException.class)
                .hasMessage(refusal);
        assertThat(Runs.complete(config, path, options.withKind(SHRINKING))).isEmpty();
        try (TrainedModel model = TrainedModel.open(path, new Device("cpu"), List.of())) {
            assertThat(model.config())
                    .as("generation works whatever the training")
                    .isEqualTo(config);
        }
    }
}
