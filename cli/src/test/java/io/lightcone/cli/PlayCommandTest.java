// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.expectError;
import static io.lightcone.cli.Answer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Libtorch;
import io.lightcone.testing.Await;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
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

    /** A viewer that knows whether a frame has come, and how the connection ended. */
    private static final class Watcher implements WebSocket.Listener {
        private final CompletableFuture<Integer> frame = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final Queue<CharSequence> texts = new ConcurrentLinkedQueue<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            texts.add(data.toString());
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            frame.complete(data.remaining());
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }
    }

    @Test
    void theAddressIsPrintedAndCtrlCEndsSessionsThatAreWatched() throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        try (Interrupts interrupts = new Interrupts(() -> {})) {
            List<String> words =
                    List.of("play", "--run", run.toString(), "--port", "0", "--no-browser", "--device", "cpu");
            Session session = new Session(
                    new PrintWriter(out, true), new Console(new PrintWriter(err, true), false), interrupts, words);
            CompletableFuture<Integer> code =
                    CompletableFuture.supplyAsync(() -> Main.execute(Main.commandLine(session), session));
            Await.until("the address", () -> out.toString().endsWith("\n") || code.isDone());
            URI page = URI.create(out.toString().strip());
            Watcher watcher = new Watcher();
            WebSocket viewer = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://" + page.getAuthority() + "/v1/realtime/video"), watcher)
                    .get();
            assertThat(watcher.frame.get()).isPositive();
            new Thread(interrupts::interrupt, "Ctrl-C").start();
            assertThat(watcher.closed.get()).isEqualTo(1001);
            assertThat(String.join("", watcher.texts)).contains("\"state\":\"ended\"");
            assertThat(code.get()).isZero(); // what becomes the code of a command that Ctrl-C ended
            viewer.abort();
        }
        assertThat(out.toString()).matches("http://127\\.0\\.0\\.1:\\d+/\\R");
        assertThat(err.toString().strip()).isEqualTo("Play there until Ctrl-C.");
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
