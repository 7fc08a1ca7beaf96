// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what holds for every codec. */
class StreamingDecoderTest {
    private static final Device CPU = new Device("cpu");

    private static List<Clip> clips() {
        Random random = new Random(1);
        return IntStream.range(0, 2)
                .mapToObj(i -> {
                    byte[] pixels = new byte[5 * 4 * 6 * 3];
                    random.nextBytes(pixels);
                    return new Clip("noise", 5, 4, 6, 3, pixels);
                })
                .toList();
    }

    private static List<byte[]> pictures(StreamingDecoder decoder, Tensor latents, int from) {
        List<byte[]> pictures = new ArrayList<>();
        for (int t = from; t < latents.size(1); t++) {
            List<Clip> clips = decoder.next(latents.narrow(1, t, 1));
            for (int f = 0; f < clips.get(0).frames(); f++) {
                int frame = f;
                clips.forEach(clip -> pictures.add(clip.slice(frame, 1).pixels()));
            }
        }
        return pictures;
    }

    @ParameterizedTest
    @ValueSource(strings = {"pixels", "half-resolution", "two-pictures"})
    void clipsComeBackWholeAndInPieces(String kind) {
        CodecConfig config = CodecSection.of(kind);
        LatentLayout layout = config.layout(3);
        Scopes.run(() -> {
            try (Codec codec = config.open(3, CPU);
                    StreamingDecoder whole = codec.decoder();
                    StreamingDecoder first = codec.decoder();
                    StreamingDecoder second = codec.decoder();
                    StreamingDecoder skipping = codec.decoder()) {
                assertThat(codec.layout()).isEqualTo(layout);
                Tensor latents = codec.encode(clips());
                assertThat(latents.shape())
                        .containsExactly(2, layout.frames(5), layout.channels(), layout.side(4), layout.side(6));
                List<byte[]> pictures = pictures(whole, latents, 0);
                assertThat(pictures).hasSize(2 * 5);
                if (layout.space() == 1) {
                    for (int i = 0; i < pictures.size(); i++) {
                        assertThat(pictures.get(i))
                                .isEqualTo(clips().get(i % 2).slice(i / 2, 1).pixels());
                    }
                }
                pictures(first, latents.narrow(1, 0, 2), 0);
                Snapshot state = Snapshot.empty();
                first.save(state.part("decoder"));
                second.load(state.part("decoder"));
                skipping.skip(latents.narrow(1, 0, 2));
                int before = 2 * layout.pictures(2);
                List<byte[]> rest = pictures.subList(before, pictures.size());
                assertThat(pictures(second, latents, 2).toArray(byte[][]::new))
                        .isDeepEqualTo(rest.toArray(byte[][]::new));
                assertThat(pictures(skipping, latents, 2).toArray(byte[][]::new))
                        .isDeepEqualTo(rest.toArray(byte[][]::new));
            }
        });
        assertThat(TwoPicturesCodec.OPEN).hasValue(0);
    }

    /** Pictures to come change nothing of the latents before them. */
    @ParameterizedTest
    @ValueSource(strings = {"pixels", "half-resolution", "two-pictures"})
    void encodingIsCausal(String kind) {
        Scopes.run(() -> {
            try (Codec codec = CodecSection.of(kind).open(3, CPU)) {
                LatentLayout layout = codec.layout();
                Tensor all = codec.encode(clips());
                int kept = layout.pictures(2);
                Tensor past = codec.encode(
                        clips().stream().map(clip -> clip.slice(0, kept)).toList());
                assertThat(Arrays.equals(
                                Tensors.floats(past),
                                Tensors.floats(all.narrow(1, 0, 2).contiguous())))
                        .isTrue();
            }
        });
    }
}
