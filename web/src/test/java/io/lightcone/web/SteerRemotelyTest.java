// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the client in examples against a server, as its first lines say. */
class SteerRemotelyTest {
    private static final long PATIENCE_SECONDS = 120;

    /** What a client said, and its exit code. */
    private record Ended(int code, String out, String err) {}

    @Test
    void theClientInExamplesIsObeyed(@TempDir Path temp) throws Exception {
        Ended client = steer(temp, "up", "down");
        assertThat(client.code()).isZero();
        assertThat(client.out())
                .matches("Frame \\d+, 8x8 pixels, follows up\\RFrame \\d+, 8x8 pixels, follows down\\R");
        assertThat(client.err()).isEmpty();
    }

    @Test
    void theClientInExamplesSaysWhatIsRefused(@TempDir Path temp) throws Exception {
        Ended client = steer(temp, "up", "fly");
        assertThat(client.code()).isOne();
        assertThat(client.out()).contains("follows up").doesNotContain("follows fly");
        assertThat(client.err()).contains("there is no such action; there are stay, up, down");
    }

    /** Starts the client as its first lines say, against a server. */
    private static Ended steer(Path temp, String... actions) throws IOException, InterruptedException {
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        try (PlayServer server = PlayServer.start(
                new PlayOptions("127.0.0.1", 0, 1, 0, temp), List.of(FakeWorld.of("fake")), line -> {})) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    Repository.file("examples/SteerRemotely.java").toString(),
                    "ws://" + server.address().getAuthority() + "/v1/realtime/video?seed=7"));
            command.addAll(List.of(actions));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().remove("JAVA_TOOL_OPTIONS"); // of which Java would say that it knows them
            Process client = builder.start();
            try {
                assertThat(client.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
                return new Ended(client.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                client.destroyForcibly();
            }
        }
    }
}
