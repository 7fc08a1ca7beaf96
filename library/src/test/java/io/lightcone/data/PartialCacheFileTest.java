// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartialCacheFileTest {
    private final Path folder;

    PartialCacheFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path abandoned(String name, Duration age) throws IOException {
        Path file = Files.write(folder.resolve(name), new byte[100]);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void whatAKilledProcessLeftIsDeleted() throws IOException {
        abandoned(".0123.frames.4711-0.partial", Duration.ofHours(1));
        abandoned(".4567.frames.5bb7.partial", Duration.ofDays(9));
        Path young = abandoned(".0123.frames.4712-0.partial", Duration.ofMinutes(1));
        Path whole = abandoned("0123.frames", Duration.ofDays(9));
        Path other = abandoned(".video.mp4.1-0.partial", Duration.ofDays(9));
        PartialCacheFile.sweep(folder);
        assertThat(files()).containsExactlyInAnyOrder(young, whole, other);
    }

    @Test
    void whatIsBeingWrittenStays() throws IOException {
        Path place = folder.resolve("0123.frames");
        try (PartialCacheFile one = PartialCacheFile.of(place);
                PartialCacheFile two = PartialCacheFile.of(place)) {
            one.channel().write(ByteBuffer.wrap(new byte[] {1}));
            two.channel().write(ByteBuffer.wrap(new byte[] {2}));
            for (Path file : files()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(9))));
            }
            PartialCacheFile.sweep(folder);
            assertThat(files()).hasSize(2);
            one.moveTo(place);
            assertThat(Files.readAllBytes(place)).containsExactly(1);
            two.moveTo(place);
        }
        assertThat(files()).containsExactly(place);
        assertThat(Files.readAllBytes(place)).containsExactly(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsBeingWrittenStaysHoweverItsFolderIsNamed(boolean begunByTheLink) throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = link(real);
        try (PartialCacheFile one = PartialCacheFile.of((begunByTheLink ? link : real).resolve("0123.frames"))) {
            try (Stream<Path> files = Files.list(real)) {
                for (Path file : files.toList()) {
                    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(9))));
                }
            }
            PartialCacheFile.sweep(begunByTheLink ? real : link);
            one.moveTo(link.resolve("0123.frames"));
        }
        assertThat(real.resolve("0123.frames")).exists();
    }

    private Path link(Path target) throws IOException {
        try {
            return Files.createSymbolicLink(folder.resolve("link"), target);
        } catch (UnsupportedOperationException e) {
            return Assumptions.abort("there are no links here");
        }
    }
}
