// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.model.Compute;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Precision;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests in which types trained models generate on machines that are not those on which they learned. */
class ModelsTest {
    @AfterEach
    void forgetMachines() {
        Machine.forget();
    }

    /** Takes this machine for one with such speeds: of products, and of attention in bfloat16, in float32 50. */
    private static void know(double float32, double bfloat16, double attention) {
        int threads = Libtorch.threads();
        Machine.know(new Machine(
                "a processor",
                threads,
                "2.10.0",
                "",
                float32,
                bfloat16,
                50,
                attention,
                false,
                60,
                120,
                1_000,
                Machine.NEVER));
    }

    private static List<ScalarType> types(Precision linear, Precision attention, String device) {
        RunConfig learned = RunConfig.read(
                Presets.named("msc-tiny"),
                null,
                List.of("training.linear=" + linear, "training.attentionType=" + attention));
        try (Device computing = new Device(device);
                Compute compute = Models.generating(learned, computing)) {
            return List.of(compute.linear(), compute.attention(), compute.cached());
        }
    }

    @Test
    void whatLearnedInBfloat16GeneratesInFloat32WhereThatIsFaster() {
        know(78, 12, 3);
        assertThat(types(Precision.BFLOAT16, Precision.BFLOAT16, "cpu")).containsOnly(ScalarType.Float);
        assertThat(types(Precision.FLOAT32, Precision.BFLOAT16, "cpu")).containsOnly(ScalarType.Float);
    }

    @Test
    void productsAndAttentionAreEachAsFastAsTheyCanBe() {
        know(100, 400, 3);
        assertThat(types(Precision.BFLOAT16, Precision.BFLOAT16, "cpu"))
                .containsExactly(ScalarType.BFloat16, ScalarType.Float, ScalarType.Float);
    }

    @Test
    void whereBfloat16IsNoSlowerModelsGenerateAsTheyLearned() {
        know(100, 100, 100);
        assertThat(types(Precision.BFLOAT16, Precision.BFLOAT16, "cpu"))
                .containsExactly(ScalarType.BFloat16, ScalarType.BFloat16, ScalarType.BFloat16);
        assertThat(types(Precision.FLOAT32, Precision.FLOAT32, "cpu")).containsOnly(ScalarType.Float);
    }

    @Test
    void anotherDeviceThanTheProcessorIsLeftAlone() {
        know(78, 12, 3);
        assertThat(types(Precision.BFLOAT16, Precision.BFLOAT16, "meta"))
                .startsWith(ScalarType.BFloat16, ScalarType.BFloat16);
    }
}
