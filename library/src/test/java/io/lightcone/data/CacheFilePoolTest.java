// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.video.TestVideos;
import io.lightcone.video.VideoReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFilePoolTest {
    private static final VideoReader.Options OPTIONS = VideoReader.Options.of(16, 16, 1);

    private final Path folder;
    private final Path video;

    CacheFilePoolTest(@TempDir Path folder) {
        this.folder = folder;
        video = TestVideos.write(folder.resolve("v.gif"), 10, 1, TestVideos.numbered(5, 16, 16));
    }

    private VideoCache cache(String name) throws IOException {
        return VideoCache.build(folder.resolve(name + ".frames"), video, OPTIONS, () -> {});
    }

    @Test
    void manyFilesAreReadAndFewAreKeptOpen() throws IOException {
        List<VideoCache> caches = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            caches.add(cache("c" + i));
        }
        CacheFilePool open = new CacheFilePool();
        for (int round = 0; round < 2; round++) {
            for (VideoCache cache : caches) {
                assertThat(TestVideos.index(open.pixels(cache, 3, 1, 1))).isEqualTo(3);
                assertThat(open.size()).isLessThanOrEqualTo(64);
            }
        }
    }

    @Test
    void aFileThatIsCutOrReplacedIsNotBelieved() throws IOException {
        VideoCache cache = cache("c");
        byte[] bytes = Files.readAllBytes(cache.file());
        bytes[bytes.length - 1] ^= 1;
        bytes[30] ^= 1; // of the hash
        Files.write(cache.file(), bytes);
        CacheFilePool open = new CacheFilePool();
        assertThatThrownBy(() -> open.pixels(cache, 0, 5, 1)).isInstanceOf(IOException.class);
        VideoCache again = cache("c");
        assertThat(again).isEqualTo(cache);
        open.pixels(cache, 0, 5, 1);
        try (var channel = java.nio.channels.FileChannel.open(cache.file(), java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(200);
        }
        assertThatThrownBy(() -> open.pixels(cache, 0, 5, 1)).isInstanceOf(IOException.class);
        assertThat(open.size()).isZero();
    }

    @Test
    void filesOfTheFormatBeforeAreDecodedAnew() throws IOException {
        VideoCache cache = cache("c");
        assertThat(VideoCache.open(cache.file(), OPTIONS)).contains(cache);
        byte[] bytes = Files.readAllBytes(cache.file());
        byte[] old = java.util.Arrays.copyOf(bytes, 64 + 5 * 256);
        ByteBuffer.wrap(old).putLong(0, 0x4C43_4652_414D_4531L);
        Files.write(cache.file(), old);
        assertThat(VideoCache.open(cache.file(), OPTIONS)).isEmpty();
        for (int length = 0; length < bytes.length; length += 37) {
            Files.write(cache.file(), java.util.Arrays.copyOf(bytes, length));
            assertThat(VideoCache.open(cache.file(), OPTIONS)).isEmpty();
        }
    }
}
