// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    private static void write(String what, Path file) throws IOException {
        if (what.equals("video")) {
            try (VideoWriter writer = VideoWriter.open(file, 10, 1)) {
                writer.add(new Clip("clip", 1, 16, 16, 1, new byte[256]), 0);
                writer.finish();
            }
        } else {
            DurableFiles.replace(file, OLD);
        }
    }

    /**
     * Partial files of dead processes, as kill -9 leaves them, are removed; one whose number a living process has may
     * still be written.
     */
    @ParameterizedTest
    @ValueSource(strings = {"file", "video"})
    void partialFilesOfDeadWritersAreRemoved(String what, @TempDir Path folder) throws IOException {
        long dead = Long.MAX_VALUE / 100;
        assertThat(ProcessHandle.of(dead)).isEmpty();
        long alive = ProcessHandle.current().pid();
        long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(alive);
        List<String> left = new ArrayList<>(List.of(
                ".kept.gif." + alive + "-70000.partial",
                ".kept.gif." + parent + "-0.partial",
                ".other.gif." + dead + "-0.partial",
                ".kept.gif.x." + dead + "-0.partial",
                ".keptxgif." + dead + "-0.partial",
                ".kept.gif." + dead + ".partial",
                ".kept.gif." + dead + "-.partial",
                "kept.gif." + dead + "-0.partial"));
        for (String name : left) {
            Files.write(folder.resolve(name), OLD);
        }
        for (int number = 0; number < 3; number++) {
            Files.write(folder.resolve(".kept.gif." + dead + "-" + number + ".partial"), OLD);
        }
        write(what, folder.resolve("kept.gif"));
        left.add("kept.gif");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(each -> each.getFileName().toString())).containsExactlyInAnyOrderElementsOf(left);
        }
    }

    /**
     * Left files are removed once, when the folder is opened: to look through all frames before each of them would take
     * ever longer.
     */
    @Test
    void partialFramesOfADeadWriterAreRemovedFromAFolderOfImages(@TempDir Path folder) throws IOException {
        long dead = Long.MAX_VALUE / 100;
        Path left = Files.write(folder.resolve(".frame-00007.png." + dead + "-7.partial"), OLD);
        Path foreign = Files.write(folder.resolve(".other.png." + dead + "-7.partial"), OLD);
        Path late = folder.resolve(".frame-00008.png." + dead + "-8.partial");
        try (VideoWriter writer = VideoWriter.open(folder.toString(), 10, 1)) {
            assertThat(left).doesNotExist();
            Files.write(late, OLD);
            writer.add(new Clip("clip", 1, 16, 16, 1, new byte[256]), 0);
            writer.finish();
        }
        assertThat(late).exists();
        assertThat(foreign).exists();
        assertThat(folder.resolve("frame-00000.png")).isNotEmptyFile();
    }

    @Test
    void aFailureHalfwayLeavesTheEarlierFile(@TempDir Path folder) throws IOException {
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
    void replacingALinkKeepsTheLink(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("file"), OLD);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        DurableFiles.replace(link, new byte[] {1, 2});
        assertThat(link).isSymbolicLink();
        assertThat(file).hasBinaryContent(new byte[] {1, 2});
    }
}
