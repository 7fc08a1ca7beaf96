// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.expectError;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the command that judges models of worlds, on models as small as they can be. */
class ExperimentWorldCommandTest {
    private static final String TINY = " --device cpu --preset world-msc --set model.width=16 --set model.depth=1"
            + " --set training.frames=4 --set training.given.frames=2 --set training.batch=1"
            + " --set training.steps=2 --set sampling.given=2"
            + " --set training.reports.validationClips=2 --set training.linear=float32";
    private static final String SHORT = " --frames 30 --videos 2 --starts 2 --steps 1,2";

    @Test
    void modelsOfAWorldAreTrainedAndJudged(@TempDir Path temp) throws Exception {
        Path out = temp.resolve("new/worlds");
        String command = "experiment world --world maze --out " + out;
        Answer answer = Answer.typed(command + TINY + SHORT + " --candidates ordinary --json");
        assertThat(answer.code()).as(answer.err()).isZero();
        JsonNode report = JsonMapper.shared().readTree(answer.out());
        JsonKeys.assertKeys("experiment-world", report);
        assertThat(report.get("world").asString()).isEqualTo("maze");
        JsonNode truth = report.get("truth");
        assertThat(truth.get("all").get("readable").get("mean").asDouble()).isEqualTo(1);
        assertThat(truth.get("all").get("brokenPerThousand").asDouble()).isZero();
        assertThat(truth.get("distances").get(0).get("psnr").get("mean").asDouble())
                .isCloseTo(100, Offset.offset(1e-9));
        JsonNode models = report.get("models");
        assertThat(models.size()).isEqualTo(2);
        for (JsonNode model : models) {
            assertThat(model.get("model").asString()).isEqualTo("ordinary");
            assertThat(model.get("steps").asInt()).isEqualTo(2);
            assertThat(model.get("frames").asInt()).isEqualTo(30);
            assertThat(model.get("all").get("readable").get("mean").asDouble()).isLessThan(0.1);
            assertThat(model.get("distances").size()).isEqualTo(2);
            assertThat(model.get("returns").size()).isEqualTo(2);
            assertThat(model.get("secondsPerFrame").asDouble()).isPositive();
        }
        assertThat(models.get(1).get("updates").asInt()).isEqualTo(2);
        assertThat(JsonMapper.shared().readTree(Files.readString(out.resolve("world-maze.json"))))
                .isEqualTo(report);
        assertThat(ImageIO.read(out.resolve("world-maze.png").toFile()).getHeight())
                .isGreaterThan(2 * 3 * 64 * 2);

        String run = " --run " + out.resolve("ordinary");
        answer = Answer.typed(command + run + SHORT + " --device cpu --sampling sampling.context.generated=0.2");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err())
                .doesNotContain("Training world-msc")
                .contains("Wrote " + out.resolve("world-maze.png"));
        assertThat(answer.out())
                .containsPattern("maze +readable +broken/1,000 +obedience +PSNR at 1, dB +at 10 +ms/frame +steps\\R"
                        + "true frames +100.0 ± 0.0 % +0.0 +100.0 % +100.00 +100.00 +- +-\\R")
                .containsPattern("ordinary, 1 update +0.0 ± 0.0 % ")
                .containsPattern("readable +1 to 30 +worst 100\\Rtrue frames +100.0 ± 0.0 % +100.0 % \\(1 to 30\\)\\R"
                        + ".*ordinary, 1 update +0.0 ± 0.0 % +0.0 % \\(1 to 30\\)\\R")
                .containsPattern("broken/1,000 +1 to 30 +worst 100\\Rtrue frames +0.0 +0.0 \\(1 to 30\\)\\R"
                        + ".*ordinary, 1 update +- +- \\(1 to 30\\)\\R")
                .containsPattern("obedience +1 to 30 +worst 100\\Rtrue frames +100.0 % +100.0 % \\(1 to 30\\)\\R"
                        + ".*ordinary, 1 update +- +- \\(1 to 30\\)\\R")
                .containsPattern("away and back +from frame +steps +PSNR, dB");
        expectError(command.replace("maze", "pong") + run, "was trained on the world maze, not on pong");
        expectError(command + run + " --minutes 3", "have been trained already, so --minutes and --set change nothing");
        expectError(command + run + " --sampling sampling.order=ad --sampling sampling.gap=0", "frames");
    }

    @Test
    void aCandidateIsDistilledInTheLastPartOfItsTime(@TempDir Path temp) throws Exception {
        Path out = temp.resolve("worlds");
        String command = "experiment world --world pong --out " + out + " --minutes 0.04 --candidates distilled"
                + TINY.replace("world-msc", "world-scd").replace("model.depth=1", "model.depth=2")
                + " --set model.encoder=1 --frames 3 --videos 1 --starts 1 --steps 1";
        Answer answer = Answer.typed(command);
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.out()).contains("distilled, 1 update");
        assertThat(Files.readString(out.resolve("distilled/config.yaml")))
                .contains("minutes: 0.01", "solver: consistency");
        assertThat(Files.readString(out.resolve("distilled-teacher/config.yaml")))
                .contains("minutes: 0.03");
        answer = Answer.typed(command);
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).doesNotContain("Distilling"); // both have ended
    }

    /** A table compares both kinds, and 20 is no number of updates that a shortcut model learns. */
    @Test
    void eachModelIsJudgedWithTheNearestUpdatesItKnows(@TempDir Path temp) throws Exception {
        Answer answer = Answer.typed("experiment world --world pong --out " + temp.resolve("worlds") + TINY
                + " --candidates ramp,shortcut --frames 3 --videos 1 --starts 1 --steps 2,3,20 --json");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err())
                .contains("shortcut learns to make a frame in 1, 2, 4 updates and so on up to 16: judging it with 2"
                        + " instead of 3")
                .contains("judging it with 16 instead of 20");
        JsonNode models = JsonMapper.shared().readTree(answer.out()).get("models");
        assertThat(models.valueStream()
                        .map(model -> model.get("model").asString() + " "
                                + model.get("updates").asInt()))
                .containsExactly("ramp 2", "ramp 3", "ramp 20", "shortcut 2", "shortcut 16");
    }

    @Test
    void whatNoWorldCanJudgeIsOneSentence(@TempDir Path temp) {
        String out = " --out " + temp.resolve("r");
        expectError("experiment world --world pnog" + out, "there is no world named 'pnog'", "pong");
        String pong = "experiment world --world pong" + out;
        expectError(pong + " --frames 0", "--frames must lie between 1 and");
        expectError(pong + " --steps 0", "--steps must lie between 1 and");
        expectError(pong + " --videos 0", "--videos must lie between 1 and");
        expectError(pong + " --starts 0", "--starts must lie between 1 and");
        expectError(pong + " --candidates ordinry", "there is no candidate named 'ordinry'; did you mean ordinary?");
        expectError(pong + " --set data.kind=videos", "leave data.kind and data.world as they are");
        expectError(pong + " --set data.world=maze", "leave data.kind and data.world as they are");
        expectError(pong + " --sampling model.depth=2", "'model.depth=2' cannot be changed once a model is trained");
        expectError(pong + " --run " + temp.resolve("none"), "none");
        String digits = temp.resolve("digits").toString();
        Answer trained = Answer.typed("train --data moving-digits --preset msc-demo --out " + digits
                + " --set model.width=16 --set model.depth=1 --set training.batch=1 --set training.steps=1"
                + " --set training.reports.validationClips=1 --set training.frames=6");
        assertThat(trained.code()).as(trained.err()).isZero();
        expectError(pong + " --run " + digits, "knows no actions, but the world pong is played by stay, up, down");
        assertThat(temp.resolve("r")).doesNotExist();
    }
}
