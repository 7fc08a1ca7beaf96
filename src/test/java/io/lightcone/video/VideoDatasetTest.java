// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoDatasetTest {
    private final Path folder;
    private final Path videos;
    private final Path cache;
    private final List<String> progress = new ArrayList<>();

    VideoDatasetTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        videos = folder.resolve("videos");
        Files.createDirectories(videos.resolve("below"));
        cache = folder.resolve("cache/frames");
    }

    private VideoDataset open(int frames, double heldOut) {
        progress.clear();
        return VideoDataset.open(videos, frames, 16, 16, 1, 10, heldOut, cache, progress::add);
    }

    private void video(String name, int frames) {
        TestVideos.write(videos.resolve(name), 10, 1, TestVideos.numbered(frames, 16, 16));
    }

    private static List<Integer> indices(Clip clip) {
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < clip.frames(); i++) {
            indices.add(TestVideos.index(clip.slice(i, 1).pixels()));
        }
        return indices;
    }

    /** The video and the frames that a clip's name tells. */
    private static Set<String> frames(Clip clip) {
        String video = clip.name().substring(0, clip.name().indexOf(','));
        Set<String> frames = new HashSet<>();
        for (int index : indices(clip)) {
            frames.add(video + " " + index);
        }
        assertThat(clip.name())
                .endsWith("frames " + indices(clip).get(0) + " to "
                        + indices(clip).get(clip.frames() - 1));
        return frames;
    }

    private static Set<String> seenInTraining(ClipDataset data, int clips) {
        Random random = new Random(7);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < clips; i++) {
            seen.addAll(frames(data.training(random)));
        }
        return seen;
    }

    @Test
    void trainsOnTheBeginningsAndHoldsOutTheEnds() {
        video("a.gif", 50);
        video("below/b.mp4", 40);
        VideoDataset data = open(5, 0.2);
        Set<String> training = seenInTraining(data, 600);
        Set<String> heldOut = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            heldOut.addAll(frames(data.heldOut(i)));
        }
        assertThat(training).hasSize(40 + 32).contains("a.gif 39", "below/b.mp4 31", "a.gif 0", "below/b.mp4 0");
        assertThat(heldOut).hasSize(10 + 8).contains("a.gif 40", "a.gif 49", "below/b.mp4 32", "below/b.mp4 39");
        assertThat(training).doesNotContainAnyElementsOf(heldOut);
        assertThat(data.heldOut(3).pixels()).isEqualTo(data.heldOut(13).pixels());
        assertThat(data.heldOut(Integer.MAX_VALUE).frames()).isEqualTo(5);
        assertThat(data.framesPerSecond()).isEqualTo(10);
        assertThat(data.description())
                .isEqualTo(
                        "2 videos with 90 frames of 16x16 pixels in grey at 10 frames/s. Held out: a.gif from 4 s to 5 s,"
                                + " below/b.mp4 from 3.2 s to 4 s.");
        assertThat(progress).containsExactly("decoded a.gif: 50 frames", "decoded below/b.mp4: 40 frames");
    }

    @Test
    void trainingClipsAreEvenlySpread() {
        video("a.gif", 50);
        VideoDataset data = open(5, 0.2);
        int[] count = new int[36];
        Random random = new Random(3);
        for (int i = 0; i < 3600; i++) {
            count[indices(data.training(random)).get(0)]++;
        }
        for (int windows : count) {
            assertThat(windows).isBetween(60, 140);
        }
        assertThat(data.training(new Random(1)).pixels())
                .isEqualTo(data.training(new Random(1)).pixels());
    }

    @Test
    void badAndShortVideosAreSkippedByName() throws IOException {
        video("good.gif", 30);
        video("short.gif", 3);
        video("x.webm", 30);
        Files.move(TestVideos.cut(videos.resolve("x.webm"), 0.6), videos.resolve("cut.webm"));
        Files.delete(videos.resolve("x.webm"));
        Files.writeString(videos.resolve("text.mp4"), "no video");
        VideoDataset data = open(5, 0.2);
        assertThat(progress).hasSize(4).contains("decoded good.gif: 30 frames");
        assertThat(progress).contains("skipped short.gif: it has 3 frames where a clip needs 5");
        assertThat(progress)
                .anySatisfy(line -> assertThat(line)
                        .matches("skipped cut.webm: is cut short: \\d+ of 30 frames \\(the file ends early\\)"));
        assertThat(data.description())
                .startsWith("1 video with 30 frames")
                .contains(" Skipped 3 files: cut.webm (is cut short: ")
                .endsWith("short.gif (it has 3 frames where a clip needs 5), text.mp4 (is not a video that can be read:"
                        + " invalid data found when processing input).");
        assertThat(partials()).isEmpty();
    }

    private List<String> partials() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.map(Path::toString).filter(f -> f.endsWith(".partial")).toList();
        }
    }

    @Test
    void nothingUsableIsAnError() throws IOException {
        assertThatThrownBy(() -> open(5, 0.2))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "There are no videos in " + videos + " (files ending in .mp4, .mkv, .webm, .avi, .mov, .gif).");
        Files.writeString(videos.resolve("text.mp4"), "no video");
        assertThatThrownBy(() -> open(5, 0.2))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "None of the 1 video in " + videos + " can be used: text.mp4 (is not a video that can be read:"
                                + " invalid data found when processing input).");
        video("good.gif", 30);
        assertThatThrownBy(() -> open(5, 1)).isInstanceOf(UserException.class);
        Path noFolder = Files.writeString(folder.resolve("file"), "in the way").resolve("cache");
        assertThatThrownBy(() -> VideoDataset.open(videos, 5, 16, 16, 1, 10, 0.2, noFolder, progress::add))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("Decoded frames cannot be kept in " + noFolder + ": ")
                .hasMessageEndingWith("; make room there or choose another folder.");
    }

    @Test
    void decodesOnceAndAgainWhenSomethingChanged() throws IOException {
        video("a.gif", 30);
        VideoDataset first = open(5, 0.2);
        String description = first.description();
        VideoDataset second = open(5, 0.2);
        assertThat(progress).isEmpty();
        assertThat(second.fingerprint()).isEqualTo(first.fingerprint()).matches("[0-9a-f]{64}");
        assertThat(second.description()).isEqualTo(description);

        Path frames = cached();
        byte[] bytes = Files.readAllBytes(frames);
        Files.write(frames, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(open(5, 0.2).fingerprint()).isEqualTo(first.fingerprint());
        assertThat(progress).containsExactly("decoded a.gif: 30 frames");
        assertThat(Files.readAllBytes(frames)).isEqualTo(bytes);

        Files.write(frames, new byte[7]);
        open(5, 0.2);
        assertThat(progress).hasSize(1);

        Files.setLastModifiedTime(videos.resolve("a.gif"), FileTime.fromMillis(1_000_000));
        assertThat(open(5, 0.2).fingerprint()).isEqualTo(first.fingerprint());
        assertThat(progress).hasSize(1);

        video("a.gif", 31);
        assertThat(open(5, 0.2).fingerprint()).isNotEqualTo(first.fingerprint());
        assertThat(progress).containsExactly("decoded a.gif: 31 frames");
    }

    private Path cached() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.findFirst().orElseThrow();
        }
    }

    @Test
    void aLostCacheIsToldWhenAClipIsRead() throws IOException {
        video("a.gif", 30);
        VideoDataset data = open(5, 0.2);
        Files.delete(cached());
        assertThatThrownBy(() -> data.heldOut(0))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("The frames of a.gif cannot be read from the cache ")
                .hasMessageEndingWith("start again to rebuild it.");
    }

    @Test
    void oneFileIsADatasetToo() {
        video("a.gif", 30);
        VideoDataset data = VideoDataset.open(videos.resolve("a.gif"), 5, 8, 8, 3, 5, 0.34, cache, progress::add);
        assertThat(data.heldOut(0).name()).isEqualTo("a.gif, from 2 s, frames 10 to 14");
        assertThat(data.description())
                .startsWith(
                        "1 video with 15 frames of 8x8 pixels in colour at 5 frames/s. Held out: a.gif from 2 s to 3 s.");
    }

    @Test
    void manyThreadsReadTheSameClips() throws Exception {
        video("a.gif", 50);
        VideoDataset data = open(5, 0.2);
        Callable<List<Integer>> work = () -> {
            List<Integer> all = new ArrayList<>();
            Random random = new Random(5);
            for (int i = 0; i < 200; i++) {
                all.addAll(indices(data.training(random)));
            }
            return all;
        };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Integer> expected = work.call();
            for (Future<List<Integer>> result : threads.invokeAll(List.of(work, work, work, work))) {
                assertThat(result.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
    }
}
