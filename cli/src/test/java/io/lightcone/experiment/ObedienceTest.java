// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.data.MovingDigits;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunModel;
import io.lightcone.training.Trainer;
import io.lightcone.video.Clip;
import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;

class ObedienceTest {
    private static final Device CPU = new Device("cpu");

    @Test
    void theCentreOfMassLeavesOutWhatIsDark() {
        byte[] pixels = new byte[16];
        pixels[4 + 1] = (byte) 200;
        pixels[4 + 3] = (byte) 200;
        pixels[15] = 20;
        double[] centre = Obedience.centreOfMass(new Clip("test", 1, 4, 4, 1, pixels), 0);
        assertThat(centre[0]).isCloseTo(2, Offset.offset(1e-9));
        assertThat(centre[1]).isCloseTo(1, Offset.offset(1e-9));
        assertThat(Obedience.centreOfMass(new Clip("dark", 1, 4, 4, 1, new byte[16]), 0))
                .containsOnly(Double.NaN);
    }

    /** The truth obeys in every frame that counts; a frozen video obeys "stay" alone. */
    @Test
    void theTruthObeys() {
        RunConfig config = SteeringExperiment.candidate(1, List.of()).config();
        int frames = config.sampling().given() + Obedience.FRAMES;
        MovingDigits data = MovingDigits.of(DigitsCandidates.digits(config), frames);
        Obedience truth = Obedience.of(clips -> clips, data, config);
        assertThat(truth.share()).isGreaterThan(0.999);
        assertThat(truth.counted()).containsOnlyKeys("stay", "left", "right", "up", "down");
        assertThat(truth.counted().values()).allMatch(count -> count > 50);
        Obedience frozen =
                Obedience.of(clips -> clips.stream().map(ObedienceTest::frozen).toList(), data, config);
        assertThat(frozen.movingShare()).isZero();
        assertThat(frozen.obeyed().get("stay")).isEqualTo(frozen.counted().get("stay"));
        assertThat(frozen.psnr()).isLessThan(truth.psnr());
    }

    private static Clip frozen(Clip clip) {
        byte[] pixels = clip.pixels().clone();
        for (int p = clip.frameBytes(); p < pixels.length; p++) {
            pixels[p] = pixels[p - clip.frameBytes()];
        }
        return new Clip(clip.name(), clip.frames(), clip.height(), clip.width(), clip.channels(), pixels);
    }

    /** A model that has learned nothing does not obey. */
    @Test
    void noiseDoesNotObey() {
        RunConfig config = SteeringExperiment.candidate(1, List.of("model.depth=1", "sampling.steps=1"))
                .config();
        config = config.conditioned(MovingDigits.of(DigitsCandidates.digits(config), 2));
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            RunModel model = new RunModel(config, trainer.average(), trainer.codec(), CPU, 10);
            assertThat(Obedience.of(model, () -> {}).movingShare()).isLessThan(0.4);
        }
    }
}
