// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.config.ConfigReader;
import io.lightcone.data.MovingDigits;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.model.BranchConfig;
import io.lightcone.model.Compute;
import io.lightcone.model.ContextWindow;
import io.lightcone.model.ModelCost;
import io.lightcone.model.VideoModel;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.training.TestRuns;
import io.lightcone.training.Trainer;
import io.lightcone.video.Clip;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that whatever number a user writes, either it works, or one sentence names the key. */
class ConfigNumbersTest {
    private static final Device CPU = new Device("cpu");
    /** The frames of a roll-out, the first of which may be given. */
    private static final int FRAMES = 4;

    private static final int MOST_STEPS = 10;
    /** The values that a training step and a roll-out are tried with, which takes longer than to count them. */
    private static final Set<String> RUN =
            Set.of("2", "2147483647", "0", "1e300", "1e-300", "4.9e-324", "0.9999999999999999", ".inf");

    private static final Map<ClipKey, Clip> CLIPS = new HashMap<>();

    private record ClipKey(MovingDigitsConfig data, int frames) {}

    static Stream<String> ofOneTransformer() {
        return NumericKeys.of(plain()).keySet().stream();
    }

    static Stream<String> ofAnEncoder() {
        return NumericKeys.of(separable()).keySet().stream()
                .filter(path ->
                        path.matches("model\\.(encoder|depth|width)|training\\.(separable|frames).*|sampling\\..*"));
    }

    private static RunConfig plain() {
        return ConfigReader.read(
                RunConfig.class,
                TestRuns.small(4, 8),
                null,
                List.of("model.depth=1", "training.frames=3", "training.batch=1", "data.digitSize=6"));
    }

    private static RunConfig separable() {
        return TestRuns.separable(
                4,
                "data.height=8",
                "data.width=8",
                "data.digitSize=6",
                "training.frames=3",
                "training.batch=1",
                "training.separable.draws=1",
                "training.separable.resampling.share=1",
                "training.separable.resampling.after=0",
                "sampling.guidance.history=1.5",
                "sampling.guidance.historyLevel=0.3");
    }

    @ParameterizedTest
    @MethodSource("ofOneTransformer")
    void aNumberOfATransformerWorksOrIsRefusedByName(String path) {
        tryAll(plain(), path);
    }

    @ParameterizedTest
    @MethodSource("ofAnEncoder")
    void aNumberOfAModelWithAnEncoderWorksOrIsRefusedByName(String path) {
        tryAll(separable(), path);
    }

    private static void tryAll(RunConfig base, String path) {
        Class<?> type = Objects.requireNonNull(NumericKeys.of(base).get(path));
        for (String value : NumericKeys.extremes(type).toList()) {
            String setting = path + "=" + value;
            try {
                RunConfig config = ConfigReader.read(RunConfig.class, base, null, List.of(setting));
                count(config);
                if (RUN.contains(value)) {
                    run(config);
                }
            } catch (UserException e) {
                assertThat(e.getMessage())
                        .as(setting)
                        .contains(NumericKeys.name(path))
                        .doesNotContain("\n");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("--set " + setting + " ends in " + e, e);
            }
        }
    }

    /** Does everything that a run does, with as few frames as show it. */
    private static void run(RunConfig config) {
        Scopes.run(() -> {
            train(config);
            generate(config);
        });
    }

    private static void count(RunConfig config) {
        int height = config.data().height();
        int width = config.data().width();
        int frames = Math.min(config.training().frames(), 2 * FRAMES);
        ModelCost cost = ModelCost.of(config.model(), frames, height, width, ModelCost.FLOAT32);
        cost.training(Models.step(config, 1));
        cost.cache();
        cost.paper();
        ModelCost.heldBytes(
                config.model(),
                height / config.model().patch(),
                width / config.model().patch(),
                frames);
        ContextWindow window = new ContextWindow(
                config.sampling().memory().window(config.training().frames()),
                config.sampling().memory().sinks());
        for (BranchConfig branch : config.model().branches()) {
            branch.within(window).summary();
            branch.at(0, config.model().depth(), 4, 4);
        }
    }

    private static void train(RunConfig config) {
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            double rate = config.training()
                    .optimizer()
                    .learningRate(0, config.training().done(0, 0));
            trainer.step(0, clips(config), rate, 0.9);
        }
    }

    /** Returns clips, equal ones only created once, since fonts take long to load. */
    private static List<Clip> clips(RunConfig config) {
        int frames = config.training().frames();
        Clip clip = CLIPS.computeIfAbsent(
                new ClipKey((MovingDigitsConfig) config.data(), frames),
                key -> MovingDigits.of(key.data(), key.frames()).heldOut(0));
        return Collections.nCopies(config.training().batch(), clip);
    }

    private static void generate(RunConfig config) {
        if (config.sampling().steps() > MOST_STEPS) {
            return;
        }
        try (VideoModel weights = Models.create(config, fresh(), Models.compute(config));
                Compute compute = weights.compute();
                Codec codec = config.openCodec(CPU)) {
            RunModel model = new RunModel(config, weights, codec, CPU, 8);
            int given = Math.min(config.sampling().given(), 2);
            DenoisingPlan plan = config.sampling().plan(FRAMES, given);
            Tensor clip = torch.zeros(
                    1, given, 1, config.data().height(), config.data().width());
            Noise noise = new Noise(new RandomStreams(1), List.of(0), model.frameShape(), CPU);
            try (RollOut rollOut = begin(model, plan, noise, clip)) {
                while (rollOut.hasNext()) {
                    Scopes.runWithoutGrad(
                            () -> assertThat(rollOut.next().isfinite().all().item_bool())
                                    .isTrue());
                }
            }
        }
    }

    /** Begins a roll-out as a command does, to which a plan that does not fit the model is the user's to change. */
    private static RollOut begin(RunModel model, DenoisingPlan plan, Noise noise, Tensor given) {
        try {
            return model.rollOut(plan, noise, given);
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Parameters fresh() {
        return Parameters.fresh(CPU, ScalarType.Float);
    }

    @Test
    void aModelThatNoMachineHoldsIsRefusedBeforeItIsAllocated() {
        RunConfig wide = ConfigReader.read(
                RunConfig.class,
                TestRuns.small(4),
                null,
                List.of("model.width=100000", "model.depth=10000", "model.feedForward=100"));
        assertThatThrownBy(() -> Trainer.fresh(wide, CPU))
                .isInstanceOf(UserException.class)
                .hasMessageMatching(
                        "training steps of training.batch 2 clips of training.frames 6 and of model.width 100000"
                                + " need [\\d,]+ GB of memory, but this machine has [\\d,]+ GB; choose smaller ones");
        assertThatThrownBy(() -> Models.create(wide, fresh(), Models.compute(wide)))
                .isInstanceOf(UserException.class)
                .hasMessageMatching("the [\\d,]+ weights of a model of model.width 100000, model.depth 10000 and"
                        + " model.feedForward 100 need [\\d,]+ GB of memory, but this machine has [\\d,]+ GB;"
                        + " choose a smaller one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"training.batch=1000000", "training.frames=10000", "training.separable.draws=1000"})
    void aStepThatNoMachineHoldsIsRefusedBeforeItIsAllocated(String setting) {
        RunConfig large = TestRuns.separable(4, setting, "data.height=512", "data.width=512", "training.batch=64");
        RunConfig asked = ConfigReader.read(RunConfig.class, large, null, List.of(setting));
        assertThatThrownBy(() -> Trainer.fresh(asked, CPU))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("training.batch")
                .hasMessageContaining("choose");
    }
}
