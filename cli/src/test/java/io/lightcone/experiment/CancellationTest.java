// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.data.ClipDataset;
import io.lightcone.evaluation.Continuation;
import io.lightcone.experiment.LongRollOut.Milestone;
import io.lightcone.generation.RollOut;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunModel;
import io.lightcone.tensor.Libtorch;
import io.lightcone.training.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that whatever generates in order to measure stops in the middle of a frame once its check throws. */
class CancellationTest {
    private static final Device CPU = new Device("cpu");
    private static final int STEPS = 4;
    /** The update at which the check throws: in the middle of the second frame. */
    private static final int LAST = STEPS + STEPS / 2;

    @BeforeAll
    static void likeTheProgram() {
        Libtorch.start(0);
    }

    /** Throws at the check before update {@code LAST} of a roll-out; checks elsewhere do not count. */
    private static final class Stop implements LongRollOut.RollOutListener {
        private int updates;

        @Override
        public void check() {
            boolean inRollOut = StackWalker.getInstance()
                    .walk(frames ->
                            frames.anyMatch(frame -> frame.getClassName().equals(RollOut.class.getName())));
            if (inRollOut && ++updates == LAST) {
                throw new CancellationException("enough");
            }
        }

        @Override
        public void frame() {}

        @Override
        public void next(String sentence) {}

        @Override
        public void reached(Milestone milestone) {}
    }

    private static ClipDataset data(RunConfig config, int frames) {
        return config.data().open(frames, Path.of(""), message -> {}, () -> {});
    }

    private static void measure(String what, RunModel model, Stop stop) {
        RunConfig config = model.config();
        int given = config.sampling().given();
        switch (what) {
            case "continuations" -> ContinuationQuality.of(model, frames -> data(config, frames), stop::check);
            case "obedience" -> Obedience.of(model, stop::check);
            case "long roll-out" -> LongRollOut.of(model, 300, stop);
            case "report" ->
                SampledContinuations.of(
                        new Continuation(
                                model::conditionedOn,
                                model.codec(),
                                model.config().sampling(),
                                given),
                        data(config, given + SampledContinuations.FRAMES),
                        stop::check);
            default -> throw new IllegalArgumentException(what);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"continuations", "obedience", "long roll-out", "report"})
    void aStopIsHeardBetweenTwoCallsOfTheModel(String what) {
        List<String> settings = List.of("model.depth=1", "model.width=16", "sampling.steps=" + STEPS);
        RunConfig config = SteeringExperiment.candidate(1, settings).config();
        config = config.conditioned(data(config, 2));
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            RunModel model = new RunModel(config, trainer.average(), trainer.codec(), CPU, 10);
            Stop stop = new Stop();
            assertThatThrownBy(() -> measure(what, model, stop))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("enough");
            assertThat(stop.updates).isEqualTo(LAST);
        }
    }
}
