// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.generation.ContextConfig;
import io.lightcone.run.ResamplingConfig;
import io.lightcone.run.RunConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollOutExperimentTest {
    /** The published numbers are of this model; another one wants other numbers. */
    @Test
    void theRecipeIsTheOneThatWasMeasured() {
        RunConfig config = RollOutExperiment.candidate(RollOutExperiment.NAME, 30, List.of())
                .config();
        assertThat(config.training().minutes()).isEqualTo(30);
        assertThat(config.model().encoder()).isEqualTo(3);
        assertThat(config.model().depth()).isEqualTo(5);
        assertThat(config.training().separable().pastLevel()).isEqualTo(0.8);
        assertThat(config.training().separable().resampling()).isEqualTo(new ResamplingConfig(0.5, 0.55, 0.8, 2));
        assertThat(config.sampling().context()).isEqualTo(new ContextConfig(0.3, 0.3, true));
        assertThat(config.sampling().steps()).isEqualTo(5);
    }
}
