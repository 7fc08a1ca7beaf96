// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.video.Clip;
import io.lightcone.video.TestVideos;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
        return open(frames, heldOut, false);
    }

    private VideoDataset open(int frames, double heldOut, boolean labels) {
        progress.clear();
        return VideoDataset.open(config(videos, heldOut, labels), frames, cache, progress::add, () -> {});
    }

    private static VideosConfig config(Path source, double heldOut, boolean labels) {
        return new VideosConfig(source.toString(), 16, 16, 1, 10, 1, false, heldOut, labels, false);
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
    void aDatasetTrainsOnTheBeginningsAndHoldsOutTheEnds() {
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
                .isEqualTo("2 videos with 90 frames of 16x16 pixels in grey at 10 frames/s."
                        + " Held out: a.gif from 4 s to 5 s,"
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
        video("x.webm", 60);
        Files.move(TestVideos.cut(videos.resolve("x.webm"), 0.4), videos.resolve("cut.webm"));
        Files.delete(videos.resolve("x.webm"));
        Files.writeString(videos.resolve("text.mp4"), "no video");
        VideoDataset data = open(5, 0.2);
        assertThat(progress).hasSize(4).contains("decoded good.gif: 30 frames");
        assertThat(progress).contains("skipped short.gif: it has 3 frames where a clip needs 5");
        assertThat(progress)
                .anySatisfy(line ->
                        assertThat(line).matches("skipped cut.webm: is cut short: \\d+ of 60 frames can be decoded"));
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
    void aFolderOfNothingUsableIsAnError() throws IOException {
        assertThatThrownBy(() -> open(5, 0.2))
                .isInstanceOf(UserException.class)
                .hasMessage("There are no videos in " + videos + " (files ending in ."
                        + String.join(", .", VideoFiles.ENDINGS) + ").");
        Files.writeString(videos.resolve("text.mp4"), "no video");
        assertThatThrownBy(() -> open(5, 0.2))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "None of the 1 video in " + videos + " can be used: text.mp4 (is not a video that can be read:"
                                + " invalid data found when processing input).");
        video("good.gif", 30);
        assertThatThrownBy(() -> open(0, 0.2)).isInstanceOf(UserException.class);
        Path noFolder = Files.writeString(folder.resolve("file"), "in the way").resolve("cache");
        assertThatThrownBy(() -> VideoDataset.open(config(videos, 0.2, false), 5, noFolder, progress::add, () -> {}))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("Decoded frames cannot be kept in " + noFolder + ": ")
                .hasMessageEndingWith("; make room there or choose another folder.");
    }

    @Test
    void videosAreDecodedOnceAndAgainWhenSomethingChanged() throws IOException {
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
    void oneFileIsADataset() {
        video("a.gif", 30);
        VideosConfig small =
                new VideosConfig(videos.resolve("a.gif").toString(), 8, 8, 3, 5, 1, false, 0.34, false, false);
        VideoDataset data = VideoDataset.open(small, 5, cache, progress::add, () -> {});
        assertThat(data.heldOut(0).name()).isEqualTo("a.gif, from 2 s, frames 10 to 14");
        assertThat(data.description())
                .startsWith("1 video with 15 frames of 8x8 pixels in colour at 5 frames/s."
                        + " Held out: a.gif from 2 s to 3 s.");
    }

    /** Of 50 frames at 10 a second, clips of 5 a second take every second one, and begin with any. */
    @Test
    void clipsInPhasesLeaveNoFrameOut() {
        video("a.gif", 50);
        String place = videos.resolve("a.gif").toString();
        VideosConfig config = new VideosConfig(place, 16, 16, 1, 5, 2, false, 0.3, false, false);
        VideoDataset data = VideoDataset.open(config, 4, cache, progress::add, () -> {});
        Set<Integer> begins = new HashSet<>();
        Random random = new Random(7);
        for (int i = 0; i < 600; i++) {
            List<Integer> indices = indices(data.training(random));
            int first = indices.get(0);
            assertThat(indices).containsExactly(first, first + 2, first + 4, first + 6);
            begins.add(first);
        }
        assertThat(begins)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 29).boxed().toList());
        Set<Integer> judged = new HashSet<>();
        for (int i = 0; i < 9; i++) {
            judged.addAll(indices(data.heldOut(i)));
        }
        assertThat(judged)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(35, 50).boxed().toList());
        assertThat(data.heldOutParts()).containsExactly(new ClipDataset.HeldOutPart("a.gif", 3.5, 5));
        assertThat(data.heldOutClips()).isEqualTo(9);
        assertThat(data.longest()).isEqualTo(18);
        assertThat(indices(data.training(random, 18))).startsWith(0, 2).endsWith(34);
        assertThat(data.framesPerSecond()).isEqualTo(5);
        assertThat(data.description())
                .isEqualTo("1 video with 50 frames of 16x16 pixels in grey at 5 frames/s in 2 phases."
                        + " Held out: a.gif from 3.5 s to 5 s.");
        assertThat(data.heldOut(0).name()).isEqualTo("a.gif, from 3.9 s, frames 39 to 45 in steps of 2");
        VideosConfig inOne = new VideosConfig(place, 16, 16, 1, 5, 1, false, 0.3, false, false);
        assertThat(data.fingerprint())
                .isNotEqualTo(VideoDataset.open(inOne, 4, cache, progress::add, () -> {})
                        .fingerprint());
    }

    @Test
    void halfOfTheTrainingClipsAreMirrored() throws IOException {
        byte[] pixels = new byte[30 * 16 * 16];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i % 16 < 8 ? 40 : 200); // dark at the left
        }
        TestVideos.write(videos.resolve("a.gif"), 10, 1, new Clip("dark and bright", 30, 16, 16, 1, pixels));
        String place = videos.resolve("a.gif").toString();
        VideosConfig config = new VideosConfig(place, 16, 16, 1, 10, 1, true, 0.3, false, false);
        VideoDataset data = VideoDataset.open(config, 4, cache, progress::add, () -> {});
        int mirrored = 0;
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            Clip clip = data.training(random);
            boolean dark = (clip.pixels()[0] & 255) < 128;
            assertThat((clip.pixels()[15] & 255) < 128).isEqualTo(!dark);
            assertThat(clip.name().endsWith(", mirrored")).isEqualTo(!dark);
            mirrored += dark ? 0 : 1;
        }
        assertThat(mirrored).isBetween(70, 130);
        for (int i = 0; i < 6; i++) {
            assertThat(data.heldOut(i).pixels()[0] & 255).isLessThan(128);
        }
        assertThat(data.description()).contains("at 10 frames/s, half of the clips mirrored. Held out");
    }

    @Test
    void theFirstFolderOnTheWayDownIsTheClass() throws IOException {
        for (String folder : List.of("zebra/deep/er", "ape", "A cat")) {
            Files.createDirectories(videos.resolve(folder));
        }
        video("zebra/z.gif", 50);
        video("zebra/deep/er/z.gif", 12);
        video("ape/one.gif", 6);
        video("ape/two.gif", 6);
        video("A cat/only.gif", 7);
        VideoDataset data = open(5, 0.2, true);
        assertThat(data.classes()).containsExactly("A cat", "ape", "zebra");
        assertThat(data.actions()).isEmpty();
        assertThat(data.description())
                .startsWith("5 videos with 81 frames of 16x16 pixels in grey at 10 frames/s,"
                        + " in 3 classes (A cat, ape, zebra)."
                        + " Held out: ape/two.gif from 0 s to 0.6 s, zebra/z.gif from 4 s to 5 s.");
        Set<Integer> trained = new HashSet<>();
        Set<Integer> judged = new HashSet<>();
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            trained.add(expectClassOfFolder(data, data.training(random)));
            judged.add(expectClassOfFolder(data, data.heldOut(i)));
        }
        assertThat(trained).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(judged).as("a class of one clip is only trained on").containsExactlyInAnyOrder(1, 2);
        VideoDataset unlabelled = open(5, 0.2, false);
        assertThat(progress).as("the frames are the same").isEmpty();
        assertThat(unlabelled.fingerprint()).isNotEqualTo(data.fingerprint());
        assertThat(unlabelled.classes()).isEmpty();
        assertThat(unlabelled.training(random).tags()).isEqualTo(Clip.Tags.NONE);
    }

    private static int expectClassOfFolder(VideoDataset data, Clip clip) {
        String folder = clip.name().substring(0, clip.name().indexOf('/'));
        assertThat(data.classes().get(clip.tags().label())).isEqualTo(folder);
        return clip.tags().label();
    }

    @Test
    void aVideoInNoFolderOfAClassIsAnError() throws IOException {
        Files.createDirectories(videos.resolve("ape"));
        video("ape/one.gif", 20);
        video("stray.gif", 20);
        assertThatThrownBy(() -> open(5, 0.2, true))
                .isInstanceOf(UserException.class)
                .hasMessage("data.labels is true, but " + videos.resolve("stray.gif")
                        + " lies in no folder of a class; put each video of " + videos
                        + " into a folder named after its class.");
        assertThat(progress).as("told before anything is decoded").isEmpty();
        Path file = videos.resolve("stray.gif");
        assertThatThrownBy(() -> VideoDataset.open(config(file, 0.2, true), 5, cache, progress::add, () -> {}))
                .isInstanceOf(UserException.class)
                .hasMessage("data.labels is true, but " + file
                        + " is one video; name a folder that holds one folder of videos for each class.");
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

    /** A video of 60 frames, number 30 of which is damaged: an MJPEG of which every frame stands for itself. */
    private void damaged(String name) throws IOException {
        Path file = TestVideos.encode(videos.resolve(name), TestVideos.AVI, 10, TestVideos.numbered(60, 16, 16));
        TestVideos.damageJpeg(file, 30);
    }

    @Test
    void ofADamagedVideoTheRestIsUsedButNoClipGoesOverTheGap() throws IOException {
        damaged("a.avi");
        for (int round = 0; round < 2; round++) {
            VideoDataset data = open(8, 0.2);
            assertThat(progress)
                    .containsExactly((round == 0 ? "decoded " : "")
                            + "a.avi: 59 frames in 2 stretches; 1 of 60 frames is damaged"
                            + " (invalid data found when processing input)");
            assertThat(data.description()).endsWith(" With damage or doubt: a.avi.");
            Random random = new Random(7);
            for (int i = 0; i < 300; i++) {
                List<Integer> seen = indices(i % 3 == 0 ? data.heldOut(i) : data.training(random));
                assertThat(seen).doesNotContain(30);
                assertThat(seen.get(7) - seen.get(0)).isIn(7, 7 - 55);
            }
        }
    }

    @Test
    void strictDataRefusesWhatIsDamagedOrDoubtful() throws IOException {
        damaged("a.avi");
        video("b.gif", 30);
        video("c.gif", 30);
        byte[] bytes = Files.readAllBytes(videos.resolve("c.gif"));
        Files.write(videos.resolve("c.gif"), java.util.Arrays.copyOf(bytes, bytes.length - 1));
        open(8, 0.2);
        assertThat(progress).hasSize(3).allMatch(line -> line.startsWith("decoded "));
        VideosConfig strict = new VideosConfig(videos.toString(), 16, 16, 1, 10, 1, false, 0.2, false, true);
        assertRefused(
                strict, "a.avi", " is doubtful: 1 of 60 frames is damaged (invalid data found when processing input)");
        Files.delete(videos.resolve("a.avi"));
        assertRefused(strict, "c.gif", " is doubtful: it is cut short: 30 frames read");
        Files.writeString(videos.resolve("text.mp4"), "no video");
        video("c.gif", 3);
        assertRefused(strict, "text.mp4", " is not a video that can be read: invalid data found when processing input");
        Files.delete(videos.resolve("text.mp4"));
        VideoDataset data = VideoDataset.open(strict, 8, cache, progress::add, () -> {});
        assertThat(data.description())
                .as("a video may be whole and too short")
                .startsWith("1 video with 30 frames")
                .endsWith("Skipped 1 file: c.gif (it has 3 frames where a clip needs 8).");
    }

    private void assertRefused(VideosConfig strict, String file, String why) {
        assertThatThrownBy(() -> VideoDataset.open(strict, 8, cache, progress::add, () -> {}))
                .isInstanceOf(UserException.class)
                .hasMessage("data.strict is true, but " + videos.resolve(file) + why
                        + "; take it out of the data, or set data.strict to false to use what is whole.");
    }

    @Test
    void aVideoWithoutASegmentOfAClipIsSkipped() throws IOException {
        damaged("a.avi");
        video("b.gif", 50);
        VideoDataset data = open(40, 0.2);
        assertThat(progress)
                .contains("skipped a.avi: its longest stretch without a gap has 30 frames where a clip needs 40;"
                        + " 1 of 60 frames is damaged (invalid data found when processing input)");
        assertThat(data.description()).startsWith("1 video with 50 frames");
    }

    @Test
    void framesThatAreGoneFromTheCacheAreDecodedAgain() throws Exception {
        video("a.gif", 50);
        VideoDataset data = open(5, 0.2);
        Clip before = data.heldOut(0);
        video("b.gif", 20);
        VideoDataset other = open(5, 0.2);
        progress.clear();
        deleteCache();
        Callable<byte[]> read = () -> other.heldOut(3).pixels();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<byte[]> results = new ArrayList<>();
            for (Future<byte[]> result : threads.invokeAll(List.of(read, read, read, read))) {
                results.add(result.get());
            }
            assertThat(results).allMatch(pixels -> java.util.Arrays.equals(pixels, results.get(0)));
        } finally {
            threads.shutdown();
        }
        assertThat(progress).hasSize(1).allMatch(line -> line.endsWith(" again: its frames are gone from the cache"));
        assertThat(data.heldOut(0).pixels()).isEqualTo(before.pixels());
        assertThat(partials()).isEmpty();
    }

    private void deleteCache() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(cache);
    }

    @Test
    void aStopEndsDecodingAgainAndLeavesNothingHalfDone() throws IOException {
        video("a.gif", 50);
        int[] checks = {Integer.MIN_VALUE};
        Runnable stop = () -> {
            if (++checks[0] >= 20) {
                throw new CancellationException("stopped");
            }
        };
        VideoDataset data = VideoDataset.open(config(videos, 0.2, false), 5, cache, progress::add, stop);
        deleteCache();
        checks[0] = 0;
        assertThatThrownBy(() -> data.heldOut(0)).isInstanceOf(CancellationException.class);
        assertThat(checks[0]).as("asked for every frame").isEqualTo(20);
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files.toList()).isEmpty();
        }
        checks[0] = Integer.MIN_VALUE;
        assertThat(indices(data.heldOut(0))).hasSize(5);
    }

    /** Names that are no text in one locale or another, and two that look alike where they are none. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its names are text")
    void videosOfEveryNameAreUsedAndHaveFramesOfTheirOwn() throws IOException {
        List<String> names = List.of("b%E4r", "b%E5r", "%D0%BA", "%D0%B1");
        for (String name : names) {
            video("plain.mp4", 30);
            Files.move(videos.resolve("plain.mp4"), named(name));
            Files.setLastModifiedTime(named(name), FileTime.fromMillis(1_000_000));
        }
        VideoDataset data = open(5, 0.2);
        assertThat(data.description()).startsWith("4 videos with 120 frames").doesNotContain("Skipped");
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files.toList()).hasSize(4);
        }
        for (String name : names) {
            byte[] bytes = Files.readAllBytes(named(name));
            Files.write(named(name), java.util.Arrays.copyOf(bytes, bytes.length - 1));
        }
        open(5, 0.2);
        assertThat(progress).hasSize(4).allMatch(line -> line.endsWith("it is cut short: 29 of 30 frames"));
    }

    private Path named(String name) {
        return Path.of(URI.create(videos.toUri() + name + ".mp4"));
    }

    @Test
    void framesThatAreGoneWithTheirVideoAreTold() throws IOException {
        video("a.gif", 30);
        VideoDataset data = open(5, 0.2);
        deleteCache();
        Files.delete(videos.resolve("a.gif"));
        assertThatThrownBy(() -> data.heldOut(0))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("The frames of a.gif are gone from the cache ")
                .hasMessageContaining(" and cannot be decoded again: There is no such file as ");
        video("a.gif", 31);
        assertThatThrownBy(() -> data.heldOut(0))
                .isInstanceOf(UserException.class)
                .hasMessageEndingWith("a.gif has changed; start again to read it anew.");
    }

    @Test
    void aStopBetweenTheFramesOfAVideoLeavesNothingHalfDone() throws IOException {
        video("a.gif", 50);
        int[] checks = {0};
        Runnable stop = () -> {
            if (++checks[0] == 20) {
                throw new CancellationException("stopped");
            }
        };
        assertThatThrownBy(() -> VideoDataset.open(config(videos, 0.2, false), 5, cache, progress::add, stop))
                .isInstanceOf(CancellationException.class);
        assertThat(checks[0])
                .as("asked for every frame, and not after the stop")
                .isEqualTo(20);
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files.toList()).isEmpty();
        }
    }
}
