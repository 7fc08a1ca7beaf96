// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.config.ConfigReader;
import io.lightcone.data.MovingDigits;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DigitMatchTest {
    private static final MovingDigitsConfig DATA = MovingDigitsConfig.of(24, 1, 12, 1);
    private static final DigitMatch MATCH = DigitMatch.of(DATA, () -> {});

    private static List<Clip> truth(MovingDigitsConfig data) {
        return truth(data, 40);
    }

    private static List<Clip> truth(MovingDigitsConfig data, int clips) {
        MovingDigits digits = MovingDigits.of(data, 1);
        return IntStream.range(500, 500 + clips).mapToObj(digits::heldOut).toList();
    }

    private static Clip changed(Clip clip, java.util.function.IntUnaryOperator pixel) {
        byte[] pixels = clip.pixels().clone();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) pixel.applyAsInt(i);
        }
        return new Clip(clip.name(), clip.frames(), clip.height(), clip.width(), clip.channels(), pixels);
    }

    @Test
    void trueDigitsAreRecognised() {
        // Of 200 clips, of which 0.95 are expected: 0.89 is four deviations below.
        assertThat(MATCH.share(truth(DATA, 200), 0).value()).isGreaterThan(0.89);
        assertThat(MATCH.threshold()).isBetween(0.6, 1.0);
    }

    /** Two digits are both found, unless one hides the other. */
    @Test
    void twoDigitsAreBothFound() {
        MovingDigitsConfig two = MovingDigitsConfig.of(32, 2, 10, 1);
        DigitMatch match = DigitMatch.of(two, () -> {});
        assertThat(match.share(truth(two), 0).value()).isGreaterThan(0.5);
        MovingDigitsConfig one = ConfigReader.with(two, "digitCount=1");
        assertThat(match.share(truth(one), 0).value()).as("one is not two").isLessThan(0.2);
    }

    @Test
    void picturesOfNoDigitAreNotRecognised() {
        Clip digit = truth(DATA).get(0);
        assertThat(MATCH.recognises(changed(digit, i -> 0), 0)).as("nothing").isFalse();
        assertThat(MATCH.recognises(changed(digit, i -> 255), 0))
                .as("all white")
                .isFalse();
        SplittableRandom random = new SplittableRandom(1);
        assertThat(MATCH.recognises(changed(digit, i -> random.nextInt(256)), 0))
                .as("noise")
                .isFalse();
        int side = DATA.width();
        Clip blob = changed(digit, i -> Math.hypot(i / side % side - 12.0, i % side - 12.0) < 5 ? 255 : 0);
        assertThat(MATCH.recognises(blob, 0)).as("a blob").isFalse();
        Clip twice = changed(digit, i -> {
            int p = i % (side * side);
            int shifted = p - 7 * side - 9;
            int there = shifted >= 0 ? digit.pixels()[shifted] & 0xff : 0;
            return Math.max(digit.pixels()[i] & 0xff, there);
        });
        assertThat(MATCH.recognises(twice, 0)).as("a digit and a ghost").isFalse();
    }

    /**
     * Spoiled digits, as from a model that forgets them, pass less often than true ones, of which nineteen in twenty
     * do.
     */
    @Test
    void spoiledDigitsPassLessOften() {
        List<Clip> digits = truth(DATA, 100);
        assertThat(MATCH.share(SpoiledDigit.HALF.of(digits), 0).value()).isLessThan(0.05);
        assertThat(MATCH.share(SpoiledDigit.BLURRED.of(digits), 0).value()).isLessThan(0.5);
        assertThat(MATCH.share(SpoiledDigit.MIXED.of(digits), 0).value()).isLessThan(0.6);
    }

    @Test
    void spoiledDigitsAreWhatTheyAreCalled() {
        int side = 6;
        Clip left = picture(side, i -> i % side == 1 && i / side > 0 && i / side < 5 ? 200 : 0); // a bar, rows 1 to 4
        Clip right = picture(side, i -> i % side == 4 && i / side > 0 && i / side < 5 ? 100 : 0);
        assertThat(SpoiledDigit.HALF.of(left, right).pixels())
                .isEqualTo(picture(side, i -> i % side == 1 && i / side > 0 && i / side < 3 ? 200 : 0)
                        .pixels());
        assertThat(SpoiledDigit.MIXED.of(left, right).pixels())
                .isEqualTo(picture(side, i -> i % side == 1 && i / side > 0 && i / side < 5 ? 150 : 0)
                        .pixels());
        Clip even = picture(side, i -> 90);
        assertThat(SpoiledDigit.BLURRED.of(even, right).pixels()).isEqualTo(even.pixels());
        assertThat(SpoiledDigit.BLURRED.of(left, right).pixels()[2 * side + 2] & 0xff)
                .as("beside the bar: first 44, 66 and 66 in each of two columns, then a ninth of their sum")
                .isEqualTo(39);
    }

    private static Clip picture(int side, java.util.function.IntUnaryOperator pixel) {
        return changed(new Clip("picture", 1, side, side, 1, new byte[side * side]), pixel);
    }

    @Test
    void aDigitMatchesWeakerUnderNoiseAndNotWhenDimmed() {
        Clip digit = truth(DATA).get(3);
        double clear = MATCH.weakest(digit, 0);
        double dim = MATCH.weakest(changed(digit, i -> (digit.pixels()[i] & 0xff) / 2), 0);
        assertThat(dim).as("brightness does not matter").isCloseTo(clear, Offset.offset(0.02));
        SplittableRandom random = new SplittableRandom(2);
        Clip noisy = changed(digit, i -> Math.min(255, (digit.pixels()[i] & 0xff) / 2 + random.nextInt(12)));
        assertThat(MATCH.weakest(noisy, 0)).isLessThan(clear);
    }
}
