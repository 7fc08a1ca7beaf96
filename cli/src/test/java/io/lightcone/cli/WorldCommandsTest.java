// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.expectError;
import static io.lightcone.cli.Answer.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorldCommandsTest {
    private static final String SMALL = " --device cpu --set model.depth=1 --set model.width=32"
            + " --set training.frames=3 --set training.batch=1 --set training.steps=1 --set sampling.steps=1"
            + " --set training.reports.validationClips=1 --set sampling.given=1";

    @Test
    void aWorldIsTrainedOnAndSteered(@TempDir Path temp) throws IOException {
        String run = temp.resolve("r").toString();
        Answer trained = Answer.typed("train --data world:maze --out " + run + SMALL + " --set data.layout=4");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.err()).contains("the world maze (64x64, actions stay, forward, left, right)");
        assertThat(Files.readString(temp.resolve("r/config.yaml")))
                .contains("  kind: world\n", "  heldOut: 0.1\n", "  world: maze\n", "  layout: 4\n")
                .contains("actions: [stay, forward, left, right]");
        String sample = "sample --run " + run + " --device cpu --frames 2 --out ";
        Answer steered = Answer.typed(sample + temp.resolve("s.gif") + " --actions forward,left");
        assertThat(steered.code()).as(steered.err()).isZero();
        expectError(sample + temp.resolve("t.gif") + " --actions up", "no action named 'up'", "forward, left, right");
        Answer resumed = Answer.typed("train --resume " + run + " --device cpu --set training.steps=2");
        assertThat(resumed.code()).as(resumed.err()).isZero();
    }

    @Test
    void worldsThatThereAreNotAndOtherFramesAreOneSentence(@TempDir Path temp) {
        String out = " --out " + temp.resolve("r");
        expectError("train --data world:chess" + out, "world must be one of pong, maze, island, not 'chess'");
        expectError("train --data world:" + out, "world must be one of pong, maze, island, not ''");
        expectError("train --data world:pong --preset msc-demo" + out, "64x64 pixels in colour", "data.channels=3");
        expectError("train --data world:pong --set data.speed=3" + out, "data.speed", "moving-digits");
    }

    @Test
    void aWorldIsDrawnAsASheetOrPlayed(@TempDir Path temp) throws IOException {
        Path sheet = temp.resolve("new/sheet.png");
        Answer drawn = Answer.typed("show world island --scale 2 --frames 8 --out " + sheet);
        assertThat(drawn.code()).as(drawn.err()).isZero();
        assertThat(drawn.err()).contains("Wrote " + sheet);
        BufferedImage image = ImageIO.read(sheet.toFile());
        assertThat(image.getWidth()).isEqualTo(6 * 66 * 2 + 4);
        assertThat(image.getHeight()).isEqualTo(2 * 66 * 2 + 4);
        Path video = temp.resolve("pong.mp4");
        Answer played = type("show", "world", "pong", "--frames", "12", "--scale", "1", "--out", video.toString());
        assertThat(played.code()).as(played.err()).isZero();
        assertThat(video).isNotEmptyFile();
    }

    @Test
    void whatCannotBeDrawnIsOneSentence(@TempDir Path temp) {
        String out = " --out " + temp.resolve("a.png");
        expectError("show world pnog" + out, "there is no world named 'pnog'", "pong");
        expectError("show world pong --frames 0" + out, "--frames must lie between 1 and 400, not 0");
        expectError("show world pong --scale 0" + out, "--scale must lie between 1 and 16");
        expectError("show world pong --out " + temp.resolve("a.txt"), "a.txt");
    }
}
