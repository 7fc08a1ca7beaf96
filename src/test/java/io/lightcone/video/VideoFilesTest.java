// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoFilesTest {
    private final Path folder;

    VideoFilesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path file(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }

    @Test
    void videosBelowAFolderAreFoundInOrderAndNothingElse() throws IOException {
        Path b = file("b.MP4");
        Path a = file("sub/deep/a.webm");
        Path c = file("a.mkv");
        file("notes.txt");
        file("mp4");
        file("._b.mp4");
        file(".hidden/x.mp4");
        Files.createDirectories(folder.resolve("folder.mp4"));
        Files.createSymbolicLink(folder.resolve("sub/loop"), folder);
        Files.createSymbolicLink(folder.resolve("broken.mp4"), folder.resolve("nowhere"));
        assertThat(VideoFiles.find(folder)).containsExactly(c, b, a);
        assertThat(VideoFiles.find(b)).containsExactly(b);
    }

    @Test
    void linksToVideosAreFollowed(@TempDir Path elsewhere) throws IOException {
        Files.createFile(elsewhere.resolve("v.gif"));
        Files.createSymbolicLink(folder.resolve("link"), elsewhere);
        assertThat(VideoFiles.find(folder)).containsExactly(folder.resolve("link/v.gif"));
    }

    @Test
    void aFolderWithoutVideosIsAnError() throws IOException {
        file("notes.txt");
        assertThatThrownBy(() -> VideoFiles.find(folder))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "There are no videos in " + folder + " (files ending in .mp4, .mkv, .webm, .avi, .mov, .gif).");
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> VideoFiles.find(missing))
                .isInstanceOf(UserException.class)
                .hasMessage("There is no such file or folder as " + missing + ".");
    }
}
