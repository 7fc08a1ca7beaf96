// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.expectError;
import static io.lightcone.cli.Answer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Libtorch;
import io.lightcone.testing.Await;
import io.lightcone.testing.Repository;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests what a user types and reads of {@code play} and {@code bench play}. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class PlayCommandTest {
    private static Path run = Path.of("");

    @BeforeAll
    static void train(@TempDir Path shared) {
        Libtorch.start(0);
        run = shared.resolve("run");
        assertThat(CommandLineTest.train(run).code()).isZero();
    }

    /** A viewer that knows how many frames have come, and how the connection ended. */
    private static final class Watcher implements WebSocket.Listener {
        private final CompletableFuture<Integer> frame = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final AtomicInteger frames = new AtomicInteger();
        private final Queue<CharSequence> texts = new ConcurrentLinkedQueue<>();

        void awaitFrames(int count) {
            int before = frames.get();
            Await.until(count + " frames", () -> frames.get() >= before + count);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            texts.add(data.toString());
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            frame.complete(data.remaining());
            if (last) {
                frames.incrementAndGet();
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }
    }

    /** A {@code play} that goes on until Ctrl-C, with what it has printed. */
    private static final class Playing implements AutoCloseable {
        private final StringWriter out = new StringWriter();
        private final StringWriter err = new StringWriter();
        private final Interrupts interrupts = new Interrupts(() -> {});
        private final CompletableFuture<Integer> code;

        private Playing(List<String> words) {
            Session session = new Session(
                    new PrintWriter(out, true), new Console(new PrintWriter(err, true), false), interrupts, words);
            code = CompletableFuture.supplyAsync(() -> Main.execute(Main.commandLine(session), session));
        }

        /** Types {@code play} with the words of a line, none of which holds a blank. */
        static Playing typed(String line) {
            List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
            words.addAll(List.of("--port", "0", "--no-browser", "--device", "cpu"));
            return new Playing(words);
        }

        WebSocket watch(Watcher watcher) throws Exception {
            Await.until("the address", () -> out.toString().endsWith("\n") || code.isDone());
            assertThat(out.toString()).as(err.toString()).isNotEmpty();
            URI page = URI.create(out.toString().strip());
            return HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://" + page.getAuthority() + "/v1/realtime/video"), watcher)
                    .get();
        }

        /** Presses Ctrl-C, if it still goes on, and waits for its end. */
        int end() throws Exception {
            new Thread(interrupts::interrupt, "Ctrl-C").start();
            return code.get();
        }

        @Override
        public void close() throws Exception {
            end();
            interrupts.close();
        }
    }

    @Test
    void theAddressIsPrintedAndCtrlCEndsSessionsThatAreWatched() throws Exception {
        try (Playing play = Playing.typed("play --run " + run)) {
            Watcher watcher = new Watcher();
            WebSocket viewer = play.watch(watcher);
            assertThat(watcher.frame.get()).isPositive();
            assertThat(play.end()).isZero(); // what becomes the code of a command that Ctrl-C ended
            assertThat(watcher.closed.get()).isEqualTo(1001);
            assertThat(String.join("", watcher.texts)).contains("\"state\":\"ended\"");
            viewer.abort();
            assertThat(play.out.toString()).matches("http://127\\.0\\.0\\.1:\\d+/\\R");
            assertThat(play.err.toString().strip()).isEqualTo("Play there until Ctrl-C.");
        }
    }

    /** Guidance leads towards a class, so such a run cannot be played without one. */
    @Test
    void aRunThatIsLedTowardsAClassIsPlayed(@TempDir Path temp) throws Exception {
        Path led = temp.resolve("led");
        String[] settings = {
            "--set", "data.labels=true", "--set", "training.steps=1", "--set", "sampling.guidance.classes=2"
        };
        assertThat(CommandLineTest.train(led, settings).code()).isZero();
        try (Playing seven = Playing.typed("play --class 7 --run " + led)) {
            Watcher watcher = new Watcher();
            WebSocket viewer = seven.watch(watcher);
            assertThat(watcher.frame.get()).isPositive();
            viewer.abort();
        }
        String play = "play --no-browser --port 0 --class ";
        expectError(play + "ten --run " + led, "this run knows no class named 'ten'; valid are 0, 1, 2");
        expectError(play + "7 --run " + run, "run knows no classes; name none for it");
    }

    /** Types what the README says of recordings, with places of its own and a model that is small. */
    @Test
    void whatIsRecordedInThePageIsTrainedOnAndPlayed(@TempDir Path temp) throws Exception {
        Matcher block = Pattern.compile("Train on what you have played.*?```\\n(.*?)\\n```", Pattern.DOTALL)
                .matcher(Files.readString(Repository.file("README.md")));
        assertThat(block.find()).isTrue();
        List<String> commands = block.group(1)
                .replace("./lightcone ", "")
                .replace(" played", " " + temp.resolve("played"))
                .replace(" runs/mine", " " + temp.resolve("mine"))
                .lines()
                .toList();
        assertThat(commands).extracting(line -> line.split(" ", -1)[0]).containsExactly("play", "train", "play");

        try (Playing play = Playing.typed(commands.get(0))) {
            Watcher watcher = new Watcher();
            WebSocket viewer = play.watch(watcher);
            viewer.sendText("{\"type\":\"record\",\"on\":true}", true).get();
            watcher.awaitFrames(30);
            viewer.sendText("{\"type\":\"keys\",\"pressed\":[\"w\"]}", true).get();
            watcher.awaitFrames(30);
            viewer.sendText("{\"type\":\"record\",\"on\":false}", true).get();
            Await.until("the recording", () -> String.join("", watcher.texts).contains("pong-1.mp4"));
            viewer.abort();
        }
        ok(commands.get(1) + " --device cpu --set training.steps=1 --set training.batch=1 --set model.width=32"
                + " --set model.depth=2 --set model.encoder=1 --set training.reports.validationClips=1");
        assertThat(Files.readString(temp.resolve("mine/config.yaml"))).contains("actions: [stay, up]");
        try (Playing play = Playing.typed(commands.get(2))) {
            Watcher watcher = new Watcher();
            WebSocket viewer = play.watch(watcher);
            assertThat(watcher.frame.get()).isPositive();
            assertThat(String.join("", watcher.texts)).contains("\"world\":\"mine\"", "\"w\":\"up\"");
            viewer.abort();
        }
    }

    @Test
    void benchPlayMeasuresTheRealServer() {
        String line = "bench play --run " + run + " --viewers 1,2 --seconds 1 --device cpu --threads 1";
        JsonNode bench = new JsonMapper().readTree(ok(line + " --json"));
        JsonKeys.assertKeys("bench-play", bench);
        assertThat(bench.path("world").asString()).isEqualTo("run");
        assertThat(bench.path("rounds").get(1).path("viewers").asInt()).isEqualTo(2);
        assertThat(bench.path("firstFrameSeconds").asDouble())
                .isGreaterThan(bench.path("pageSeconds").asDouble());
        assertThat(bench.path("pageSeconds").asDouble())
                .isGreaterThan(bench.path("listeningSeconds").asDouble());
        assertThat(ok(line)).contains("run, 16x16, on ", "viewers", "key to picture ms");
    }

    @Test
    void whatIsWrongIsSaid() {
        expectError("play --run " + run + " --port 70000", "--port must lie between 0 and 65535, not 70000");
        expectError("play --run " + run + " --sessions 0", "--sessions must lie between 1 and 32, not 0");
        expectError("play --run " + run + " --fps 0.01", "--fps must lie between 0.1 and 240");
        expectError("play --run " + run + " --threads -1", "--threads must be 0 or more");
        expectError("play --run nowhere", "nowhere is not a run folder: it does not exist");
        expectError("bench play --run " + run + " --viewers 0", "--viewers must lie between 1 and 32");
        expectError("bench play --run " + run + " --seconds 0", "--seconds must lie between 1 and 3600");
    }

    @Test
    void aPortThatIsTakenIsNamedWithAWayOut() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            expectError(
                    "play --no-browser --run " + run + " --port " + taken.getLocalPort(),
                    "port " + taken.getLocalPort() + " of 127.0.0.1 is taken",
                    "--port 0");
        }
    }

    @Test
    void aBrowserIsOpenedWhereThereIsADesktop() {
        assertThat(Browser.opener("Mac OS X", Map.of())).containsExactly("open");
        assertThat(Browser.opener("Windows 11", Map.of())).startsWith("rundll32");
        assertThat(Browser.opener("Linux", Map.of("DISPLAY", ":0"))).containsExactly("xdg-open");
        assertThat(Browser.opener("Linux", Map.of("WAYLAND_DISPLAY", "wayland-0")))
                .containsExactly("xdg-open");
        assertThat(Browser.opener("Linux", Map.of())).isEmpty();
    }

    /** The launcher archives the classes of a start, which has to be a whole one. */
    @Test
    void aStartIsRehearsedToTheFirstFrames() {
        assertThat(ok("rehearse --device cpu")).isEqualTo("5 frames of pong\n");
        assertThat(ok("--help")).contains("play").doesNotContain("rehearse");
    }
}
