// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
import io.lightcone.live.LiveOptions;
import io.lightcone.live.LiveState;
import io.lightcone.live.LiveVideo;
import io.lightcone.video.VideoWriter;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Scanner;

/** A world to try things in: a line is an action, or "undo", "draw", "fast" or "fine"; all frames become a video. */
public final class Player {
    private static final int MOST_UNDONE = 100;

    public static void main(String[] arguments) {
        Deque<LiveState> past = new ArrayDeque<>(); // the newest first
        try (LiveVideo world = LiveVideo.open(Path.of(arguments[0]), LiveOptions.defaults());
                VideoWriter file = VideoWriter.open(Path.of(arguments[1]), world.framesPerSecond(), 4);
                Scanner lines = new Scanner(System.in)) {
            BufferedImage frame = world.next();
            while (lines.hasNextLine()) {
                String line = lines.nextLine().strip();
                switch (line) {
                    case "fast" -> world.setSteps(1);
                    case "fine" -> world.setSteps(8);
                    case "undo" -> undo(world, past);
                    default -> {
                        past.push(world.state());
                        frame = line.equals("draw") ? draw(world, frame) : world.next(line);
                        file.add(frame);
                    }
                }
                if (past.size() > MOST_UNDONE) {
                    past.removeLast().close();
                }
            }
            System.out.println(world.frames() + " frames, " + world.steps() + " updates each by the end, in "
                    + file.finish());
        } finally {
            past.forEach(LiveState::close);
        }
    }

    private static void undo(LiveVideo world, Deque<LiveState> past) {
        if (!past.isEmpty()) {
            try (LiveState before = past.pop()) {
                world.restore(before);
            }
        }
    }

    /** Draws a white square into a copy of the last frame, which the world takes for its next one. */
    private static BufferedImage draw(LiveVideo world, BufferedImage last) {
        BufferedImage drawn = new BufferedImage(last.getWidth(), last.getHeight(), last.getType());
        drawn.setData(last.getRaster());
        Graphics2D pen = drawn.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(last.getWidth() / 2, last.getHeight() / 2, 3, 3);
        pen.dispose();
        world.show(drawn);
        return drawn;
    }
}
