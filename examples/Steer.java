// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
import io.lightcone.live.LiveOptions;
import io.lightcone.live.LiveVideo;
import io.lightcone.video.VideoWriter;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Scanner;

/** A world that obeys: reads an action a line, makes the frame that follows it, and keeps all of them as a video. */
public final class Steer {
    public static void main(String[] arguments) {
        LiveOptions options = LiveOptions.defaults().withSeed(7).with("sampling.memory.sinks=2");
        try (LiveVideo world = LiveVideo.open(Path.of(arguments[0]), options);
                VideoWriter file = VideoWriter.open(Path.of(arguments[1]), world.framesPerSecond(), 4);
                Scanner lines = new Scanner(System.in)) {
            System.out.println("One a line, to the end of input: " + String.join(", ", world.actions()));
            while (lines.hasNextLine()) {
                String action = lines.nextLine().strip();
                if (world.actions().contains(action)) {
                    BufferedImage frame = world.next(action);
                    file.add(frame);
                } else {
                    System.out.println("Nobody knows how to go '" + action + "'");
                }
            }
            System.out.println(world.frames() == 0 ? "No frames" : world.frames() + " frames in " + file.finish());
        }
    }
}
