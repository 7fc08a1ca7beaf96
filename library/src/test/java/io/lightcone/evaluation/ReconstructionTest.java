// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.codec.Codec;
import io.lightcone.codec.CodecConfig;
import io.lightcone.codec.LatentLayout;
import io.lightcone.codec.TwoPicturesCodec;
import io.lightcone.evaluation.Reconstruction.Latents;
import io.lightcone.evaluation.Reconstruction.Score;
import io.lightcone.testing.NativeObjects;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;

class ReconstructionTest {
    private static final Offset<Double> CLOSE = Offset.offset(1e-6);
    private static final Device CPU = new Device("cpu");

    private static Clip random(int frames, int side, long seed) {
        byte[] pixels = new byte[frames * side * side];
        new Random(seed).nextBytes(pixels);
        return new Clip("random", frames, side, side, 1, pixels);
    }

    /** Returns a clip whose pictures differ from black by so many grey levels each. */
    private static Clip grey(int side, int... levels) {
        byte[] pixels = new byte[levels.length * side * side];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) levels[i / (side * side)];
        }
        return new Clip("grey", levels.length, side, side, 1, pixels);
    }

    private static double psnr(int difference) {
        return -20 * Math.log10(difference / 255.0);
    }

    @Test
    void qualityIsCountedByTheNumberOfThePictureInItsGroup() {
        Clip truth = grey(12, 0, 0, 0, 0, 0);
        List<Clip> made = List.of(grey(12, 1, 2, 4, 8, 16), grey(12, 3, 2, 4, 8, 16));
        Score score = new Reconstruction(made, new Latents(0, 1))
                .score(List.of(truth, truth), new LatentLayout(1, 1, 2), () -> {});
        assertThat(score.places().keySet()).containsExactly("first", "1", "2");
        double first = (psnr(1) + psnr(3)) / 2;
        double one = (psnr(2) + psnr(8)) / 2;
        double two = (psnr(4) + psnr(16)) / 2;
        assertThat(place(score, "first").psnr()).isCloseTo(first, CLOSE);
        assertThat(place(score, "1").psnr()).isCloseTo(one, CLOSE);
        assertThat(place(score, "2").psnr()).isCloseTo(two, CLOSE);
        assertThat(score.all().psnr()).isCloseTo((first + 2 * one + 2 * two) / 5, CLOSE);
        assertThat(score.all().ssim())
                .isCloseTo(
                        (Ssim.of(made.get(0), 0, truth, 0) + Ssim.of(made.get(1), 0, truth, 0)) / 10
                                + (place(score, "1").ssim() + place(score, "2").ssim()) * 2 / 5,
                        CLOSE);
    }

    private static Reconstruction.Quality place(Score score, String name) {
        return Objects.requireNonNull(score.places().get(name));
    }

    @Test
    void picturesSmallerThanTheWindowHaveNoSimilarity() {
        Clip truth = grey(8, 0);
        Score score = new Reconstruction(List.of(grey(8, 1)), new Latents(0, 1))
                .score(List.of(truth), new LatentLayout(1, 1, 1), () -> {});
        assertThat(score.all().ssim()).isNaN();
        assertThat(score.all().psnr()).isCloseTo(psnr(1), CLOSE);
    }

    /** A codec that loses nothing, whose decoder has to remember, over more clips than are encoded at once. */
    @Test
    void clipsAreDecodedAsTheyWereInTheirOrder() {
        List<Clip> clips = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            clips.add(random(5, 12, i));
        }
        try (Codec codec = new TwoPicturesCodec.Config().open(1, CPU)) {
            Reconstruction made = Reconstruction.of(codec, clips, () -> {});
            Score score = made.score(clips, codec.layout(), () -> {});
            assertThat(score.all().psnr()).isGreaterThan(50);
            assertThat(score.all().ssim()).isCloseTo(1, Offset.offset(1e-3));
            assertThat(made.clips().get(9).name()).isEqualTo("reconstruction of random");
            assertThatThrownBy(() -> Reconstruction.of(codec, clips, () -> {
                        throw new CancellationException();
                    }))
                    .isInstanceOf(CancellationException.class);
            assertThat(NativeObjects.leftBy(1, 3, () -> Reconstruction.of(codec, clips, () -> {})))
                    .as("native objects")
                    .isZero();
        }
    }

    @Test
    void latentsAreMeasuredOverAllClips() {
        List<Clip> clips = List.of(grey(8, 0, 255), grey(8, 0, 0));
        try (Codec codec = CodecConfig.pixels().open(1, CPU)) {
            Latents latents = Reconstruction.of(codec, clips, () -> {}).latents();
            assertThat(latents.mean()).isCloseTo(-0.5, CLOSE); // -1, 1, -1, -1
            assertThat(latents.deviation()).isCloseTo(Math.sqrt(0.75), CLOSE);
        }
    }
}
