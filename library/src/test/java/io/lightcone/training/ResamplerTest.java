// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.codec.ClipTensors;
import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.Diffusion.Estimate;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.Mixture;
import io.lightcone.model.Conditions;
import io.lightcone.model.ContextFrames;
import io.lightcone.model.ContextWindow;
import io.lightcone.model.VideoModel;
import io.lightcone.run.ClipConditions;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.RandomBatch;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {
    private static final Device CPU = new Device("cpu");
    private static final String RESAMPLING = "training.separable.resampling.";
    private static final RandomStreams STREAMS = new RandomStreams(5);

    /** Holds a run of an encoder and a decoder that know actions, after a few steps of training. */
    private static final class Fixture implements AutoCloseable {
        final RunConfig config;
        final Trainer trainer;
        final List<Clip> clips;
        final Conditions conditions;

        Fixture(String... settings) {
            this.config = TestRuns.conditioned(TestRuns.separable(20, settings), 0);
            this.trainer = Trainer.fresh(config, CPU);
            for (int step = 0; step < 20; step++) {
                trainer.step(step, TestRuns.batch(config, step), 3e-3);
            }
            this.clips = TestRuns.batch(config, 100);
            this.conditions = ClipConditions.of(clips, config.latents());
        }

        Tensor clean() {
            return ClipTensors.encode(clips, CPU);
        }

        Diffusion diffusion() {
            return config.diffusion().diffusion();
        }

        Tensor noise() {
            return STREAMS.tensors("noise", 0, 0).normal(clean().shape());
        }

        Tensor levels() {
            return STREAMS.tensors("levels", 0, 0)
                    .uniform(clips.size(), config.training().frames())
                    .mul(new Scalar(0.3));
        }

        RandomBatch random() {
            return STREAMS.batch("fresh", 0, IntStream.range(0, clips.size()).toArray());
        }

        Tensor resample(Tensor clean) {
            return resample(clean, conditions);
        }

        Tensor resample(Tensor clean, Conditions told) {
            return new Resampler(
                            trainer.average(),
                            diffusion(),
                            config.training().separable().resampling(),
                            ContextWindow.UNLIMITED,
                            trainer.codec().range())
                    .resample(clean, noise(), Levels.of(levels()), told, random());
        }

        @Override
        public void close() {
            trainer.close();
        }
    }

    /** Compares with a computation frame by frame and step by step, each time from all past frames, without a cache. */
    @ParameterizedTest
    @CsvSource({"flow, velocity, 3, 0.9", "cosine, v, 2, 1", "linear, x0, 1, 0.9", "linear, epsilon, 2, 0.9"})
    void resampledFramesAreWhatTheModelGenerates(String schedule, String prediction, int steps, double level) {
        try (Fixture fixture = new Fixture(
                RESAMPLING + "steps=" + steps,
                RESAMPLING + "level=" + level,
                "diffusion.schedule=" + schedule,
                "diffusion.prediction=" + prediction)) {
            Scopes.runWithoutGrad(() -> {
                Tensor clean = fixture.clean();
                RandomBatch random = fixture.random();
                int frames = (int) clean.size(1);
                Tensor from = random.uniform(1).mul(new Scalar(level - 0.01)).add(new Scalar(0.01));
                long[] shape = clean.shape();
                Tensor fresh = random.normal(Arrays.copyOfRange(shape, 1, shape.length));
                Tensor made = clean.clone();
                for (int t = 0; t < frames - 1; t++) {
                    Tensor x = at(fixture, from, clean).noisy(clean.narrow(1, t, 1), fresh.narrow(1, t, 1));
                    for (int step = 0; step < steps; step++) {
                        double share = (double) (steps - step) / steps;
                        Tensor now = from.mul(new Scalar(share));
                        Tensor next = from.mul(new Scalar(share - 1.0 / steps));
                        Estimate estimate =
                                fixture.diffusion().estimate(predict(fixture, made, x, now, t), x, at(fixture, now, x));
                        x = at(fixture, next, x).noisy(estimate.x0(), estimate.epsilon());
                    }
                    made.narrow(1, t, 1)
                            .copy_(torch.clamp(
                                    x, new ScalarOptional(new Scalar(-1.0)), new ScalarOptional(new Scalar(1.0))));
                }
                Tensor resampled = fixture.resample(clean);
                assertThat(Tensors.floats(resampled)).containsExactly(Tensors.floats(made), Offset.offset(2e-4f));
                assertThat(meanSquare(resampled, clean))
                        .as("something was made")
                        .isGreaterThan(1e-3);
            });
        }
    }

    private static Mixture at(Fixture fixture, Tensor level_BT, Tensor like) {
        return fixture.diffusion().at(Levels.of(level_BT), like);
    }

    /** Returns the prediction of frame {@code t} after the frames that were generated before it. */
    private static Tensor predict(Fixture fixture, Tensor made, Tensor x_B1CHW, Tensor level_B1, int t) {
        VideoModel model = fixture.trainer.average();
        Tensor past = at(fixture, fixture.levels(), made).noisy(made, fixture.noise());
        Tensor x = past.narrow(1, 0, t + 1).clone();
        x.narrow(1, t, 1).copy_(x_B1CHW);
        Tensor levels = fixture.levels().narrow(1, 0, t + 1).clone();
        levels.narrow(1, t, 1).copy_(level_B1);
        ContextFrames context =
                ContextFrames.plain(past.narrow(1, 0, t + 1), fixture.levels().narrow(1, 0, t + 1));
        return model.predict(context, x, levels, fixture.conditions.frames(0, t + 1))
                .narrow(1, t, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void resampledFramesDependOnNoLaterOnes(int steps) {
        try (Fixture fixture = new Fixture(RESAMPLING + "steps=" + steps)) {
            Scopes.run(() -> {
                Tensor clean = fixture.clean();
                Tensor other = clean.clone();
                other.narrow(1, 3, 3).fill_(new Scalar(0.5));
                Tensor made = fixture.resample(clean);
                Tensor otherMade = fixture.resample(other);
                assertThat(Tensors.floats(otherMade.narrow(1, 0, 3).contiguous()))
                        .isEqualTo(Tensors.floats(made.narrow(1, 0, 3).contiguous()));
                assertThat(meanSquare(otherMade.narrow(1, 3, 1), made.narrow(1, 3, 1)))
                        .isGreaterThan(1e-3);
                assertThat(Tensors.floats(made.narrow(1, 5, 1).contiguous()))
                        .as("the last frame is nobody's past")
                        .isEqualTo(Tensors.floats(clean.narrow(1, 5, 1).contiguous()));
                assertThat(torch.abs(made).max().item_float()).isLessThanOrEqualTo(1);
            });
        }
    }

    /** The level says how far from the truth a frame may come to lie. */
    @ParameterizedTest
    @CsvSource({"0.02, 0, 1e-3", "1, 0.1, 1"})
    void framesResampledFromLessNoiseAreNearerToTheTruth(double level, double least, double most) {
        try (Fixture fixture = new Fixture(RESAMPLING + "level=" + level)) {
            Scopes.run(() -> {
                Tensor clean = fixture.clean();
                assertThat(meanSquare(fixture.resample(clean), clean)).isBetween(least, most);
            });
        }
    }

    private static double meanSquare(Tensor a, Tensor b) {
        return a.sub(b).square().mean().item_double();
    }

    @ParameterizedTest
    @CsvSource({
        "share=1.1, 'share must lie in [0, 1], not 1.1'",
        "after=1, 'after must lie in [0, 1), not 1.0'",
        "level=0.009, 'level must lie in [0.01, 1], not 0.009'",
        "steps=0, 'steps must lie between 1 and 1000, not 0'"
    })
    void badSettingsAreRefused(String setting, String message) {
        assertThatThrownBy(() -> TestRuns.separable(10, RESAMPLING + setting))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }
}
