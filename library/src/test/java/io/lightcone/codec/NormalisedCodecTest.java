// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lightcone.UserException;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a run measures its latents once, and learns them with mean 0 and deviation 1. */
class NormalisedCodecTest {
    private static final Device CPU = new Device("cpu");
    private static final List<Clip> CLIPS = TestAutoencoders.clips(3, 9);

    private static CausalAutoencoderCodecConfig written(Path folder) {
        Path file = folder.resolve(CausalAutoencoderFile.NAME);
        try (CausalAutoencoder random = TestAutoencoders.create(TestAutoencoders.config(4, 4), ScalarType.Float)) {
            CausalAutoencoderFile.write(file, random, false);
        }
        return new CausalAutoencoderCodecConfig(file.toString(), LatentsConfig.UNKNOWN);
    }

    @Test
    void measuredLatentsHaveMeanZeroAndDeviationOne(@TempDir Path temp) {
        CodecConfig measured = written(temp).resolved(3, each -> each.open(3, CPU), () -> CLIPS);
        Scopes.run(() -> {
            try (Codec codec = measured.open(3, CPU)) {
                Tensor z_BTCHW = codec.encode(CLIPS);
                Tensor z_CN = z_BTCHW.transpose(0, 2).flatten(1, -1);
                for (int c = 0; c < z_CN.size(0); c++) {
                    Tensor channel = z_CN.select(0, c);
                    assertThat(channel.mean().item_double()).isCloseTo(0, within(1e-4));
                    assertThat(channel.square().mean().item_double()).isCloseTo(1, within(1e-3));
                }
            }
        });
    }

    /** The decoder is given back what the networks have made: pictures do not depend on the statistics. */
    @Test
    void picturesAreThoseOfTheCodecWithoutStatistics(@TempDir Path temp) {
        CausalAutoencoderCodecConfig raw = written(temp);
        CodecConfig measured = raw.resolved(3, each -> each.open(3, CPU), () -> CLIPS);
        assertThat(difference(pictures(raw), pictures(measured))).isLessThanOrEqualTo(1);
    }

    private static List<byte[]> pictures(CodecConfig config) {
        List<byte[]> pictures = new ArrayList<>();
        Scopes.run(() -> {
            try (Codec codec = config.open(3, CPU);
                    StreamingDecoder decoder = codec.decoder()) {
                Tensor z_BTCHW = codec.encode(CLIPS);
                decoder.skip(z_BTCHW.narrow(1, 0, 1));
                for (int t = 1; t < z_BTCHW.size(1); t++) {
                    decoder.next(z_BTCHW.narrow(1, t, 1)).forEach(clip -> pictures.add(clip.pixels()));
                }
            }
        });
        return pictures;
    }

    private static int difference(List<byte[]> one, List<byte[]> other) {
        assertThat(one).hasSameSizeAs(other);
        int greatest = 0;
        for (int i = 0; i < one.size(); i++) {
            for (int j = 0; j < one.get(i).length; j++) {
                greatest = Math.max(greatest, Math.abs((one.get(i)[j] & 0xff) - (other.get(i)[j] & 0xff)));
            }
        }
        return greatest;
    }

    @Test
    void whatIsKnownIsNotMeasuredAgain(@TempDir Path temp) {
        CodecConfig measured = written(temp).resolved(3, each -> each.open(3, CPU), () -> CLIPS);
        CodecConfig again = measured.resolved(3, each -> each.open(3, CPU), () -> {
            throw new AssertionError("nothing is to be measured");
        });
        assertThat(again).isEqualTo(measured);
        assertThat(written(temp).or(measured)).isEqualTo(measured);
        assertThat(measured.layout(3)).isEqualTo(new LatentLayout(5, 4, 4));
    }

    /** Other statistics are another space of latents, and so are other weights. */
    @Test
    void theIdentityTellsStatisticsAndWeights(@TempDir Path temp) {
        CausalAutoencoderCodecConfig raw = written(temp);
        CodecConfig one = raw.resolved(3, each -> each.open(3, CPU), () -> CLIPS);
        CodecConfig other = raw.resolved(3, each -> each.open(3, CPU), () -> CLIPS.subList(0, 1));
        assertThat(identity(one)).isNotEqualTo(identity(other)).isNotEqualTo(identity(raw));
        assertThat(identity(one)).startsWith(identity(raw));
        Scopes.runWithoutGrad(() -> {
            try (CausalAutoencoder changed = CausalAutoencoderFile.read(Path.of(raw.file()), CPU)) {
                changed.parameters().tensors().values().iterator().next().add_(new Scalar(1));
                CausalAutoencoderFile.write(Path.of(raw.file()), changed, false);
            }
        });
        assertThatThrownBy(() -> one.open(3, CPU).close())
                .isInstanceOf(UserException.class)
                .hasMessageMatching("the codec in \\S+ has the checksum [0-9a-f]{16}, but the run learned with one of"
                        + " [0-9a-f]{16}; bring that back, or set codec.file to where it is");
    }

    private static String identity(CodecConfig config) {
        try (Codec codec = config.open(3, CPU)) {
            return codec.identity();
        }
    }

    @Test
    void latentsWithoutAnyChangeStayFinite(@TempDir Path temp) {
        Clip black = new Clip("black", 1, 16, 24, 3, new byte[16 * 24 * 3]);
        CodecConfig measured = written(temp).resolved(3, each -> each.open(3, CPU), () -> List.of(black));
        Scopes.run(() -> {
            try (Codec codec = measured.open(3, CPU)) {
                assertThat(Tensors.isFinite(codec.encode(List.of(black)))).isTrue();
            }
        });
    }
}
