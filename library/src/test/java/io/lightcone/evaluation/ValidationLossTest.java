// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.codec.CodecConfig;
import io.lightcone.data.MovingDigits;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.evaluation.ValidationLoss.Denoiser;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ValidationLossTest {
    private static final List<Clip> CLIPS = clips();

    private static List<Clip> clips() {
        MovingDigits digits = MovingDigits.of(MovingDigitsConfig.of(16, 1, 10, 1), 6);
        return IntStream.range(0, 100).mapToObj(digits::heldOut).toList();
    }

    private static Map<String, Double> of(Denoiser denoiser) {
        return ValidationLoss.of(
                batch -> denoiser,
                DiffusionConfig.flow().diffusion(),
                CodecConfig.pixels().open(1, new Device("cpu")),
                CLIPS,
                2,
                () -> {});
    }

    /** The loss of no prediction is the size of the target, 1 + E[x0^2], at every level and every time. */
    @Test
    void theLossOfNoPredictionIsTheSizeOfTheTarget() {
        Map<String, Double> losses = of((clean, x, level) -> x.mul(new Scalar(0.0)));
        double energy = CLIPS.stream()
                .flatMapToInt(clip -> IntStream.range(0, clip.pixels().length).map(i -> clip.pixels()[i] & 0xff))
                .mapToDouble(pixel -> Math.pow(pixel / 127.5 - 1, 2))
                .average()
                .orElseThrow();
        assertThat(losses).containsOnlyKeys("all", "continued", "0.0-0.2", "0.2-0.4", "0.4-0.6", "0.6-0.8", "0.8-1.0");
        assertThat(losses.values()).allSatisfy(loss -> assertThat(loss).isCloseTo(1 + energy, Offset.offset(0.06)));
        assertThat(of((clean, x, level) -> x.mul(new Scalar(0.0)))).isEqualTo(losses);
    }

    /** An error at high levels changes the loss of their bin and of no other. */
    @Test
    void anErrorAtOneLevelShowsInItsBinAlone() {
        Map<String, Double> right = of((clean, x, level) -> x.mul(new Scalar(0.0)));
        Map<String, Double> wrong = of((clean, x, level) -> {
            Tensor high = level.ge(new Scalar(0.8)).to(x.scalar_type());
            return x.mul(new Scalar(0.0))
                    .add(high.view(level.size(0), level.size(1), 1, 1, 1).mul(new Scalar(5.0)));
        });
        right.forEach((bin, loss) -> {
            boolean touched = List.of("all", "continued", "0.8-1.0").contains(bin);
            assertThat(Objects.equals(wrong.get(bin), loss)).as(bin).isEqualTo(!touched);
        });
    }

    /** An error in given frames counts among all, and not among those that continue them. */
    @Test
    void whatContinuesAClipIsApartFromWhatIsGiven() {
        Map<String, Double> right = of((clean, x, level) -> x.mul(new Scalar(0.0)));
        Map<String, Double> wrong = of((clean, x, level) -> {
            Tensor prediction = x.mul(new Scalar(0.0));
            prediction.narrow(1, 0, 2).fill_(new Scalar(5.0));
            return prediction;
        });
        assertThat(wrong.get("continued")).isEqualTo(right.get("continued"));
        assertThat(wrong.get("all")).isGreaterThan(Objects.requireNonNull(right.get("all")) + 5);
    }
}
