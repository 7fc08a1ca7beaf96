// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Workers;
import io.lightcone.testing.NativeObjects;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Tests that a trainer that cannot be created or restored frees the memory that it has allocated already. */
class UnfinishedTrainersTest {
    private static final Device CPU = new Device("cpu");
    private static final RunConfig CONFIG = TestRuns.small(4, 8);
    private static final TrainingState STATE = new TrainingState(
            0,
            3,
            0,
            8,
            "pixels",
            "denoising",
            new Provenance("test", "test", "none", "1970-01-01T00:00:00Z", "", "", ""));

    @Test
    void anOptimiserThatFailsAtTheThirdWeightLeavesNothing() {
        NativeObjects.requireNothingLeft(() -> {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            for (String name : new String[] {"a", "b", "c"}) {
                weights.put(name, torch.ones(2));
            }
            assertThatThrownBy(() -> new AdamW(weights, UnfinishedTrainersTest::rate, Workers.alone(), 0.9, 0.99, 0))
                    .hasMessage("no rate");
        });
    }

    private static double rate(String name) {
        if (name.equals("c")) {
            throw new IllegalStateException("no rate");
        }
        return 1;
    }

    @Test
    void aCheckpointWithoutTheLastAverageLeavesNothing() {
        NativeObjects.requireNothingLeft(() -> {
            try (Trainer trainer = Trainer.fresh(CONFIG, CPU)) {
                Checkpoint whole = trainer.checkpoint(STATE);
                Map<String, Tensor> averages = new LinkedHashMap<>(whole.ema());
                averages.remove("final.project.bias");
                Checkpoint damaged = new Checkpoint(whole.model(), averages, whole.optimizer(), Map.of(), STATE, null);
                assertThatThrownBy(() -> Trainer.resumed(CONFIG, CPU, damaged))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("final.project.bias");
            }
        });
    }

    @Test
    void aCheckpointWithoutTheOptimisersStateLeavesNothing() {
        NativeObjects.requireNothingLeft(() -> {
            try (Trainer trainer = Trainer.fresh(CONFIG, CPU)) {
                Checkpoint whole = trainer.checkpoint(STATE);
                Checkpoint damaged = new Checkpoint(whole.model(), whole.ema(), Map.of(), Map.of(), STATE, null);
                assertThatThrownBy(() -> Trainer.resumed(CONFIG, CPU, damaged)).isInstanceOf(UserException.class);
            }
        });
    }

    @Test
    void aTeacherOfAnotherShapeLeavesNothing() {
        RunConfig config = TestRuns.separable(4, "training.consistency.levels=8");
        NativeObjects.requireNothingLeft(() -> {
            try (Trainer trainer = Trainer.fresh(TestRuns.separable(4), CPU)) {
                Map<String, Tensor> weights = trainer.average().parameters().tensors();
                try (Trainer distilling =
                        Trainer.distilling(config, config.openCodec(CPU), CPU, Workers.alone(), weights)) {
                    Checkpoint whole = distilling.checkpoint(STATE);
                    Map<String, Tensor> teacher = new LinkedHashMap<>(whole.teacher());
                    teacher.put("decoder.final.project.bias", torch.ones(3));
                    Checkpoint other =
                            new Checkpoint(whole.model(), whole.ema(), whole.optimizer(), teacher, STATE, null);
                    assertThatThrownBy(() ->
                                    Trainer.distilling(config, config.openCodec(CPU), CPU, Workers.alone(), other))
                            .isInstanceOf(UserException.class)
                            .hasMessageContaining("decoder.final.project.bias");
                }
            }
        });
    }
}
