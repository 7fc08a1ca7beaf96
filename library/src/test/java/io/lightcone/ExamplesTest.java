// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.lightcone.live.LiveModel;
import io.lightcone.live.LiveOptions;
import io.lightcone.live.SteeredRun;
import io.lightcone.run.RunFolder;
import io.lightcone.testing.Repository;
import io.lightcone.video.Clip;
import io.lightcone.video.TestVideos;
import io.lightcone.video.VideoReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the programs in examples as they stand in the repository, and runs each of them. */
class ExamplesTest {
    private static URLClassLoader examples = new URLClassLoader(new URL[0]);
    private static Path temp = Path.of("");
    private static Path run = Path.of("");

    @BeforeAll
    static void compile(@TempDir Path folder) throws Exception {
        temp = folder;
        Path classes = temp.resolve("classes");
        List<String> arguments =
                new ArrayList<>(List.of("-d", classes.toString(), "-Xlint:all,-path,-processing", "-Werror", "-cp"));
        arguments.add(System.getProperty("java.class.path"));
        try (Stream<Path> sources = Files.list(Repository.file("examples"))) {
            sources.map(Path::toString)
                    .filter(source -> source.endsWith(".java"))
                    .sorted()
                    .forEach(arguments::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
        examples = new URLClassLoader(new URL[] {classes.toUri().toURL()});
        run = SteeredRun.train(temp.resolve("steered"));
    }

    @AfterAll
    static void unload() throws IOException {
        examples.close();
    }

    private static void main(String example, String... arguments) throws ReflectiveOperationException {
        examples.loadClass(example).getMethod("main", String[].class).invoke(null, (Object) arguments);
    }

    private static Clip read(Path video) {
        return VideoReader.read(video, VideoReader.Options.of(64, 64, 1), 99);
    }

    private static void typed(String lines, String example, String... arguments) throws ReflectiveOperationException {
        InputStream in = System.in;
        System.setIn(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
        try {
            main(example, arguments);
        } finally {
            System.setIn(in);
        }
    }

    @Test
    void steerGeneratesAFrameForEachActionThatItKnows() throws Exception {
        Path video = temp.resolve("steered.gif");
        typed("right\njump\nup\n", "Steer", run.toString(), video.toString());
        assertThat(read(video).frames()).isEqualTo(2);
    }

    /** Frames that are undone stay in the file. */
    @Test
    void playerDrawsAndGoesBack() throws Exception {
        Path video = temp.resolve("played.mp4");
        String lines = "right\nfast\nup\nundo\nup\nundo\nundo\nundo\nfine\ndraw\nup\n";
        typed(lines, "Player", run.toString(), video.toString());
        assertThat(read(video).frames()).isEqualTo(5);
    }

    @Test
    void continueClipWritesTheGivenFramesAndWhatFollows() throws Exception {
        Path given = TestVideos.write(temp.resolve("given.gif"), 10, 1, TestVideos.numbered(9, 16, 16));
        Path continued = temp.resolve("continued.gif");
        main("ContinueClip", run.toString(), given.toString(), continued.toString());
        assertThat(read(continued).frames()).isEqualTo(4 + 24);
    }

    @Test
    void panPhotographsPassesOverEachThatItCanRead() throws Exception {
        Path photographs = Files.createDirectories(temp.resolve("photographs"));
        BufferedImage photograph = new BufferedImage(300, 260, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(photograph, "png", photographs.resolve("a.png").toFile());
        Files.writeString(photographs.resolve("b.jpg"), "no photograph");
        Path videos = temp.resolve("passes");
        main("PanPhotographs", photographs.toString(), videos.toString(), "2");
        assertThat(videos.toFile().list()).containsExactlyInAnyOrder("000-0.mp4", "000-1.mp4");
        assertThat(read(videos.resolve("000-1.mp4")).frames()).isEqualTo(34);
    }

    @Test
    void trainBeginsARunGoesOnWithItAndLeavesACompleteOneAlone() throws Exception {
        Path videos = Files.createDirectories(temp.resolve("videos"));
        TestVideos.write(videos.resolve("a.mp4"), 10, 1, TestVideos.numbered(60, 16, 16));
        List<String> arguments = List.of(
                videos.toString(),
                temp.resolve("run").toString(),
                "training.minutes=0",
                "training.steps=2",
                "training.batch=1",
                "training.frames=5",
                "model.width=32",
                "model.depth=1",
                "data.height=16",
                "data.width=16");
        main("Train", arguments.toArray(String[]::new));
        RunFolder folder = RunFolder.open(temp.resolve("run"));
        assertThat(folder.latestState().step()).isEqualTo(2);
        main("Train", arguments.toArray(String[]::new));
        assertThat(folder.latestState().step()).isEqualTo(2);
    }

    /** The beginning of an endless mp4 has its first frames whole; a viewer that goes away ends its video alone. */
    @Test
    void serveFramesStreamsAVideoToEachViewer() throws Exception {
        Method start = examples.loadClass("ServeFrames").getDeclaredMethod("start", LiveModel.class, int.class);
        start.setAccessible(true);
        try (LiveModel model = LiveModel.open(run, LiveOptions.defaults())) {
            HttpServer server = (HttpServer) start.invoke(null, model, 0);
            try {
                URI page = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
                for (int viewer = 0; viewer < 2; viewer++) {
                    HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                            .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofInputStream());
                    assertThat(answer.headers().firstValue("Content-Type")).contains("video/mp4");
                    Path seen = temp.resolve("seen-" + viewer + ".mp4");
                    try (InputStream body = answer.body()) {
                        Files.write(seen, body.readNBytes(20_000));
                    }
                    assertThat(read(seen).frames()).isGreaterThan(5);
                }
            } finally {
                server.stop(0);
            }
        }
    }
}
