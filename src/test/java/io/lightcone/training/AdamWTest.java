// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Parameters;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class AdamWTest {
    /** "meta" stands for any device that is not the CPU, and is there on every machine. */
    @Test
    void allStateLivesOnTheWeightsDevice() {
        try (Parameters weights = Parameters.fresh(new Device("meta"), ScalarType.Float)) {
            weights.declare("matrix", 3, 2);
            weights.declare("bias", 3);
            try (AdamW adamW = new AdamW(weights.tensors(), name -> 1, 0.9, 0.99, 0)) {
                assertThat(adamW.state()).hasSize(5);
                adamW.state()
                        .forEach((name, tensor) ->
                                assertThat(tensor.is_meta()).as(name).isTrue());
            }
        }
    }
}
