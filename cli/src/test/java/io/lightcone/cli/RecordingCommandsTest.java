// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.expectError;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.video.Clip;
import io.lightcone.video.VideoReader;
import io.lightcone.world.Play;
import io.lightcone.world.Policies;
import io.lightcone.world.PongState;
import io.lightcone.world.PongWorld;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that what was played, by a simulator or in a model, can be trained on. */
class RecordingCommandsTest {
    private static final String SMALL = " --preset msc-tiny --device cpu --set model.depth=1 --set model.width=32"
            + " --set training.frames=3 --set training.batch=1 --set training.steps=2 --set sampling.steps=1"
            + " --set training.reports.validationClips=1 --set sampling.given=1 --set data.fps=0";

    private final Path temp;
    private final Path played;

    RecordingCommandsTest(@TempDir Path temp) {
        this.temp = temp;
        played = temp.resolve("played");
    }

    private static Answer good(String command) {
        Answer answer = Answer.typed(command);
        assertThat(answer.code()).as(answer.err()).isZero();
        return answer;
    }

    private String train(Path data, String run) {
        return "train --data " + data + " --out " + temp.resolve(run) + SMALL;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatWasPlayedIsTrainedOnAndWhatIsPlayedThereToo() throws IOException {
        String record = "show world pong --policy sticky --record " + played + " --frames 40 --seed ";
        assertThat(good(record + 3).err()).contains("Wrote " + played.resolve("pong-1.mp4") + ", ", "pong-1.jsonl");
        good(record + 4);
        assertThat(names(played)).containsExactly("pong-1.jsonl", "pong-1.mp4", "pong-2.jsonl", "pong-2.mp4");
        assertIsGame(3);

        Answer trained = good(train(played, "r"));
        assertThat(trained.err()).contains("2 videos with 80 frames", "with the actions down, stay, up. Held out");
        assertThat(Files.readString(temp.resolve("r/config.yaml"))).contains("actions: [down, stay, up]");
        good("train --resume " + temp.resolve("r") + " --device cpu --set training.steps=3");

        Path dreamt = temp.resolve("dreamt");
        String sample = "sample --run " + temp.resolve("r") + " --device cpu --frames 12 --record " + dreamt;
        assertThat(good(sample + " --actions up*4,down,stay --count 2").err())
                .contains("sample-1.mp4", "sample-1.jsonl", "sample-2.jsonl");
        good(sample + " --out " + temp.resolve("o.mp4") + " --scale 2 --start " + played.resolve("pong-1.mp4")
                + " --given 2 --actions up*11,down");
        assertThat(names(dreamt)).hasSize(6).endsWith("sample-3.jsonl", "sample-3.mp4");
        assertThat(Files.readAllLines(dreamt.resolve("sample-1.jsonl")))
                .hasSize(12)
                .startsWith("{\"action\":\"up\"}")
                .endsWith("{\"action\":\"stay\"}");
        List<String> game = Files.readAllLines(played.resolve("pong-1.jsonl"));
        assertThat(Files.readAllLines(dreamt.resolve("sample-3.jsonl")))
                .hasSize(14)
                .startsWith(game.get(0), game.get(1), "{\"action\":\"up\"}")
                .endsWith("{\"action\":\"up\"}", "{\"action\":\"down\"}");
        assertThat(temp.resolve("o.mp4")).isNotEmptyFile();

        assertThat(good(train(dreamt, "again")).err())
                .contains("3 videos with 38 frames", "the actions down, stay, up");
    }

    /** Requires that the first recording is the game of that seed, to the pixel. */
    private void assertIsGame(long seed) throws IOException {
        PongWorld world = new PongWorld();
        Play<PongState> play =
                Play.of(world, world.reset(seed), Policies.sticky(world, new SplittableRandom(seed)), 0, 40);
        Clip clip = VideoReader.read(played.resolve("pong-1.mp4"), VideoReader.Options.of(64, 64, 3), 100);
        assertThat(clip.pixels()).isEqualTo(play.pictures(world));
        assertThat(Files.readAllLines(played.resolve("pong-1.jsonl")))
                .isEqualTo(play.actions().stream()
                        .map(action -> "{\"action\":\"" + world.actions().get(action) + "\"}")
                        .toList());
    }

    /** Requires that the command ends with one sentence, after lines that say what it does. */
    private static void expectEnd(String command, String... parts) {
        Answer answer = Answer.typed(command);
        assertThat(answer.code()).as(answer.err()).isEqualTo(2);
        List<String> lines = answer.err().strip().lines().toList();
        assertThat(lines.get(lines.size() - 1)).contains(parts);
        assertThat(lines.subList(0, lines.size() - 1)).allMatch(line -> line.startsWith("decoded "));
    }

    @Test
    void badRecordingsAreOneSentence() throws IOException {
        good("show world maze --record " + played + " --frames 20");
        Path lines = played.resolve("maze-1.jsonl");
        List<String> right = Files.readAllLines(lines);
        Files.write(lines, right.subList(0, 19));
        expectEnd(train(played, "r"), lines + " has 19 lines, but ", "maze-1.mp4 has 20 frames");
        Files.write(
                lines, IntStream.range(0, 21).mapToObj(i -> right.get(i % 20)).toList());
        expectEnd(train(played, "r"), lines + " has 21 lines, but ", "maze-1.mp4 has 20 frames");
        Files.write(lines, right);
        expectEnd(
                train(played, "r") + " --set model.actions=[left,right]",
                lines + ", line ",
                "is not one of model.actions, which are left, right");
        Files.writeString(lines, "{\"action\": \n");
        expectEnd(train(played, "r"), lines + ", line 1 is not a JSON object");
        Files.write(lines, right.stream().map(line -> "{}").toList());
        expectEnd(train(played, "r"), lines + ", line 2 has no key \"action\"");
        assertThat(temp.resolve("r")).doesNotExist();
    }

    @Test
    void anNpzWithoutActionsIsOneSentence() throws IOException {
        Path file = temp.resolve("a.npz");
        String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (9, 4, 4, 3), }";
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("frames.npy"));
            zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
            zip.write(header.getBytes(StandardCharsets.US_ASCII));
            zip.write(new byte[9 * 4 * 4 * 3]);
            zip.closeEntry();
        }
        expectError(train(file, "r"), file + " has no array 'actions'; a recording has");
    }

    @Test
    void whereARecordingGoesMustBeSaid() {
        expectError("show world pong", "--out FILE draws the world, --record DIR records a game");
        expectError("show world pong --out " + temp.resolve("a.mp4") + " --record " + played, "say what to make");
        expectError("show world pong --policy me --record " + played, "there is no policy named 'me'");
        expectError("show world pong --frames 0 --record " + played, "--frames must lie between 1 and 1000000, not 0");
        expectError("sample --run " + temp, "say where the video goes with --out FILE, or with --record DIR");
        assertThat(played).doesNotExist();
    }
}
