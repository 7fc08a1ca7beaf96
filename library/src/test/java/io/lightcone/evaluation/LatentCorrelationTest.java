// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.codec.Codec;
import io.lightcone.codec.CodecConfig;
import io.lightcone.video.Clip;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;

/** Tests the correlation of latents on pictures that are their own latents. */
class LatentCorrelationTest {
    private static final Offset<Double> NEARLY = Offset.offset(0.03);
    private static final Offset<Double> EXACTLY = Offset.offset(1e-9);
    private static final int SIDE = 32;
    private static final int FRAMES = 6;

    /** Returns clips of noise, in which the number of each pixel's draw is a function of the pixel's own number. */
    private static List<Clip> noise(int frames, int side, IntUnaryOperator draw) {
        return IntStream.range(0, 4)
                .mapToObj(seed -> {
                    byte[] drawn = new byte[frames * side * side * 3];
                    new Random(seed).nextBytes(drawn);
                    byte[] pixels = new byte[drawn.length];
                    for (int i = 0; i < pixels.length; i++) {
                        pixels[i] = drawn[draw.applyAsInt(i)];
                    }
                    return new Clip("noise", frames, side, side, 3, pixels);
                })
                .toList();
    }

    private static LatentCorrelation of(List<Clip> clips) {
        try (Codec pixels = CodecConfig.pixels().open(3, new Device("cpu"))) {
            return LatentCorrelation.of(pixels, clips, () -> {});
        }
    }

    @Test
    void noiseHasNone() {
        LatentCorrelation noise = of(noise(FRAMES, SIDE, i -> i));
        assertThat(noise.time()).isCloseTo(0, NEARLY);
        assertThat(noise.space()).isCloseTo(0, NEARLY);
    }

    @Test
    void whatStandsStillFollowsFromTheFrameBefore() {
        LatentCorrelation still = of(noise(FRAMES, SIDE, i -> i % (SIDE * SIDE * 3)));
        assertThat(still.time()).isCloseTo(1, EXACTLY);
        assertThat(still.space()).isCloseTo(0, NEARLY);
    }

    /** In rows of equal pixels one of the two neighbours is known, in pairs of them every second one is. */
    @Test
    void neighboursAreThoseInRowsAndColumns() {
        LatentCorrelation rows = of(noise(FRAMES, SIDE, i -> i - i % (3 * SIDE) + i % 3));
        assertThat(rows.space()).isCloseTo(0.5, NEARLY);
        LatentCorrelation pairs = of(noise(FRAMES, SIDE, i -> i - i % 6 + i % 3));
        assertThat(pairs.space()).isCloseTo(0.25, NEARLY);
        assertThat(pairs.time()).isCloseTo(0, NEARLY);
    }

    @Test
    void channelsThatNeverChangeAreLeftOut() {
        List<Clip> red = noise(FRAMES, SIDE, i -> i % (SIDE * SIDE * 3)).stream()
                .map(clip -> {
                    byte[] pixels = clip.pixels().clone();
                    for (int i = 0; i < pixels.length; i++) {
                        pixels[i] = i % 3 == 0 ? pixels[i] : 7;
                    }
                    return new Clip("red", FRAMES, SIDE, SIDE, 3, pixels);
                })
                .toList();
        assertThat(of(red).time()).isCloseTo(1, EXACTLY);
        assertThat(of(red).space()).isCloseTo(0, NEARLY);
    }

    @Test
    void nothingIsKnownOfOneFrameOrOnePlace() {
        LatentCorrelation one = of(noise(1, SIDE, i -> i));
        assertThat(one.time()).isNaN();
        assertThat(one.space()).isCloseTo(0, NEARLY);
        assertThat(of(noise(FRAMES, 1, i -> i)).space()).isNaN();
        byte[] grey = new byte[FRAMES * SIDE * SIDE * 3];
        Arrays.fill(grey, (byte) 9);
        assertThat(of(List.of(new Clip("grey", FRAMES, SIDE, SIDE, 3, grey))).time())
                .isNaN();
    }
}
