// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class VideoFilesTest {
    private final Path folder;
    private final List<String> messages = new ArrayList<>();

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
        assertThat(VideoFiles.find(folder, messages::add)).containsExactly(c, b, a);
        assertThat(VideoFiles.find(b, messages::add)).containsExactly(b);
    }

    @Test
    void linksToVideosAreFollowed(@TempDir Path elsewhere) throws IOException {
        Files.createFile(elsewhere.resolve("v.gif"));
        Files.createSymbolicLink(folder.resolve("link"), elsewhere);
        assertThat(VideoFiles.find(folder, messages::add)).containsExactly(folder.resolve("link/v.gif"));
    }

    @Test
    void aFolderWithoutVideosIsAnError() throws IOException {
        file("notes.txt");
        assertThatThrownBy(() -> VideoFiles.find(folder, messages::add))
                .isInstanceOf(UserException.class)
                .hasMessage("There are no videos in " + folder + " (files ending in ."
                        + String.join(", .", VideoFiles.ENDINGS) + ").");
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> VideoFiles.find(missing, messages::add))
                .isInstanceOf(UserException.class)
                .hasMessage("There is no such file or folder as " + missing + ".");
    }

    @Test
    void theFoldersOfRunsAreLeftOutUnlessNamed() throws IOException {
        Path clip = file("clip.mp4");
        file("run1/config.yaml");
        Files.createDirectories(folder.resolve("run1/checkpoints"));
        Path sample = file("run1/samples/step-2.gif");
        file("demo/deep/config.yaml");
        file("demo/deep/metrics.jsonl");
        file("demo/deep/samples/step-4.gif");
        file("shots/config.yaml");
        Path shot = file("shots/shot.webm");
        assertThat(VideoFiles.find(folder, messages::add)).containsExactly(clip, shot);
        assertThat(messages)
                .containsExactly(
                        "left out demo/deep/ (it is the folder of a run, whose samples are no data)",
                        "left out run1/ (it is the folder of a run, whose samples are no data)");
        assertThat(VideoFiles.find(folder.resolve("run1"), messages::add)).containsExactly(sample);
        assertThat(VideoFiles.find(folder.resolve("run1/samples"), messages::add))
                .containsExactly(sample);
        assertThat(messages).hasSize(2);
    }

    @Test
    void aFolderThatIsNotForUsCostsOnlyItself() throws IOException {
        Path clip = file("clip.mp4");
        Path closed = Files.createDirectories(folder.resolve("below/lost+found"));
        VideoFiles.Search search = new VideoFiles.Search(folder, messages::add);
        search.unreadable(closed, new AccessDeniedException(closed.toString()));
        assertThat(messages).containsExactly("left out below/lost+found/ (it cannot be read: permission denied)");
        messages.clear();
        Files.setPosixFilePermissions(closed, Set.of());
        try {
            assertThat(VideoFiles.find(folder, messages::add)).containsExactly(clip);
            assumeFalse(Files.isReadable(closed), "whoever runs this may read everything");
            assertThat(messages).hasSize(1);
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /** Twelve folders that lead to each other in 12! ways. */
    @Test
    @Timeout(60)
    void foldersThatLinkToEachOtherAreSearchedOnce() throws IOException {
        List<Path> clips = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clips.add(file("f" + (char) ('a' + i) + "/clip.mp4"));
        }
        for (int i = 0; i < 12; i++) {
            for (int j = 0; j < 12; j++) {
                Files.createSymbolicLink(
                        clips.get(i).resolveSibling("to" + j), clips.get(j).getParent());
            }
        }
        List<Path> found = VideoFiles.find(folder, messages::add);
        assertThat(found).containsAll(clips).hasSizeLessThanOrEqualTo(24);
        assertThat(VideoFiles.find(folder, messages::add)).isEqualTo(found);
    }
}
