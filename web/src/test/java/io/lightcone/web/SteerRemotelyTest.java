// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.testing.Repository;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the client in examples against a server. */
class SteerRemotelyTest {
    @Test
    void theClientInExamplesIsObeyed(@TempDir Path temp) throws Exception {
        String source = Repository.file("examples/SteerRemotely.java").toString();
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", temp.toString(), source))
                .isZero();
        PrintStream out = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PlayServer server = PlayServer.start(
                        new PlayOptions("127.0.0.1", 0, 1, 0, temp), List.of(FakeWorld.of("fake")), line -> {});
                URLClassLoader classes =
                        new URLClassLoader(new URL[] {temp.toUri().toURL()})) {
            URI page = server.address();
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            classes.loadClass("SteerRemotely").getMethod("main", String[].class).invoke(null, (Object)
                    new String[] {"ws://" + page.getAuthority() + "/v1/realtime/video?seed=7", "up", "down"});
        } finally {
            System.setOut(out);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .matches("Frame \\d+ follows up: 1 of 8x8 pixels\\RFrame \\d+ follows down: 1 of 8x8 pixels\\R");
    }
}
