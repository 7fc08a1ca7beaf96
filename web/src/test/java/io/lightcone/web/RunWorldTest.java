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
import io.lightcone.testing.Distance;
import io.lightcone.testing.RandomWeights;
import io.lightcone.training.RunOptions;
import io.lightcone.training.Runs;
import io.lightcone.training.TrainingRun;
import io.lightcone.video.Clip;
import io.lightcone.web.TestViewer.Frame;
import io.lightcone.world.Play;
import io.lightcone.world.PongState;
import io.lightcone.world.PongView;
import io.lightcone.world.PongWorld;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

    /** Returns a run of pong whose latent frames are four pictures, and whose model looks at all that it is shown. */
    private Path latents(String... more) throws InterruptedException {
        Path file = temp.resolve(CausalAutoencoderFile.NAME);
        try (CausalAutoencoder random = TestAutoencoders.create(TestAutoencoders.config(8, 4), ScalarType.Float)) {
            CausalAutoencoderFile.write(file, random, false);
        }
        Path run = temp.resolve("latents");
        List<String> settings = new ArrayList<>(List.of(
                "codec.kind=causal-autoencoder",
                "codec.file='" + file + "'",
                "model.channels=5",
                "model.patch=2",
                "sampling.given=1"));
        settings.addAll(List.of(more));
        trained(run, 1, settings.toArray(String[]::new));
        RandomWeights.in(run, 0.2);
        return run;
    }

    /** What {@link RunWorld} makes of a seed and actions, made without it. */
    private record Truth(LiveVideo video, Simulation<PongState, PongView> simulation) {
        static Truth begin(LiveModel model, long seed) {
            PongWorld world = new PongWorld();
            Play<PongState> play =
                    Play.of(world, world.reset(seed), world.scripted(new SplittableRandom(seed)), RunWorld.WARM_UP, 1);
            PongState start = play.states().get(0);
            Clip given = new Clip("given", 1, 64, 64, 3, world.draw(start));
            LiveOptions options = LiveOptions.defaults()
                    .withDevice("cpu")
                    .withSeed(seed)
                    .withGiven(
                            List.of(given.image(0)),
                            List.of(world.actions().get(play.actions().get(0))));
            return new Truth(model.begin(options), new Simulation<>(world, start));
        }

        List<byte[]> next(LiveModel model, int action) {
            BufferedImage image = video.next(model.actions().get(action));
            return List.of(pixels(image, model), simulation.next(action));
        }
    }

    private static void same(List<byte[]> pictures, List<byte[]> wanted) {
        assertThat(pictures).hasSize(2);
        assertThat(pictures.get(0)).as("the dream").isEqualTo(wanted.get(0));
        assertThat(pictures.get(1)).as("the simulator").isEqualTo(wanted.get(1));
    }

    private static void different(List<byte[]> pictures, List<byte[]> others) {
        assertThat(Distance.between(pictures.get(0), others.get(0))).isGreaterThan(5);
    }

    /**
     * Four pictures come out of one latent frame, and are played, and gone back to, one by one. All four follow the key
     * that was down when the first was made, in the dream and in the simulator.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "model.depth=2,model.encoder=1,training.separable.pastLevel=0.2",
                "sampling.order=AD,sampling.gap=1"
            })
    void aWorldOfLatentsIsPlayedPictureByPicture(String system) throws Exception {
        Path run = latents(Stream.concat(
                        Stream.of("sampling.steps=2"),
                        Stream.of(system.split(",", -1)).filter(one -> !one.isEmpty()))
                .toArray(String[]::new));
        int[] keys = {1, 2, 0, 2, 2, 1, 0, 1, 0, 2, 1, 2, 1};
        List<List<byte[]>> seen = new ArrayList<>();
        try (RunWorld world = RunWorld.of("world", run, "cpu", 1);
                Scene scene = world.begin(3);
                LiveModel model = LiveModel.open(run, LiveOptions.defaults().withDevice("cpu"))) {
            Truth truth = Truth.begin(model, 3);
            try (Scene.Moment start = scene.now()) {
                for (int i = 0; i < 6; i++) {
                    seen.add(played(scene, keys, i));
                }
                try (Scene.Moment within = scene.now()) { // after the second of four
                    for (int i = 6; i < keys.length; i++) {
                        seen.add(played(scene, keys, i));
                    }
                    for (int i = 0; i < keys.length; i++) {
                        same(seen.get(i), truth.next(model, keys[i - i % 4]));
                    }
                    for (int i = 1; i < keys.length; i++) {
                        different(seen.get(i), seen.get(i - 1));
                    }
                    scene.back(within);
                    for (int i = 6; i < keys.length; i++) {
                        same(played(scene, keys, i), seen.get(i));
                    }
                    scene.back(within);
                    int[] others = {1, 2, 0, 2, 2, 1, 1, 0, 1, 1, 1, 1, 1};
                    same(played(scene, others, 6), seen.get(6));
                    same(played(scene, others, 7), seen.get(7));
                    different(played(scene, others, 8), seen.get(8));
                }
                scene.back(start);
                same(played(scene, keys, 0), seen.get(0));
                same(played(scene, keys, 1), seen.get(1));
            }
        }
    }

    /** Plays the picture of number {@code i}, of which each four follow the key of their first. */
    private static List<byte[]> played(Scene scene, int[] keys, int i) {
        assertThat(scene.waiting()).isEqualTo((4 - i % 4) % 4);
        List<byte[]> pictures = scene.next(keys[i]);
        assertThat(scene.applied(keys[i])).isEqualTo(keys[i - i % 4]);
        return pictures;
    }

    /** The same through the server, which says of each picture what it really follows. */
    @Test
    void aServerPlaysAWorldOfLatents() throws Exception {
        try (PlayServer server = serve(latents());
                TestViewer viewer = TestViewer.connect(server.address(), "seed=3")) {
            viewer.send("{'type':'keys','pressed':['w'],'id':1}");
            List<Frame> played = new ArrayList<>();
            int action = 1;
            while (played.size() < 14 || action != 2) { // after 10 of them a moment is kept, the second of four
                Frame next = viewer.frame(frame -> frame.milliseconds() > 0);
                played.add(next);
                assertThat(next.number()).isEqualTo(1 + played.size()); // the first was given
                action = next.action();
                if (played.size() == 6) { // in the midst of four
                    viewer.send("{'type':'keys','pressed':['s']}");
                }
            }
            for (int i = 0; i < played.size(); i++) {
                assertThat(played.get(i).action())
                        .as("picture %d", i)
                        .isEqualTo(played.get(i - i % 4).action());
            }
            assertThat(played).extracting(Frame::action).contains(1, 2);
            viewer.send("{'type':'pause'}");
            viewer.status("paused");
            long last = played.size();
            while (viewer.framesWaiting() > 0) {
                last = viewer.frame().number() - 1;
            }
            viewer.send("{'type':'undo','seconds':" + (last - 10.5) / 20 + ",'id':2}");
            Frame then = viewer.frame(frame -> frame.lastId() == 2);
            assertThat(then.pictures().get(0))
                    .isEqualTo(played.get(9).pictures().get(0));
            viewer.send("{'type':'play'}");
            same(viewer.frame().pictures(), played.get(10).pictures());
            same(viewer.frame().pictures(), played.get(11).pictures());
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

    /** The pictures that are finished come first, and what is drawn stands still for a latent frame. */
    @Test
    void aPictureIsDrawnIntoAWorldOfLatents() throws Exception {
        try (PlayServer server = serve(latents());
                TestViewer viewer = TestViewer.connect(server.address(), "seed=3")) {
            byte[] drawn = new byte[64 * 64 * 3];
            Arrays.fill(drawn, (byte) 200);
            viewer.frame(next -> next.number() % 4 == 3); // the second of four, since the first was given
            viewer.send("{'type':'pause'}");
            viewer.status("paused");
            viewer.show(drawn);
            Frame shown = viewer.frame(next -> next.action() == FrameMessage.UNKNOWN_ACTION);
            assertThat(shown.number() % 4).as("the first of four").isEqualTo(2);
            assertThat(shown.pictures().get(0)).isEqualTo(drawn);
            viewer.send("{'type':'play'}");
            for (int i = 1; i < 4; i++) {
                Frame still = viewer.frame(next -> next.number() > shown.number());
                assertThat(still.number()).isEqualTo(shown.number() + i);
                assertThat(still.pictures().get(0)).isEqualTo(drawn);
                assertThat(still.pictures().get(1))
                        .as("the simulator")
                        .isEqualTo(shown.pictures().get(1));
                assertThat(still.action()).isEqualTo(FrameMessage.UNKNOWN_ACTION);
            }
            Frame after = viewer.frame();
            assertThat(after.number()).isEqualTo(shown.number() + 4);
            assertThat(after.pictures().get(0)).isNotEqualTo(drawn);
            assertThat(after.action()).isNotEqualTo(FrameMessage.UNKNOWN_ACTION);
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
    void aPlayShowsTheClassThatIsNamed() {
        try (RunWorld world = RunWorld.of("world", steered, "cpu", 1).withClass("1");
                Scene scene = world.begin(7);
                LiveModel model = LiveModel.open(steered, LiveOptions.defaults().withDevice("cpu"));
                LiveVideo one = model.begin(LiveOptions.defaults().withSeed(7).withClass("1"));
                LiveVideo any = model.begin(LiveOptions.defaults().withSeed(7))) {
            byte[] seen = scene.next(0).get(0);
            String action = model.actions().get(0);
            assertThat(seen).isEqualTo(pixels(one.next(action), model)).isNotEqualTo(pixels(any.next(action), model));
        }
    }

    @Test
    void aClassThatARunDoesNotKnowIsNamed() {
        RunWorld digits = RunWorld.of("digits", steered, "cpu", 1);
        RunWorld game = RunWorld.of("game", pong, "cpu", 1);
        assertThatThrownBy(() -> digits.withClass("dog"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no class named 'dog'; valid are 0, 1");
        assertThatThrownBy(() -> game.withClass("dog"))
                .isInstanceOf(UserException.class)
                .hasMessage("game knows no classes; name none for it");
    }

    @Test
    void aFolderThatIsNoRunIsNamed() {
        assertThatThrownBy(() -> RunWorld.of("none", temp, "cpu", 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(temp + " is not a run folder");
    }
}
