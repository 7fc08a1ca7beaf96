// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.run.CodecPresets;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CausalAutoencoderTest {
    private static final int GROUPS = 4;

    private static Tensor random(String name, ScalarType type, long... shape) {
        return new RandomStreams(1).tensors(name, 0, 0).normal(shape).to(type);
    }

    private static Tensor pictures(int time, ScalarType type) {
        return random("pictures", type, 2, 1 + (GROUPS - 1) * (long) time, 3, 16, 24);
    }

    private static Tensor latents(int space, ScalarType type) {
        return random("latents", type, 2, GROUPS, 5, 16 / space, 24 / space);
    }

    private static Tensor changedAt(Tensor x_BTCHW, long t) {
        Tensor changed_BTCHW = x_BTCHW.clone();
        changed_BTCHW.narrow(1, t, 1).add_(new Scalar(0.5));
        return changed_BTCHW;
    }

    /** Requires that two tensors are equal before {@code t}, bit for bit, and not in any frame from there on. */
    private static void differFrom(long t, Tensor one, Tensor other) {
        for (int i = 0; i < one.size(1); i++) {
            assertThat(one.narrow(1, i, 1).equal(other.narrow(1, i, 1)))
                    .as("frame %d, of a change at %d", i, t)
                    .isEqualTo(i < t);
        }
    }

    private static void with(int space, int time, ScalarType type, Consumer<CausalAutoencoder> test) {
        Scopes.runWithoutGrad(() -> {
            try (CausalAutoencoder autoencoder = TestAutoencoders.create(TestAutoencoders.config(space, time), type)) {
                test.accept(autoencoder);
            }
        });
    }

    /** A change reaches its own frame and all the later ones, whose distance is within what the layers see. */
    @ParameterizedTest
    @CsvSource({"4, 1", "4, 2", "4, 4", "8, 1", "8, 2", "8, 4"})
    void nothingLooksAheadAndAllLookBack(int space, int time) {
        for (ScalarType type : List.of(ScalarType.Float, ScalarType.Double)) {
            with(space, time, type, autoencoder -> {
                LatentLayout layout = autoencoder.config().layout();
                Tensor x_BTCHW = pictures(time, type);
                LatentDistribution before = autoencoder.distribution(x_BTCHW);
                for (int t = 0; t < x_BTCHW.size(1); t++) {
                    LatentDistribution after = autoencoder.distribution(changedAt(x_BTCHW, t));
                    int frame = layout.frames(t + 1) - 1;
                    differFrom(frame, before.mean_BTCHW(), after.mean_BTCHW());
                    assertThat(autoencoder.encode(changedAt(x_BTCHW, t), null).equal(after.mean_BTCHW()))
                            .isTrue();
                }
                Tensor z_BTCHW = latents(space, type);
                Tensor decoded_BTCHW = autoencoder.decode(z_BTCHW);
                assertThat(decoded_BTCHW.shape()).isEqualTo(x_BTCHW.shape());
                for (int n = 0; n < GROUPS; n++) {
                    differFrom(layout.pictures(n), decoded_BTCHW, autoencoder.decode(changedAt(z_BTCHW, n)));
                }
            });
        }
    }

    /** Videos of a batch do not mix, which a mistake in joining frames to a batch would do. */
    @Test
    void videosOfABatchAreIndependent() {
        with(8, 4, ScalarType.Double, autoencoder -> {
            Tensor x_BTCHW = pictures(4, ScalarType.Double);
            Tensor both = autoencoder.encode(x_BTCHW, null);
            for (int b = 0; b < 2; b++) {
                Tensor alone = autoencoder.encode(x_BTCHW.narrow(0, b, 1), null);
                assertThat(greatest(both.narrow(0, b, 1).sub(alone))).isLessThan(1e-12);
                Tensor decoded = autoencoder.decode(alone);
                assertThat(greatest(autoencoder.decode(both).narrow(0, b, 1).sub(decoded)))
                        .isLessThan(1e-12);
            }
        });
    }

    private static double greatest(Tensor x) {
        return x.abs().max().item_double();
    }

    /**
     * What training computes at once is what a stream computes. Here it has been so to the last bit in both types, but
     * kernels of other processors may sum in another order where there are more frames.
     */
    @ParameterizedTest
    @CsvSource({"4, 1", "4, 4", "8, 2", "8, 4"})
    void piecesAreTheWhole(int space, int time) {
        BiConsumer<ScalarType, Double> check = (type, most) -> with(space, time, type, autoencoder -> {
            LatentLayout layout = autoencoder.config().layout();
            Tensor x_BTCHW = pictures(time, type);
            Tensor z_BTCHW = latents(space, type);
            Tensor[] encoded = new Tensor[GROUPS];
            Tensor[] decoded = new Tensor[GROUPS];
            try (CausalMemory encoding = autoencoder.memory();
                    CausalMemory decoding = autoencoder.memory()) {
                for (int n = 0; n < GROUPS; n++) {
                    int from = layout.pictures(n);
                    Tensor group = x_BTCHW.narrow(1, from, layout.pictures(n + 1) - from);
                    Tensor latent = z_BTCHW.narrow(1, n, 1);
                    encoded[n] = encoding.advance(() -> autoencoder.encode(group, encoding));
                    decoded[n] = decoding.advance(() -> autoencoder.decode(latent, decoding));
                }
            }
            Tensor whole = autoencoder.distribution(x_BTCHW).mean_BTCHW();
            assertThat(greatest(Tensors.cat(1, encoded).sub(whole)) / greatest(whole))
                    .isLessThan(most);
            Tensor pictures = autoencoder.decode(z_BTCHW);
            assertThat(greatest(Tensors.cat(1, decoded).sub(pictures)) / greatest(pictures))
                    .isLessThan(most);
        });
        check.accept(ScalarType.Double, 1e-12);
        check.accept(ScalarType.Float, 1e-5);
    }

    /** A fresh network passes on the size of what it is given, and little noise, so that training starts well. */
    @Test
    void aFreshAutoencoderKeepsSizes() {
        CausalAutoencoderConfig config = CausalAutoencoderConfig.tiny(3);
        Scopes.runWithoutGrad(() -> {
            try (CausalAutoencoder fresh =
                    new CausalAutoencoder(config, Parameters.fresh(new Device("cpu"), ScalarType.Float))) {
                fresh.parameters().initialise(new RandomStreams(1).tensors("weights", 0, 0));
                LatentDistribution latents = fresh.distribution(pictures(4, ScalarType.Float));
                assertThat(latents.mean_BTCHW().std().item_double()).isBetween(0.3, 2.0);
                assertThat(latents.logVariance_BTCHW().max().item_double()).isEqualTo(-6);
                assertThat(fresh.decode(latents.mean_BTCHW()).std().item_double())
                        .isBetween(0.3, 2.0);
            }
        });
    }

    /** The cost is counted from the structure; here from the names and shapes of weights. */
    @ParameterizedTest
    @ValueSource(strings = {"vae-tiny", "vae-s"})
    void theCostIsThatOfAllConvolutions(String name) {
        CausalAutoencoderConfig config = CodecPresets.named(name).autoencoder();
        try (CausalAutoencoder autoencoder = TestAutoencoders.create(config, ScalarType.Float)) {
            double[] sums = new double[2];
            autoencoder.parameters().tensors().forEach((weight, tensor) -> {
                if (tensor.dim() == 4 && !weight.equals("encoder.logVariance.weight")) {
                    sums[weight.startsWith("encoder") ? 0 : 1] +=
                            2.0 * tensor.numel() * places(weight, config) / config.time();
                }
            });
            CausalAutoencoder.Flops flops = autoencoder.flops(64, 128);
            assertThat(flops.encoder()).isEqualTo(sums[0]);
            assertThat(flops.decoder()).isEqualTo(sums[1]);
        }
    }

    /** Returns the places at which a weight is used, for a picture of 64 x 128 pixels. */
    private static double places(String weight, CausalAutoencoderConfig config) {
        int last = config.widths().size() - 1;
        int level = weight.contains(".level.") ? Integer.parseInt(weight.split("\\.", -1)[2]) : 0;
        if (weight.startsWith("encoder.mean") || weight.startsWith("decoder.in")) {
            level = last;
        }
        if (weight.contains(".down.")) {
            level++;
        }
        int pixels = (config.space() >> last) << level;
        return 64.0 * 128 / (pixels * pixels);
    }

    @Test
    void namedSizesHaveTheWeightsThatTheyPromise() {
        assertThat(weights("vae-tiny")).isLessThan(1_000_000);
        assertThat(weights("vae-s")).isBetween(2_000_000L, 4_000_000L);
        assertThat(weights("vae-b")).isGreaterThan(10_000_000);
    }

    private static long weights(String name) {
        try (CausalAutoencoder autoencoder =
                TestAutoencoders.create(CodecPresets.named(name).autoencoder(), ScalarType.Float)) {
            return autoencoder.parameters().count();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, 8, 8, 4, 1, pictureChannels must be 1 or 3",
        "3, 0, 8, 4, 1, latentChannels must lie between 1 and 256",
        "3, 8, 6, 4, 1, space must be 4 or 8",
        "3, 8, 4, 4, 1, widths must name 1 to 2 levels where space is 4",
        "3, 8, 8, 3, 1, 'time must be 1, 2 or 4'",
        "3, 8, 8, 4, 0, depth must lie between 1 and 16"
    })
    void sizesThatCannotBeAreRefused(int pictures, int latents, int space, int time, int depth, String message) {
        assertThatThrownBy(() -> new CausalAutoencoderConfig(pictures, latents, space, time, List.of(4, 8, 8), depth))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
