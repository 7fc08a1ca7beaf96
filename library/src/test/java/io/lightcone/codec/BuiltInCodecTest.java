// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.video.Clip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltInCodecTest {
    private static final int MOST_BYTES = 8_000_000;

    @Test
    void itIsCopiedIntoTheCacheOnceAndMendedThere(@TempDir Path cache) throws IOException {
        Path file = BuiltInCodec.in(cache);
        assertThat(file.getParent()).hasParentRaw(cache.resolve("codecs"));
        byte[] content = Files.readAllBytes(file);
        assertThat(content).hasSizeLessThanOrEqualTo(MOST_BYTES);
        FileTime longAgo = FileTime.fromMillis(0);
        Files.setLastModifiedTime(file, longAgo);
        assertThat(BuiltInCodec.in(cache)).isEqualTo(file);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);

        Files.write(file, new byte[content.length]);
        assertThat(BuiltInCodec.in(cache)).isEqualTo(file).hasBinaryContent(content);
        assertThat(file.resolveSibling("").toFile().list()).containsExactly("default.safetensors");
    }

    /** A later version of the library may come with another one. */
    @Test
    void aRunUsesTheCopyThatItHasKept(@TempDir Path run) {
        CodecConfig codec = measured(CodecPlace.of("default"));
        codec.keepIn(run);
        assertThat(run.toFile().list()).containsExactly("default.safetensors");
        assertThat(codec.keptIn(run).places())
                .containsExactly(Map.entry("codec.file", run.resolve("default.safetensors")));
    }

    private static CodecConfig measured(CodecConfig codec) {
        Clip clip = new Clip("noise", 1, 16, 16, 3, new byte[3 * 16 * 16]);
        try (Device cpu = new Device("cpu")) {
            return codec.resolved(3, each -> each.open(3, cpu), () -> List.of(clip));
        }
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
