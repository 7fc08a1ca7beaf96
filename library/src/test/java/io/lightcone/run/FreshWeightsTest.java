// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.config.ConfigReader;
import io.lightcone.model.Compute;
import io.lightcone.model.VideoModel;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests that the weights that a model of each system starts from never change: a seed names them, so what is drawn for
 * which weight, and in which order, is part of what a run is.
 */
class FreshWeightsTest {
    private static final int PERIOD = 1009;

    /**
     * The weights have the recorded sum. Every weight counts by its place, so that nothing can be exchanged; processors
     * may differ in the last digit of a logarithm, which normal numbers are computed with.
     */
    @ParameterizedTest
    @CsvSource({
        "msc-demo, 0, combine=TOKENS, 68.99133394261332, 43.167235195268596",
        "ar-diffusion-msc-tiny, 0, combine=TOKENS, 112.83557310138548, 73.56386584082344",
        "scd-msc-tiny, 2, combine=TOKENS, 95.618702219689, 49.61358468978376",
        "scd-tiny, 2, combine=CHANNELS, 205.53848317108293, 109.74380481665617"
    })
    void aSeedGivesTheWeightsItHasAlwaysGiven(String preset, int encoder, String setting, double sum, double byPlace) {
        RunConfig config = ConfigReader.read(
                RunConfig.class,
                Presets.named(preset),
                null,
                List.of(
                        "model." + setting,
                        "model.encoder=" + encoder,
                        "model.width=64",
                        "model.depth=3",
                        "model.classes=[a, b]",
                        "model.actions=[left, right, none]"));
        double[] found = new double[2];
        Scopes.run(() -> {
            try (Compute compute = Models.compute(config);
                    VideoModel model =
                            Models.create(config, Parameters.fresh(new Device("cpu"), ScalarType.Float), compute)) {
                model.initialise(new RandomStreams(1).tensors("initial weights", 0, 0));
                int number = 0;
                for (var weight : model.parameters().tensors().values()) {
                    float[] values = Tensors.floats(weight);
                    number++;
                    for (int i = 0; i < values.length; i++) {
                        found[0] += values[i];
                        found[1] += (double) values[i] * ((i + 7919L * number) % PERIOD) / PERIOD;
                    }
                }
            }
        });
        assertThat(found).containsExactly(new double[] {sum, byPlace}, Offset.offset(1e-4));
    }
}
