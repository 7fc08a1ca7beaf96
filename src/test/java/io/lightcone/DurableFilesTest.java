// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
    private static final byte[] OLD = "old".getBytes(StandardCharsets.UTF_8);

    @Test
    void aFullDiskLeavesTheEarlierFile() throws IOException {
        Configuration small =
                Configuration.unix().toBuilder().setMaxSize(1 << 16).build();
        try (FileSystem disk = Jimfs.newFileSystem(small)) {
            Path file = disk.getPath("kept");
            DurableFiles.replace(file, OLD);
            assertThatThrownBy(() -> DurableFiles.replace(file, new byte[1 << 20]))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("out of disk space");
            assertThat(Files.readAllBytes(file)).isEqualTo(OLD);
            try (Stream<Path> files = Files.list(file.toAbsolutePath().getParent())) {
                assertThat(files.map(each -> each.getFileName().toString())).containsExactly("kept");
            }
        }
    }

    @Test
    void whatFailsHalfwayLeavesTheEarlierFile(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("kept"), OLD);
        assertThatThrownBy(() -> DurableFiles.replace(file, partial -> {
                    Files.write(partial, new byte[10]);
                    throw new IOException("the power is out");
                }))
                .hasMessage("the power is out");
        assertThat(Files.readAllBytes(file)).isEqualTo(OLD);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
    void aLinkStaysOne(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("file"), OLD);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        DurableFiles.replace(link, new byte[] {1, 2});
        assertThat(link).isSymbolicLink();
        assertThat(file).hasBinaryContent(new byte[] {1, 2});
    }
}
