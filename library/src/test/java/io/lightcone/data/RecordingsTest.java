// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.config.ConfigReader;
import io.lightcone.video.Clip;
import io.lightcone.video.PlayWriter;
import io.lightcone.video.TestVideos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests data with an action per frame: frame number i follows the action named after i, whatever is done to frames. */
class RecordingsTest {
    private final Path data;
    private final Path cache;
    private final List<String> heard = new ArrayList<>();

    RecordingsTest(@TempDir Path folder) throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        cache = folder.resolve("cache");
    }

    private VideoDataset open(double fps, int frames, boolean strict) {
        VideosConfig config = new VideosConfig(data.toString(), 16, 16, 1, fps, 1, false, 0.2, false, strict);
        return VideoDataset.open(config, frames, cache, heard::add, () -> {});
    }

    private VideoDataset open(double fps) {
        return open(fps, 4, false);
    }

    private void video(String name, int frames, int rate) {
        TestVideos.write(data.resolve(name), rate, 1, TestVideos.numbered(frames, 16, 16));
    }

    private void lines(String name, int count, IntFunction<String> line) throws IOException {
        Files.writeString(
                data.resolve(name),
                IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n", "", "\n")));
    }

    private static String line(int frame) {
        return "{\"t\": {\"ms\": [" + frame + "]}, \"action\": \"a" + frame % 7 + "\"}";
    }

    private void expect(Path file, String... parts) {
        assertThatThrownBy(() -> open(0).withActions(List.of()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContainingAll(parts);
    }

    /** Requires of many clips that each frame has the action that {@code wanted} gives its number. */
    private static void requireActions(ClipDataset dataset, IntFunction<String> wanted) {
        Random random = new Random(5);
        for (int i = 0; i < 40; i++) {
            Clip clip = i < 30 ? dataset.training(random) : dataset.heldOut(i);
            assertThat(clip.tags().actions()).hasSize(clip.frames());
            for (int frame = 0; frame < clip.frames(); frame++) {
                int action = clip.tags().actions().get(frame);
                String name = action < 0 ? "none" : dataset.actions().get(action);
                int number = TestVideos.index(clip.slice(frame, 1).pixels());
                assertThat(name).as("frame %d", number).isEqualTo(wanted.apply(number));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"v.mp4, 0", "v.mp4, 5", "v.mp4, 10", "v.mp4, 25", "v.webm, 0", "v.webm, 4", "v.gif, 0", "v.gif, 7"})
    void actionsStayWithTheirFramesAtAnyRate(String name, double fps) throws IOException {
        video(name, 50, 10);
        lines("v.jsonl", 50, RecordingsTest::line);
        VideoDataset dataset = open(fps);
        assertThat(dataset.actions()).containsExactly("a0", "a1", "a2", "a3", "a4", "a5", "a6");
        requireActions(dataset, frame -> "a" + frame % 7);
        assertThat(dataset.description()).contains(", with the actions a0, a1, a2, a3, a4, a5, a6. Held out");
        if (fps == 5) {
            assertThat(heard)
                    .anyMatch(
                            text -> text.contains("v.mp4: data.fps=5 leaves out 25 of its 50 frames with their actions;"
                                    + " data.fps=0 keeps all"));
        } else if (fps == 0 || fps == 10 || fps == 25) {
            assertThat(heard).noneMatch(text -> text.contains("leaves out"));
        }
        requireActions(open(fps), frame -> "a" + frame % 7); // from the cache
    }

    @Test
    void framesWithActionsAreShownAsRecorded() throws IOException {
        video("v.mp4", 50, 10);
        VideosConfig mirrored = new VideosConfig(data.toString(), 16, 16, 1, 5, 2, true, 0.2, false, false);
        assertThat(VideoDataset.open(mirrored, 4, cache, heard::add, () -> {}).actions())
                .isEmpty();
        lines("v.jsonl", 50, RecordingsTest::line);
        for (String setting : List.of("mirror=true", "phases=2")) {
            VideosConfig config = ConfigReader.with(
                    new VideosConfig(data.toString(), 16, 16, 1, 5, 1, false, 0.2, false, false), setting);
            assertThatThrownBy(() -> VideoDataset.open(config, 4, cache, heard::add, () -> {}))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("data." + setting.replace("=", " is ") + ", ")
                    .hasMessageContaining(data.resolve("v.jsonl").toString())
                    .hasMessageEndingWith(setting.startsWith("m") ? "to false." : "to 1.");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 30})
    void framesBehindALostOneHaveNoActions(int lost) throws IOException {
        Path file = TestVideos.encode(data.resolve("v.avi"), TestVideos.AVI, 10, TestVideos.numbered(50, 16, 16));
        TestVideos.damageJpeg(file, lost);
        lines("v.jsonl", 50, RecordingsTest::line);
        VideoDataset dataset = open(0);
        assertThat(heard).anyMatch(text -> text.contains("1 of 50 frames is damaged"));
        assertThat(heard)
                .anyMatch(text -> text.contains("frames are lost, so nobody knows which action led to which of the "
                        + (49 - lost) + " frames behind"));
        if (lost == 0) {
            assertThat(dataset.actions()).isEmpty();
            return;
        }
        requireActions(dataset, frame -> frame < lost ? "a" + frame % 7 : "none");
        lines("v.jsonl", 48, RecordingsTest::line);
        expect(data.resolve("v.jsonl"), "has 48 lines, but ", "v.avi has 49 frames");
    }

    @Test
    void theFirstFrameNeedHaveNoActionAndNumbersAreNames() throws IOException {
        video("v.mp4", 50, 10);
        lines(
                "v.jsonl",
                50,
                frame -> frame == 0 ? "{}" : frame == 3 ? "{\"action\":null}" : "{\"action\":" + frame % 12 + "}");
        VideoDataset dataset = open(0);
        assertThat(dataset.actions()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
        requireActions(dataset, frame -> frame == 0 || frame == 3 ? "none" : "" + frame % 12);
    }

    @Test
    void videosWithoutActionsAreTrainedOnWithoutUnlessDataIsStrict() throws IOException {
        video("a.mp4", 20, 10);
        lines("a.jsonl", 20, RecordingsTest::line);
        video("b.mp4", 20, 10);
        VideoDataset dataset = open(0);
        assertThat(dataset.description()).contains("a0, a1, a2, a3, a4, a5, a6 (1 video without)");
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            Clip clip = dataset.training(random);
            assertThat(clip.tags().actions().isEmpty()).isEqualTo(clip.name().startsWith("b.mp4"));
        }
        assertThatThrownBy(() -> open(0, 4, true))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("data.strict is true, but b.mp4 has no .jsonl");
    }

    @Test
    void theFingerprintIsThatOfFramesAndActions() throws IOException {
        video("a.mp4", 20, 10);
        String without = open(0).fingerprint();
        lines("a.jsonl", 20, RecordingsTest::line);
        String with = open(0).fingerprint();
        lines("a.jsonl", 20, frame -> line(frame == 9 ? 8 : frame));
        assertThat(List.of(without, with, open(0).fingerprint())).doesNotHaveDuplicates();
        lines("a.jsonl", 20, frame -> "{\"action\": \"a" + frame % 7 + "\", \"more\": null}");
        assertThat(open(0).fingerprint()).isEqualTo(with);
    }

    @Test
    void aModelsActionsDecideWhatThereMayBe() throws IOException {
        video("v.mp4", 50, 10);
        lines("v.jsonl", 50, frame -> "{\"action\":\"" + (frame == 45 ? "rare" : "left") + "\"}");
        Path lines = data.resolve("v.jsonl");
        expect(lines, "v.jsonl, line 46: the action 'rare' shows in held-out frames only", "data.heldOut");
        assertThat(open(0).actions()).containsExactly("left", "rare");
        ClipDataset known = open(0).withActions(List.of("up", "rare", "left"));
        assertThat(known.actions()).containsExactly("up", "rare", "left");
        requireActions(known, frame -> frame == 45 ? "rare" : "left");
        assertThatThrownBy(() -> open(0).withActions(List.of("up", "left")))
                .isInstanceOf(UserException.class)
                .hasMessage(lines + ", line 46: the action 'rare' is not one of model.actions, which are up, left.");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 19, 21})
    void aLineTooFewOrTooManyIsOneSentence(int count) throws IOException {
        video("v.mp4", 20, 10);
        lines("v.jsonl", count, RecordingsTest::line);
        if (count == 0) {
            Files.writeString(data.resolve("v.jsonl"), "");
        }
        expect(data.resolve("v.jsonl"), "has " + count + " lines, but ", "v.mp4 has 20 frames; there must be one line");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"action\": \"a\"|is not a JSON object (",
                "[\"a\"]|is not a JSON object.",
                "''|is empty, where a JSON object",
                "{\"action\": [1]}|has an action that is neither a string nor a number",
                "{\"action\": true}|has an action that is neither a string nor a number",
                "{\"action\": \" \"}|has an action whose name is blank",
                "{\"action\": \"a\", \"action\": \"b\"}|is not a JSON object (Duplicate",
                "{\"action\": \"a\"} {}|is more than one JSON object",
                "{\"aktion\": \"a\"}|has no key \"action\"; write null"
            })
    void aBrokenLineIsOneSentence(String line, String wanted) throws IOException {
        video("v.mp4", 20, 10);
        lines("v.jsonl", 20, frame -> frame == 6 ? line : line(frame));
        expect(data.resolve("v.jsonl"), "v.jsonl, line 7 " + wanted);
    }

    @Test
    void textThatIsNoUtf8IsOneSentence() throws IOException {
        video("v.mp4", 20, 10);
        Files.write(data.resolve("v.jsonl"), new byte[] {'{', '"', (byte) 0xff, '"'});
        expect(data.resolve("v.jsonl"), "is not text in UTF-8");
    }

    @Test
    void whatWasPlayedIsReadAsItWas() {
        Clip clip = TestVideos.numbered(20, 16, 16);
        try (PlayWriter play = PlayWriter.begin(data, "mine", 12)) {
            for (int frame = 0; frame < 20; frame++) {
                play.add(clip, frame, frame == 0 ? null : "a" + frame % 7);
            }
            play.finish();
        }
        VideoDataset dataset = open(0, 20, false);
        requireActions(dataset, frame -> frame == 0 ? "none" : "a" + frame % 7);
        assertThat(dataset.framesPerSecond()).isEqualTo(12);
        assertThat(dataset.training(new Random()).pixels()).isEqualTo(clip.pixels());
    }

    private static byte[] frames(int count) {
        return TestVideos.numbered(count, 16, 16).pixels();
    }

    private static long[] numbers(int count) {
        return IntStream.range(0, count).mapToLong(frame -> frame % 7).toArray();
    }

    private NpzWriter npz() {
        return new NpzWriter();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anNpzIsReadCompressedOrNot(boolean compressed) throws IOException {
        npz().array("frames", "|u1", "(50, 16, 16)", frames(50))
                .numbers("actions", "(50,)", numbers(50))
                .write(data.resolve("a.npz"), compressed);
        VideoDataset dataset = open(0);
        assertThat(dataset.actions()).containsExactly("0", "1", "2", "3", "4", "5", "6");
        requireActions(dataset, frame -> "" + frame % 7);
        assertThat(dataset.framesPerSecond()).isEqualTo(10);
        VideoDataset resampled = open(25);
        assertThat(resampled.framesPerSecond()).isEqualTo(25);
        requireActions(resampled, frame -> "" + frame % 7);
    }

    @Test
    void severalRecordingsInColourAreScaledAndNoClipGoesFromOneToAnother() throws IOException {
        byte[] colour = new byte[5 * 10 * 24 * 32 * 3];
        for (int frame = 0; frame < 50; frame++) {
            Arrays.fill(colour, frame * 24 * 32 * 3, (frame + 1) * 24 * 32 * 3, (byte) (20 + frame * 4));
        }
        String[] actions = IntStream.range(0, 50)
                .mapToObj(i -> i % 10 == 0 ? "" : "ä" + i % 7)
                .toArray(String[]::new);
        npz().array("frames", "|u1", "(5, 10, 24, 32, 3)", colour)
                .texts("actions", "(5, 10)", actions)
                .write(data.resolve("a.npz"), true);
        VideoDataset dataset = open(0);
        requireActions(dataset, frame -> frame % 10 == 0 ? "none" : "ä" + frame % 7);
        Random random = new Random(2);
        for (int i = 0; i < 50; i++) {
            Clip clip = dataset.training(random);
            int first = TestVideos.index(clip.slice(0, 1).pixels());
            assertThat(first % 10).isLessThanOrEqualTo(6);
        }
    }

    @Test
    void namesAndSmallNumbersAndOtherVersions() throws IOException {
        byte[] numbers = new byte[50];
        for (int i = 0; i < 50; i++) {
            numbers[i] = (byte) (i == 0 ? -1 : i % 3);
        }
        npz().array("frames", 2, "{'shape': (50, 16, 16), 'descr': '|u1', 'fortran_order': False}", frames(50))
                .array("actions", "|i1", "(50,)", numbers)
                .texts("action_names", "(3,)", "stay", "up", "down")
                .write(data.resolve("a.npz"), true);
        VideoDataset dataset = open(0);
        assertThat(dataset.actions()).containsExactly("down", "stay", "up");
        requireActions(
                dataset,
                frame -> frame == 0 ? "none" : List.of("stay", "up", "down").get(frame % 3));
    }

    @Test
    void badNpzFilesAreOneSentenceEach() throws IOException {
        Path file = data.resolve("a.npz");
        npz().array("frames", "|u1", "(50, 16, 16)", frames(50)).write(file, true);
        expect(file, "has no array 'actions'; a recording has 'frames' and 'actions'");
        npz().numbers("actions", "(50,)", numbers(50)).write(file, true);
        expect(file, "has no array 'frames'");
        bad(frames(49), "|u1", "(49, 16, 16)", "has 50 values in the shape (50), but there are 49 frames");
        bad(frames(50), "|u1", "(5, 10, 16, 16)", "must be bytes without sign (uint8) of the shape (T, H, W)");
        bad(frames(50), "|i1", "(50, 16, 16)", "not i1 of the shape (50, 16, 16)");
        bad(frames(50), "<f4", "(50, 16, 16)", "has values of the type '<f4', where whole numbers or text");
        bad(frames(50), "|O", "(50, 16, 16)", "has values of the type '|O', which is not read");
        bad(frames(50), "|u1", "(50, 0, 16)", "has no frames, or too many");
        bad(frames(50), "|u1", "(99999999999, 99999999999, 99999999999)", "has the impossible shape");
        npz().array("frames", 1, "{'descr': '|u1', 'fortran_order': True, 'shape': (50, 16, 16), }", frames(50))
                .numbers("actions", "(50,)", numbers(50))
                .write(file, true);
        expect(file, "is in Fortran's order; save it in that of C");
        npz().array("frames", "|u1", "(50, 16, 16)", frames(50))
                .array("actions", ">i8", "(50,)", new byte[400])
                .write(file, true);
        expect(file, "is big-endian; save it with the type '<i8'");
        npz().array("frames", "|u1", "(50, 16, 16)", frames(50))
                .numbers("actions", "(50,)", numbers(50))
                .texts("action_names", "(2,)", "a", "b")
                .write(file, true);
        expect(file, "has 2 as action 3, but 'action_names' has only 2 names");
        Files.writeString(file, "no zip");
        expect(file, "is not an .npz that can be read");
    }

    private void bad(byte[] frames, String type, String shape, String wanted) throws IOException {
        Path file = data.resolve("a.npz");
        npz().array("frames", type, shape, frames)
                .numbers("actions", "(50,)", numbers(50))
                .write(file, true);
        expect(file, wanted);
    }

    @Test
    void aDamagedNpzIsLeftOut() throws IOException {
        Path file = data.resolve("a.npz");
        npz().array("frames", "|u1", "(50, 16, 16)", frames(50))
                .numbers("actions", "(50,)", numbers(50))
                .write(file, false);
        byte[] bytes = Files.readAllBytes(file);
        bytes[6000]++;
        Files.write(file, bytes);
        expect(data, "can be used: a.npz (is damaged: its array 'frames' is not what was written");
        npz().array("frames", "|u1", "(60, 16, 16)", frames(50))
                .numbers("actions", "(60,)", numbers(60))
                .write(file, false);
        expect(data, "a.npz (is not an .npz that can be read: it ends too early)");
        assertThat(cache.toFile().list()).noneMatch(name -> name.endsWith(".partial"));
    }
}
