// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.codec.CausalAutoencoder;
import io.lightcone.codec.CausalAutoencoderFile;
import io.lightcone.codec.TestAutoencoders;
import io.lightcone.live.LiveModel;
import io.lightcone.live.LiveOptions;
import io.lightcone.live.LiveVideo;
import io.lightcone.live.SteeredRun;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import io.lightcone.training.RunOptions;
import io.lightcone.training.Runs;
import io.lightcone.training.TrainingRun;
import io.lightcone.video.Clip;
import io.lightcone.web.TestViewer.Frame;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Plays runs with models, however little these have learned. */
class RunWorldTest {
    private static Path pong = Path.of("");
    private static Path steered = Path.of("");

    @TempDir
    private Path temp = Path.of("");

    @BeforeAll
    static void train(@TempDir Path folder) throws InterruptedException {
        steered = SteeredRun.train(folder.resolve("steered"));
        pong = folder.resolve("pong");
        trained(pong, 1);
    }

    private static void trained(Path run, int steps, String... more) throws InterruptedException {
        List<String> settings = new ArrayList<>(List.of(
                "data.kind=world",
                "model.width=16",
                "model.depth=1",
                "training.frames=5",
                "training.batch=1",
                "training.minutes=0",
                "training.steps=" + steps,
                "training.linear=float32",
                "sampling.steps=1",
                "sampling.given=2"));
        settings.addAll(List.of(more));
        RunConfig config = RunConfig.read(Presets.named("msc-tiny"), null, settings);
        try (TrainingRun training =
                Runs.start(config, run, RunOptions.defaults().withDevice("cpu"))) {
            training.run();
        }
    }

    private PlayServer serve(Path run) {
        PlayOptions options = new PlayOptions("127.0.0.1", 0, 2, 0, temp.resolve("recordings"));
        return PlayServer.start(options, List.of(RunWorld.of("world", run, "cpu", 1)), line -> {});
    }

    @Test
    void theSimulatorRunsBesideTheDream() throws Exception {
        try (PlayServer server = serve(pong);
                TestViewer viewer = TestViewer.connect(server.address(), "seed=3")) {
            JsonNode session = viewer.text("session");
            assertThat(session.path("simulator").booleanValue()).isTrue();
            assertThat(session.path("fps").doubleValue()).isEqualTo(20);
            assertThat(session.path("checkpoint").longValue()).isEqualTo(1);
            viewer.send("{'type':'keys','pressed':['w'],'id':1}");
            Frame frame = viewer.frame(next -> next.lastId() == 1);
            assertThat(frame.pictures()).hasSize(2);
            assertThat(frame.width()).isEqualTo(64);
            JsonNode seen = viewer.text("seen");
            assertThat(seen.path("simulator").stringValue()).startsWith("score ");
        }
    }

    private static byte[] pixels(BufferedImage image, LiveModel model) {
        return Clip.of("own", List.of(image), model.channels()).pixels();
    }

    /** Returns the image of a video that a viewer has seen as its frame of some number, all under one action. */
    private static byte[] same(LiveVideo video, LiveModel model, Frame seen) {
        BufferedImage image = video.next(model.actions().get(seen.action()));
        for (long frame = 1; frame < seen.number(); frame++) {
            image = video.next();
        }
        return pixels(image, model);
    }

    /** The page works for videos of a program's own, which go on beside those of viewers. */
    @Test
    void aModelThatAProgramHasLoadedIsPlayed() throws Exception {
        PlayOptions options = new PlayOptions("127.0.0.1", 0, 2, 0, temp.resolve("recordings"));
        try (LiveModel model = LiveModel.open(steered, LiveOptions.defaults().withDevice("cpu"))) {
            try (PlayServer server = PlayServer.start(options, List.of(LiveWorld.of("mine", model)), line -> {});
                    LiveVideo own = model.begin(LiveOptions.defaults().withSeed(7));
                    LiveVideo anew = model.begin(LiveOptions.defaults().withSeed(7));
                    TestViewer viewer = TestViewer.connect(server.address(), "world=mine&seed=7")) {
                JsonNode session = viewer.text("session");
                assertThat(session.path("checkpoint").longValue()).isEqualTo(model.checkpointStep());
                assertThat(session.path("actions").size())
                        .isEqualTo(model.actions().size());
                Frame seen = viewer.frame();
                assertThat(seen.pictures().get(0)).isEqualTo(same(own, model, seen));

                viewer.send("{'type':'undo','seconds':10,'id':1}"); // to the beginning
                Frame again = viewer.frame(frame -> frame.lastId() == 1);
                BufferedImage first = anew.next(model.actions().get(again.action()));
                assertThat(again.pictures().get(0)).isEqualTo(pixels(first, model));
            }
            try (LiveVideo own = model.begin(LiveOptions.defaults())) { // it is the program's, and open yet
                assertThat(own.next()).isNotNull();
            }
        }
    }

    @Test
    void aProgramSaysWhatPlaysOfItsModelBeginWith() throws Exception {
        PlayOptions options = new PlayOptions("127.0.0.1", 0, 2, 0, temp.resolve("recordings"));
        try (LiveModel model = LiveModel.open(steered, LiveOptions.defaults().withDevice("cpu"));
                LiveVideo other = model.begin(LiveOptions.defaults().withSeed(1))) {
            LiveOptions given = LiveOptions.defaults().withGiven(List.of(other.next()));
            LiveOptions wrong = LiveOptions.defaults().withClass("none");
            try (PlayServer server = PlayServer.start(
                            options,
                            List.of(LiveWorld.of("given", model, given), LiveWorld.of("wrong", model, wrong)),
                            line -> {});
                    LiveVideo own = model.begin(given.withSeed(7));
                    TestViewer viewer = TestViewer.connect(server.address(), "world=given&seed=7");
                    TestViewer unlucky = TestViewer.connect(server.address(), "world=wrong")) {
                Frame seen = viewer.frame();
                assertThat(seen.pictures().get(0)).isEqualTo(same(own, model, seen));
                assertThat(unlucky.status("ended").path("message").stringValue())
                        .contains("none");
                assertThat(unlucky.closeCode()).isEqualTo(Viewer.FAILED);
            }
        }
    }

    /** Four pictures come out of one latent frame, and are played, and gone back to, one by one. */
    @Test
    void aWorldOfLatentsIsPlayedPictureByPicture() throws Exception {
        Path file = temp.resolve(CausalAutoencoderFile.NAME);
        try (CausalAutoencoder random = TestAutoencoders.create(TestAutoencoders.config(8, 4), ScalarType.Float)) {
            CausalAutoencoderFile.write(file, random, false);
        }
        Path run = temp.resolve("latents");
        trained(
                run,
                1,
                "codec.kind=causal-autoencoder",
                "codec.file='" + file + "'",
                "model.channels=5",
                "model.patch=2",
                "sampling.given=1");
        try (PlayServer server = serve(run);
                TestViewer viewer = TestViewer.connect(server.address(), "seed=3")) {
            viewer.frame();
            viewer.send("{'type':'keys','pressed':['w'],'id':1}");
            Frame steered = viewer.frame(next -> next.lastId() == 1);
            for (int i = 1; i <= 6; i++) {
                assertThat(viewer.frame().number()).isEqualTo(steered.number() + i);
            }
            viewer.send("{'type':'pause','id':2}");
            viewer.status("paused");
            viewer.send("{'type':'undo','seconds':3600,'id':3}").send("{'type':'play','id':4}");
            Frame again = viewer.frame(next -> next.lastId() == 4 && next.milliseconds() > 0);
            Frame then = viewer.frame();
            viewer.send("{'type':'pause','id':5}");
            viewer.status("paused");
            viewer.send("{'type':'undo','seconds':3600,'id':6}").send("{'type':'play','id':7}");
            Frame andAgain = viewer.frame(next -> next.lastId() == 7 && next.milliseconds() > 0);
            assertThat(andAgain.pictures().get(0)).isEqualTo(again.pictures().get(0));
            assertThat(viewer.frame().pictures().get(0))
                    .isEqualTo(then.pictures().get(0));
        }
    }

    /** The frames before the first are the simulator's, so the two begin from the same state. */
    @Test
    void playsOfASeedBeginAlike() throws Exception {
        try (PlayServer server = serve(pong);
                TestViewer one = TestViewer.connect(server.address(), "seed=3");
                TestViewer other = TestViewer.connect(server.address(), "seed=3")) {
            assertThat(one.frame().pictures().get(0))
                    .isEqualTo(other.frame().pictures().get(1));
            Frame first = one.frame();
            Frame second = other.frame();
            assertThat(first.number()).isEqualTo(second.number()).isEqualTo(2);
            assertThat(first.pictures().get(0)).isEqualTo(second.pictures().get(0));
            assertThat(first.pictures().get(1)).isEqualTo(second.pictures().get(1));
        }
    }

    @Test
    void undoGoesBackInTheDreamAndInTheSimulator() throws Exception {
        try (PlayServer server = serve(pong);
                TestViewer viewer = TestViewer.connect(server.address(), "seed=3")) {
            viewer.frame();
            Frame first = viewer.frame();
            viewer.send("{'type':'pause','id':1}");
            viewer.status("paused");
            viewer.send("{'type':'undo','seconds':3600,'id':2}").send("{'type':'play','id':3}");
            Frame again = viewer.frame(next -> next.lastId() == 3 && next.milliseconds() > 0);
            assertThat(again.pictures().get(0)).isEqualTo(first.pictures().get(0));
            assertThat(again.pictures().get(1)).isEqualTo(first.pictures().get(1));
        }
    }

    @Test
    void aPictureThatIsDrawnChangesWhatComes() throws Exception {
        try (PlayServer server = serve(pong);
                TestViewer viewer = TestViewer.connect(server.address(), "seed=3")) {
            byte[] drawn = new byte[64 * 64 * 3];
            Arrays.fill(drawn, (byte) 200);
            viewer.frame(next -> next.milliseconds() > 0);
            viewer.show(drawn);
            Frame shown = viewer.frame(next -> next.action() == FrameMessage.UNKNOWN_ACTION);
            assertThat(shown.pictures().get(0)).isEqualTo(drawn);
            viewer.frame();
            viewer.send("{'type':'steps','steps':2,'id':7}");
            viewer.frame(next -> next.lastId() == 7);
        }
    }

    @Test
    void aPlayFollowsTheRunWhileItIsTrained() throws Exception {
        Path run = temp.resolve("trained");
        trained(run, 1);
        try (PlayServer server = serve(run);
                TestViewer viewer = TestViewer.connect(server.address(), "seed=3")) {
            viewer.frame();
            try (TrainingRun training = Runs.resume(
                    run, List.of("training.steps=2"), RunOptions.defaults().withDevice("cpu"))) {
                training.run();
            }
            viewer.text("session", session -> session.path("checkpoint").longValue() == 2);
            viewer.send("{'type':'undo','seconds':3600,'id':1}"); // to a moment of the model before
            viewer.frame(next -> next.lastId() == 1);
            viewer.frame();
        }
    }

    @Test
    void aRunOnOtherDataIsPlayedWithoutASimulator() throws Exception {
        try (PlayServer server = serve(steered);
                TestViewer viewer = TestViewer.connect(server.address(), "")) {
            JsonNode session = viewer.text("session");
            assertThat(session.path("simulator").booleanValue()).isFalse();
            assertThat(session.path("width").intValue()).isEqualTo(16);
            assertThat(viewer.frame().pictures()).hasSize(1);
        }
    }

    @Test
    void aFolderThatIsNoRunIsNamed() {
        assertThatThrownBy(() -> RunWorld.of("none", temp, "cpu", 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(temp + " is not a run folder");
    }
}
