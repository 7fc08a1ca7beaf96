// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltInCodecTest {
    private static final int MOST_BYTES = 8_000_000;

    @Test
    void itIsCopiedIntoTheCacheOnceAndMendedThere(@TempDir Path cache) throws IOException {
        Path file = BuiltInCodec.in(cache);
        assertThat(file.getParent()).isEqualTo(cache.resolve("codecs"));
        byte[] content = Files.readAllBytes(file);
        assertThat(content).hasSizeLessThanOrEqualTo(MOST_BYTES);
        FileTime longAgo = FileTime.fromMillis(0);
        Files.setLastModifiedTime(file, longAgo);
        assertThat(BuiltInCodec.in(cache)).isEqualTo(file);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);

        Files.write(file, new byte[content.length]);
        assertThat(BuiltInCodec.in(cache)).isEqualTo(file).hasBinaryContent(content);
        assertThat(cache.resolve("codecs").toFile().list()).hasSize(1);
    }

    @Test
    void itIsACausalAutoencoderOfColourPictures(@TempDir Path cache) {
        CausalAutoencoderConfig config = CausalAutoencoderFile.readConfig(BuiltInCodec.in(cache));
        assertThat(config.pictureChannels()).isEqualTo(3);
        assertThat(config.layout()).isEqualTo(new LatentLayout(16, 8, 2));
        CodecConfig built = CodecPlace.of("default");
        assertThat(built.layout(3)).isEqualTo(config.layout());
        assertThat(built.absolute())
                .as("it is named by no place of this machine")
                .isEqualTo(built);
        assertThat(built.places().get("codec.file")).isRegularFile();
    }

    @Test
    void aCacheThatCannotBeWrittenIsOneSentence(@TempDir Path temp) throws IOException {
        Path cache = Files.createFile(temp.resolve("file"));
        assertThatThrownBy(() -> BuiltInCodec.in(cache))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("the codec 'default' cannot be copied to " + cache);
    }
}
