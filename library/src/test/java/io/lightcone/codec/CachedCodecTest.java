// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Precision;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that latents are encoded once, found again by their pixels alone, and never mistaken for others. */
class CachedCodecTest {
    private static final Device CPU = new Device("cpu");

    /** A codec that counts what it encodes, and whose latents depend on what came before unless it is framewise. */
    private static final class Counting implements Codec {
        private final boolean framewise;
        private final String identity;
        private final List<Integer> encoded = new ArrayList<>();

        Counting(boolean framewise, String identity) {
            this.framewise = framewise;
            this.identity = identity;
        }

        @Override
        public LatentLayout layout() {
            return new LatentLayout(3, 1, framewise ? 1 : 2);
        }

        @Override
        public double range() {
            return Double.POSITIVE_INFINITY;
        }

        @Override
        public String identity() {
            return identity;
        }

        @Override
        public int reach() {
            return framewise ? 0 : 1;
        }

        @Override
        public synchronized Tensor encode(List<Clip> clips) {
            clips.forEach(clip -> encoded.add(clip.frames()));
            Tensor x_BTCHW = ClipTensors.encode(clips, CPU);
            Tensor summed = framewise ? x_BTCHW : x_BTCHW.cumsum(1);
            int frames = layout().frames(clips.get(0).frames());
            return Tensors.cat(
                    1,
                    IntStream.range(0, frames)
                            .mapToObj(n -> summed.narrow(1, layout().pictures(n + 1) - 1, 1))
                            .toArray(Tensor[]::new));
        }

        @Override
        public StreamingDecoder decoder() {
            throw new UnsupportedOperationException();
        }
    }

    private static Clip clip(int seed, int frames) {
        byte[] pixels = new byte[frames * 4 * 6 * 3];
        new Random(seed).nextBytes(pixels);
        return new Clip("clip " + seed, frames, 4, 6, 3, pixels);
    }

    private float[] encode(Codec codec, Clip... clips) {
        float[][] latents = new float[1][];
        Scopes.run(() -> latents[0] = Tensors.floats(codec.encode(List.of(clips))));
        return latents[0];
    }

    @Test
    void picturesAreEncodedOnceWhateverClipTheyStandIn(@TempDir Path cache) {
        Clip whole = clip(1, 6);
        Clip other = clip(2, 4);
        Counting counting = new Counting(true, "a");
        try (CachedCodec codec = new CachedCodec(counting, Precision.FLOAT32, cache, CPU)) {
            float[] expected = encode(new Counting(true, "a"), whole.slice(0, 4), other);
            assertThat(encode(codec, whole.slice(0, 4), other)).containsExactly(expected);
            assertThat(counting.encoded).hasSize(8).containsOnly(1);
            assertThat(encode(codec, whole.slice(2, 4)))
                    .containsExactly(encode(new Counting(true, "a"), whole.slice(2, 4)));
            assertThat(counting.encoded).hasSize(10);
            assertThat(encode(codec, whole.slice(0, 4), other)).containsExactly(expected);
            assertThat(counting.encoded).hasSize(10);
        }
    }

    /** Latents that depend on earlier pictures are those of a whole clip. */
    @Test
    void clipsOfACausalCodecAreKeptWhole(@TempDir Path cache) {
        Clip whole = clip(1, 7);
        Counting counting = new Counting(false, "a");
        try (CachedCodec codec = new CachedCodec(counting, Precision.FLOAT32, cache, CPU)) {
            for (Clip clip : List.of(whole, whole.slice(2, 5), whole, whole.slice(2, 5))) {
                assertThat(encode(codec, clip)).containsExactly(encode(new Counting(false, "a"), clip));
            }
            assertThat(counting.encoded).containsExactly(7, 5);
        }
    }

    @Test
    void aSecondCodecFindsWhatTheFirstHasKept(@TempDir Path cache) {
        Clip clip = clip(1, 3);
        try (CachedCodec codec = new CachedCodec(new Counting(true, "a"), Precision.FLOAT32, cache, CPU)) {
            encode(codec, clip);
        }
        Counting same = new Counting(true, "a");
        Counting other = new Counting(true, "b");
        try (CachedCodec codec = new CachedCodec(same, Precision.FLOAT32, cache, CPU);
                CachedCodec otherCodec = new CachedCodec(other, Precision.FLOAT32, cache, CPU)) {
            assertThat(encode(codec, clip)).containsExactly(encode(new Counting(true, "a"), clip));
            encode(otherCodec, clip);
        }
        assertThat(same.encoded).isEmpty();
        assertThat(other.encoded).hasSize(3);
    }

    /** The same codec rounds otherwise in another type. */
    @Test
    void latentsOfAnotherTypeAreNotFound(@TempDir Path cache) {
        Clip clip = clip(1, 3);
        Counting other = new Counting(true, "a");
        try (CachedCodec codec = new CachedCodec(new Counting(true, "a"), Precision.FLOAT32, cache, CPU);
                CachedCodec otherCodec = new CachedCodec(other, Precision.BFLOAT16, cache, CPU)) {
            encode(codec, clip);
            encode(otherCodec, clip);
        }
        assertThat(other.encoded).hasSize(3);
    }

    /** In one process they are one store, which lives as long as either. */
    @Test
    void twoAtATimeShareAStore(@TempDir Path cache) {
        Counting first = new Counting(true, "a");
        Counting second = new Counting(true, "a");
        try (CachedCodec two = new CachedCodec(second, Precision.FLOAT32, cache, CPU)) {
            try (CachedCodec one = new CachedCodec(first, Precision.FLOAT32, cache, CPU)) {
                encode(one, clip(1, 2));
                encode(two, clip(3, 2));
                assertThat(encode(one, clip(3, 2))).containsExactly(encode(new Counting(true, "a"), clip(3, 2)));
            }
            assertThat(encode(two, clip(1, 2))).containsExactly(encode(new Counting(true, "a"), clip(1, 2)));
            encode(two, clip(4, 2));
            encode(two, clip(4, 2));
        }
        assertThat(first.encoded).hasSize(2);
        assertThat(second.encoded).hasSize(4);
    }

    @Test
    void storesThatNobodyHasOpenedForLongAreDeleted(@TempDir Path cache) throws IOException {
        try (CachedCodec codec = new CachedCodec(new Counting(true, "old"), Precision.FLOAT32, cache, CPU)) {
            encode(codec, clip(1, 2));
        }
        Path old = file(cache, ".latents");
        Files.setLastModifiedTime(
                file(cache, ".keys"), FileTime.from(Instant.now().minus(Duration.ofDays(31))));
        try (CachedCodec codec = new CachedCodec(new Counting(true, "new"), Precision.FLOAT32, cache, CPU)) {
            encode(codec, clip(1, 2));
        }
        assertThat(old).doesNotExist();
        assertThat(file(cache, ".latents")).exists();
    }

    /** Half a record is as if it were not there, and a record that has changed is encoded and kept anew. */
    @Test
    void damageIsEncodedAnew(@TempDir Path cache) throws IOException {
        Clip clip = clip(1, 3);
        try (CachedCodec codec = new CachedCodec(new Counting(true, "a"), Precision.FLOAT32, cache, CPU)) {
            encode(codec, clip);
        }
        Path records = file(cache, ".latents");
        long size = Files.size(records);
        try (FileChannel channel = FileChannel.open(records, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), size / 3 + 5);
            channel.truncate(size - 7);
        }
        for (int expected : new int[] {2, 0}) {
            Counting counting = new Counting(true, "a");
            try (CachedCodec codec = new CachedCodec(counting, Precision.FLOAT32, cache, CPU)) {
                assertThat(encode(codec, clip)).containsExactly(encode(new Counting(true, "a"), clip));
            }
            assertThat(counting.encoded.stream().mapToInt(n -> n).sum()).isEqualTo(expected);
        }
    }

    private static Path file(Path cache, String ending) throws IOException {
        try (Stream<Path> files = Files.list(cache.resolve("latents"))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void withoutAPlaceToKeepLatentsTheyAreEncodedEachTime(@TempDir Path cache) throws IOException {
        Files.writeString(cache.resolve("latents"), "a file where the folder would be");
        Counting counting = new Counting(false, "a");
        try (CachedCodec codec = new CachedCodec(counting, Precision.FLOAT32, cache, CPU)) {
            for (int i = 0; i < 2; i++) {
                assertThat(encode(codec, clip(1, 3))).containsExactly(encode(new Counting(false, "a"), clip(1, 3)));
            }
        }
        assertThat(counting.encoded).containsExactly(3, 3);
    }
}
