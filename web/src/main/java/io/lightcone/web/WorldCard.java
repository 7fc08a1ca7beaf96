// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is known of a world before it is loaded.
 *
 * @param name by which sessions ask for it
 * @param run name of the folder that it comes from, for people
 * @param width columns of a picture
 * @param height rows of a picture
 * @param channels 1 for grey, 3 for red, green and blue
 * @param framesPerSecond pictures per second at which it is played
 * @param actions names of the actions, which their numbers index; empty if it knows none
 * @param steps updates of each frame, as the run has them
 * @param stepChoices all numbers of updates that it can be played with, in ascending order; its own is put among them
 * @param simulator whether a simulator runs beside it
 * @param checkpoint step of the newest checkpoint; -1 if there is none
 */
public record WorldCard(
        String name,
        String run,
        int width,
        int height,
        int channels,
        double framesPerSecond,
        List<String> actions,
        int steps,
        List<Integer> stepChoices,
        boolean simulator,
        long checkpoint) {
    /** The numbers of updates of a frame that a player may choose from, where the model can do with them. */
    static final List<Integer> STEP_CHOICES = List.of(1, 2, 4, 8);

    public WorldCard {
        actions = List.copyOf(actions);
        stepChoices = Stream.concat(stepChoices.stream(), Stream.of(steps))
                .distinct()
                .sorted()
                .toList();
        if (width < 1 || height < 1 || width > 0xFFFF || height > 0xFFFF || (channels != 1 && channels != 3)) {
            throw new IllegalArgumentException("a picture has 1 to 65535 rows and columns and 1 or 3 channels, not "
                    + width + " x " + height + " x " + channels);
        }
        if (!(framesPerSecond > 0) || actions.size() >= FrameMessage.UNKNOWN_ACTION) {
            throw new IllegalArgumentException("a world has more than 0 frames per second and fewer than "
                    + FrameMessage.UNKNOWN_ACTION + " actions, not " + framesPerSecond + " and " + actions.size());
        }
    }

    /** Returns the bytes of one picture. */
    int pictureBytes() {
        return width * height * channels;
    }
}
