// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.data.ClipDataset;
import io.lightcone.data.VideosConfig;
import io.lightcone.testing.Await;
import io.lightcone.web.TestViewer.Frame;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Plays worlds without a model by the real protocol. */
class PlayServerTest {
    @TempDir
    private Path temp = Path.of("");

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Semaphore gate = new Semaphore(0);
    private final FakeWorld free = FakeWorld.of("free");
    private final FakeWorld gated = FakeWorld.gated("gated", gate);
    private PlayServer server = start(1);

    private PlayServer start(int sessions) {
        PlayOptions options = new PlayOptions("127.0.0.1", 0, sessions, 0, temp.resolve("recordings"));
        return PlayServer.start(options, List.of(free, gated), log::add);
    }

    @BeforeEach
    void begin() {
        server.close();
        server = start(2);
    }

    @AfterEach
    void end() {
        gate.release(1_000_000);
        server.close();
        assertThat(free.openDreams() + gated.openDreams()).isZero();
    }

    private TestViewer connect(String query) {
        return TestViewer.connect(server.address(), query);
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.address().resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Waits until a metric has a value. */
    private void await(String metric, long value) {
        Await.until(
                metric + " " + value,
                () -> get("/metrics").body().contains("\nlightcone_" + metric + " " + value + "\n"));
    }

    @Test
    void aSessionSaysWhatItIsAndStreamsFramesThatFollowTheKeys() throws Exception {
        try (TestViewer viewer = connect("world=free&seed=5")) {
            JsonNode session = viewer.text("session");
            assertThat(session.path("world").stringValue()).isEqualTo("free");
            assertThat(session.path("keys").path("w").stringValue()).isEqualTo("up");
            assertThat(session.path("seed").longValue()).isEqualTo(5);
            assertThat(session.path("checkpoint").longValue()).isEqualTo(7);
            viewer.status("playing");
            Frame first = viewer.frame();
            assertThat(first.number()).isEqualTo(1);
            assertThat(first.says(FakeWorld.SEED)).isEqualTo(5);
            assertThat(first.action()).isZero();
            assertThat(first.lastId()).isZero();
            assertThat(first.pictures()).hasSize(1);

            viewer.send("{'type':'keys','pressed':['w'],'id':17}");
            Frame steered = viewer.frame(frame -> frame.lastId() == 17);
            assertThat(steered.action()).isEqualTo(1);
            assertThat(steered.says(FakeWorld.ACTION)).isEqualTo(1);
            assertThat(viewer.frame().action()).isEqualTo(1);
            viewer.send("{'type':'keys','pressed':[],'id':18}");
            assertThat(viewer.frame(frame -> frame.lastId() == 18).action()).isZero();
            viewer.send("{'type':'action','action':'down','id':19}");
            assertThat(viewer.frame(frame -> frame.lastId() == 19).action()).isEqualTo(2);
            assertThat(viewer.frame().action()).isEqualTo(2);
        }
    }

    /** The gate holds a frame back while the key goes down and up again. */
    @Test
    void aTapBetweenTwoFramesIsNotLost() throws Exception {
        try (TestViewer viewer = connect("world=gated")) {
            gate.release(1);
            viewer.frame();
            viewer.send("{'type':'keys','pressed':['s'],'id':1}").send("{'type':'keys','pressed':[],'id':2}");
            await("messages_total", 2);
            gate.release(2);
            Frame next = viewer.frame(frame -> frame.lastId() == 2);
            assertThat(next.action()).isEqualTo(2);
            gate.release(1);
            assertThat(viewer.frame().action()).isZero();
        }
    }

    /**
     * Where three pictures are made at once, a key that comes between them reaches the next three, even if it is up
     * again by then; until then nobody is told that it has, and what is recorded follows what was before.
     */
    @Test
    void aKeyReachesThePicturesThatHaveNotBegun() throws Exception {
        PlayOptions options = new PlayOptions("127.0.0.1", 0, 1, 0, temp.resolve("recordings"));
        FakeWorld grouped = FakeWorld.grouped("grouped", gate, 3);
        server.close();
        server = PlayServer.start(options, List.of(grouped), log::add);
        List<Frame> seen = new ArrayList<>();
        try (TestViewer viewer = connect("")) {
            viewer.send("{'type':'record','on':true}");
            await("messages_total", 1); // before the picture is let through behind which it takes effect
            gate.release(1);
            viewer.text("recording");
            gate.release(1);
            viewer.frame(frame -> frame.number() == 2);
            viewer.send("{'type':'keys','pressed':['w'],'id':1}").send("{'type':'keys','pressed':[],'id':2}");
            await("messages_total", 3);
            for (int number = 3; number <= 8; number++) {
                gate.release(1);
                seen.add(viewer.frame());
            }
            viewer.send("{'type':'record','on':false}");
            gate.release(1);
            viewer.text("recording", recording -> !recording.path("on").booleanValue());
        }
        assertThat(seen).extracting(Frame::action).containsExactly(0, 1, 1, 1, 0, 0);
        assertThat(seen).extracting(frame -> frame.says(FakeWorld.ACTION)).containsExactly(0, 1, 1, 1, 0, 0);
        assertThat(seen).extracting(Frame::lastId).containsExactly(0L, 2L, 2L, 2L, 2L, 2L);
        assertThat(Files.readAllLines(temp.resolve("recordings").resolve("grouped-1.jsonl")))
                .extracting(
                        line -> new JsonMapper().readTree(line).path("action").stringValue())
                .containsSequence("stay", "up", "up", "up", "stay", "stay");
    }

    /** A reset in the midst of pictures that are made at once begins anew with the key that is down. */
    @Test
    void aKeyIsDownFromTheFirstPictureAfterAReset() throws Exception {
        PlayOptions options = new PlayOptions("127.0.0.1", 0, 1, 0, temp.resolve("recordings"));
        server.close();
        server = PlayServer.start(options, List.of(FakeWorld.grouped("grouped", gate, 3)), log::add);
        try (TestViewer viewer = connect("seed=7")) {
            gate.release(1);
            viewer.frame();
            viewer.send("{'type':'keys','pressed':['w'],'id':1}").send("{'type':'reset','seed':5,'id':2}");
            await("messages_total", 2);
            gate.release(2);
            Frame anew = viewer.frame(frame -> frame.lastId() == 2);
            assertThat(List.of(anew.says(FakeWorld.SEED), anew.says(FakeWorld.NUMBER), anew.action()))
                    .isEqualTo(List.of(5, 1, 1));
            gate.release(1);
            assertThat(viewer.frame().action()).isEqualTo(1);
        }
    }

    @Test
    void pingsAndPongsBetweenMessagesAreNothing() throws Exception {
        try (TestViewer viewer = connect("world=free")) {
            for (int id = 1; id < 5; id++) {
                viewer.pingAndPong();
                long number = id;
                viewer.send("{'type':'keys','pressed':['w'],'id':" + id + "}");
                assertThat(viewer.frame(frame -> frame.lastId() == number).action())
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void pauseStopsTheFramesAndPlayGoesOn() throws Exception {
        try (TestViewer viewer = connect("world=free")) {
            viewer.frame(frame -> frame.says(FakeWorld.NUMBER) == 60);
            viewer.send("{'type':'pause'}");
            viewer.status("paused");
            int made = free.made();
            viewer.send("{'type':'undo','seconds':0}"); // answered although no frame is made
            viewer.frame(frame -> frame.milliseconds() == 0);
            assertThat(free.made()).isEqualTo(made);
            viewer.send("{'type':'play','id':3}");
            viewer.status("playing");
            viewer.frame(frame -> frame.lastId() == 3);
        }
    }

    @Test
    void resetBeginsAnewFromASeed() throws Exception {
        try (TestViewer viewer = connect("world=free&seed=1")) {
            viewer.frame(frame -> frame.says(FakeWorld.NUMBER) == 3);
            viewer.send("{'type':'reset','seed':9,'id':4}");
            Frame first = viewer.frame(frame -> frame.lastId() == 4);
            assertThat(first.says(FakeWorld.SEED)).isEqualTo(9);
            assertThat(first.says(FakeWorld.NUMBER)).isEqualTo(1);
            assertThat(viewer.text("session", session -> session.path("seed").longValue() == 9))
                    .isNotNull();
        }
    }

    @Test
    void undoGoesBackByAboutSoManySeconds() throws Exception {
        try (TestViewer viewer = connect("world=free")) {
            viewer.send("{'type':'rate','fps':10}");
            viewer.text("session", session -> session.path("fps").doubleValue() == 10);
            int before =
                    viewer.frame(frame -> frame.says(FakeWorld.NUMBER) >= 30).says(FakeWorld.NUMBER);
            viewer.send("{'type':'undo','seconds':2,'id':5}");
            Frame then = viewer.frame(frame -> frame.lastId() == 5);
            assertThat(then.says(FakeWorld.NUMBER)).isBetween(before - 26, before - 16);
            assertThat(viewer.frame().says(FakeWorld.NUMBER)).isEqualTo(then.says(FakeWorld.NUMBER) + 1);
        }
    }

    @Test
    void anotherNumberOfUpdatesIsTakenOnAndSaid() throws Exception {
        try (TestViewer viewer = connect("world=free")) {
            viewer.send("{'type':'steps','steps':2,'id':6}");
            assertThat(viewer.frame(frame -> frame.lastId() == 6).says(FakeWorld.STEPS))
                    .isEqualTo(2);
            viewer.text("session", session -> session.path("steps").intValue() == 2);
            viewer.send("{'type':'steps','steps':3}");
            assertThat(viewer.text("error").path("message").stringValue()).contains("steps is one of [1, 2, 4, 8]");
        }
    }

    @Test
    void aShownPictureBecomesThePast() throws Exception {
        try (TestViewer viewer = connect("world=free")) {
            viewer.frame();
            byte[] drawn = new byte[FakeWorld.BYTES];
            drawn[FakeWorld.NUMBER] = 100;
            viewer.show(drawn);
            Frame shown = viewer.frame(frame -> frame.action() == FrameMessage.UNKNOWN_ACTION);
            assertThat(shown.pictures().get(0)).isEqualTo(drawn);
            assertThat(viewer.frame().says(FakeWorld.NUMBER)).isEqualTo(101);
            viewer.show(new byte[FakeWorld.BYTES]);
            assertThat(viewer.text("error").path("message").stringValue()).isEqualTo("the fake wants no black");
            viewer.show(new byte[3]);
            assertThat(viewer.text("error").path("message").stringValue()).isEqualTo("a picture has 192 bytes, not 3");
            viewer.frame();
        }
    }

    @Test
    void aRecordingIsDataToTrainOn() throws Exception {
        try (TestViewer viewer = connect("world=free")) {
            viewer.send("{'type':'record','on':true,'id':1}");
            assertThat(viewer.text("recording").path("on").booleanValue()).isTrue();
            viewer.send("{'type':'keys','pressed':['w']}");
            viewer.frame(frame -> frame.says(FakeWorld.NUMBER) == 60);
            viewer.send("{'type':'record','on':false}");
            JsonNode done =
                    viewer.text("recording", recording -> !recording.path("on").booleanValue());
            Path file = Path.of(done.path("file").stringValue());
            assertThat(file).exists().isEqualTo(temp.resolve("recordings").resolve("free-1.mp4"));
        }
        VideosConfig data =
                VideosConfig.of(FakeWorld.SIDE, 0).at(temp.resolve("recordings").toString());
        ClipDataset played = data.open(8, temp.resolve("cache"), line -> {}, () -> {});
        assertThat(played.actions()).contains("up");
        assertThat(played.heldOut(0).tags().actions()).hasSize(8);
    }

    @Test
    void whatIsBeingRecordedIsSavedWhenTheServerEnds() throws Exception {
        try (TestViewer viewer = connect("world=free")) {
            viewer.send("{'type':'record','on':true}");
            viewer.text("recording");
            viewer.frame(frame -> frame.says(FakeWorld.NUMBER) == 60);
            server.close();
            JsonNode done =
                    viewer.text("recording", recording -> !recording.path("on").booleanValue());
            assertThat(Path.of(done.path("file").stringValue())).isNotEmptyFile();
        }
        assertThat(temp.resolve("recordings").toFile().list()).containsExactlyInAnyOrder("free-1.mp4", "free-1.jsonl");
    }

    /** Another rate ends a recording and begins the next, but not where the first cannot be ended. */
    @Test
    void aRecordingThatCannotBeWrittenIsOver() throws Exception {
        Path folder = temp.resolve("recordings");
        try (TestViewer viewer = connect("world=free")) {
            viewer.send("{'type':'record','on':true}");
            viewer.text("recording");
            viewer.frame(frame -> frame.says(FakeWorld.NUMBER) == 20);
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            viewer.send("{'type':'rate','fps':30}");
            viewer.text("error");
            assertThat(viewer.text("recording").path("on").booleanValue()).isFalse();
            viewer.send("{'type':'record','on':true}");
            assertThat(viewer.text("recording").path("on").booleanValue()).isTrue();
        }
    }

    @Test
    void anUndoEndsARecordingAndBeginsTheNext() throws Exception {
        try (TestViewer viewer = connect("world=free")) {
            viewer.send("{'type':'record','on':true}");
            viewer.text("recording");
            viewer.frame(frame -> frame.says(FakeWorld.NUMBER) == 60);
            viewer.send("{'type':'undo','seconds':1,'id':1}");
            viewer.frame(frame -> frame.lastId() == 1);
            viewer.frame(frame -> frame.says(FakeWorld.NUMBER) == 70);
            viewer.send("{'type':'record','on':false}");
            viewer.text("recording", recording -> !recording.path("on").booleanValue());
        }
        assertThat(temp.resolve("recordings").toFile().list())
                .containsExactlyInAnyOrder("free-1.mp4", "free-1.jsonl", "free-2.mp4", "free-2.jsonl");
    }

    @Test
    void aViewerJoinsASessionAndComesBackToIt() throws Exception {
        String id;
        try (TestViewer one = connect("world=free")) {
            id = one.text("session").path("id").stringValue();
            try (TestViewer other = connect("session=" + id)) {
                assertThat(other.text("session").path("id").stringValue()).isEqualTo(id);
                other.frame();
                other.send("{'type':'keys','pressed':['w']}");
                one.frame(frame -> frame.action() == 1);
            }
            one.frame(frame -> frame.action() == 0); // a key of who is gone is pressed no more
        }
        try (TestViewer back = connect("session=" + id)) {
            assertThat(back.frame().number()).isGreaterThan(1);
            back.frame();
        }
    }

    @Test
    void noFrameIsMadeWhileNobodyLooks() throws Exception {
        try (TestViewer viewer = connect("world=gated")) {
            gate.release(3);
            viewer.frame(frame -> frame.number() == 3);
        }
        await("viewers", 0);
        gate.release(100);
        try (TestViewer other = connect("world=free")) {
            other.frame(frame -> frame.number() == 20);
        }
        assertThat(gated.made()).isBetween(3, 4); // one frame may have been under way
    }

    @Test
    void oneMoreThanThereAreSessionsWaitsForItsTurn() throws Exception {
        try (TestViewer first = connect("world=free");
                TestViewer second = connect("world=free")) {
            first.frame();
            second.frame();
            try (TestViewer third = connect("world=free");
                    TestViewer fourth = connect("world=free")) {
                assertThat(third.status("waiting").path("place").intValue()).isEqualTo(1);
                assertThat(fourth.status("waiting").path("place").intValue()).isEqualTo(2);
                third.send("{'type':'pause'}");
                assertThat(third.text("error").path("message").stringValue()).contains("nothing to steer");
                free.breakDown(); // ends the two sessions, whose places are free then
                assertThat(first.status("ended").path("message").stringValue()).contains("broken down");
                assertThat(first.closeCode()).isEqualTo(Viewer.FAILED);
                third.status("ended");
                fourth.status("ended");
            }
        }
        assertThat(log).contains("Play: free has ended: the fake has broken down");
    }

    @Test
    void aViewerThatDoesNotReadDisturbsNobody() throws Exception {
        try (TestViewer reads = connect("world=free");
                SilentClient silent = SilentClient.upgraded(server.address(), "world=free")) {
            String id = reads.text("session").path("id").stringValue();
            try (SilentClient joined = SilentClient.upgraded(server.address(), "session=" + id)) {
                long from = reads.frame().number();
                long to = reads.frame(frame -> frame.number() >= from + 100).number();
                assertThat(to).isGreaterThanOrEqualTo(from + 100);
            }
        }
    }

    @Test
    void theServerSaysThatItEndsAndFreesItsWorlds() throws Exception {
        try (TestViewer viewer = connect("world=free")) {
            viewer.frame();
            server.close();
            viewer.status("ended");
            assertThat(viewer.closeCode()).isEqualTo(1001);
        }
        assertThat(free.closed()).isTrue();
    }

    @Test
    void whatThereIsNotIsSaid() throws Exception {
        try (TestViewer viewer = connect("world=atlantis")) {
            assertThat(viewer.text("error").path("message").stringValue()).contains("there are free, gated");
            assertThat(viewer.closeCode()).isEqualTo(Viewer.NOT_FOUND);
        }
        try (TestViewer viewer = connect("session=gone")) {
            assertThat(viewer.text("error").path("message").stringValue()).contains("has ended");
            assertThat(viewer.closeCode()).isEqualTo(Viewer.NOT_FOUND);
        }
    }

    @Test
    void thePageAndWhatProgramsAskForAreServed() throws Exception {
        HttpResponse<String> page = get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
        assertThat(page.headers().firstValue("Server")).isEmpty();
        JsonNode health = new JsonMapper().readTree(get("/health").body());
        assertThat(health.path("status").stringValue()).isEqualTo("ok");
        JsonNode worlds = new JsonMapper().readTree(get("/v1/worlds").body()).path("worlds");
        assertThat(worlds.size()).isEqualTo(2);
        assertThat(worlds.get(0).path("name").stringValue()).isEqualTo("free");
        assertThat(get("/metrics").body()).contains("# TYPE lightcone_frames_total counter\nlightcone_frames_total ");
        assertThat(get("/v1/realtime/video").statusCode()).isEqualTo(426);
        assertThat(get("/../PlayServer.class").statusCode()).isBetween(400, 404);
        assertThat(get("/%2e%2e/PlayServer.class").statusCode()).isBetween(400, 404);
        assertThat(get("/nothing.html").statusCode()).isEqualTo(404);
    }

    @Test
    void otherSitesAreKeptOut() throws Exception {
        assertThat(get("/v1/worlds", "Origin", "http://evil.example").statusCode())
                .isEqualTo(403);
        assertThat(SilentClient.status(server.address(), "Host: evil.example")).isEqualTo(403);
        assertThat(SilentClient.status(server.address(), "Host: localhost", "Origin: http://localhost"))
                .isEqualTo(200);
        assertThat(log).hasSize(2).allMatch(line -> line.contains("refused"));
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        int port = server.address().getPort();
        PlayOptions same = new PlayOptions("127.0.0.1", port, 1, 0, temp);
        assertThatThrownBy(() -> PlayServer.start(same, List.of(FakeWorld.of("other")), log::add))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("port " + port + " of 127.0.0.1 is taken");
    }

    @Test
    void aHostThatIsNotThisMachineIsNamed() {
        PlayOptions elsewhere = new PlayOptions("192.0.2.1", 0, 1, 0, temp);
        assertThatThrownBy(() -> PlayServer.start(elsewhere, List.of(FakeWorld.of("other")), log::add))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("192.0.2.1");
    }

    @Test
    void addressesCanBeOpened() {
        URI address = server.address();
        assertThat(address.toString()).matches("http://127\\.0\\.0\\.1:\\d+/");
        try (PlayServer everywhere =
                PlayServer.start(new PlayOptions("0.0.0.0", 0, 1, 0, temp), List.of(FakeWorld.of("other")), log::add)) {
            assertThat(everywhere.address().getHost()).isEqualTo("127.0.0.1");
        }
    }
}
