// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.TextFormat;
import io.lightcone.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the actions of frames that a model is given to continue, from the file beside their video, as a data set of
 * recordings does: {@code clip.jsonl} for {@code clip.mp4}, a line a frame.
 */
public final class GivenActions {
    private static final int NAMED = 10;

    private GivenActions() {}

    /**
     * Returns for each frame the number of its action in {@code known}, or -1 where that is not known; empty if nothing
     * says the actions of the video, or the model knows none. Lines of other frames may name any action, and the end of
     * the video is not looked for, so more lines than frames are not noticed.
     *
     * @param frames for each frame which one of the file it is, from 0, or -1 where nobody knows
     * @param known the names of the actions that the model knows
     * @throws UserException if the file cannot be read, has no line for one of the frames, or names an action that the
     *     model does not know
     */
    public static List<Integer> of(Path video, List<Integer> frames, List<String> known) {
        @Nullable ActionTrack track = known.isEmpty() ? null : ActionTrack.of(video);
        if (track == null) {
            return List.of();
        }
        List<Integer> actions = new ArrayList<>();
        for (int frame : frames) {
            actions.add(frame == FrameNumbers.UNKNOWN ? ActionTrack.NONE : action(track, video, frame, known));
        }
        return actions;
    }

    private static int action(ActionTrack track, Path video, int frame, List<String> known) {
        if (frame >= track.numbers().length) {
            throw new UserException(track.file() + " has "
                    + TextFormat.count(track.numbers().length, track.unit()) + ", but frame " + (frame + 1) + " of "
                    + video + " is given; there must be one " + track.unit()
                    + " for each frame, with the action that led to it.");
        }
        int number = track.at(frame);
        if (number == ActionTrack.NONE) {
            return number;
        }
        String name = track.names().get(number);
        if (!known.contains(name)) {
            throw new UserException(track.place(frame) + ": the action '" + name
                    + "' is not one of those that the run knows, which are " + TextFormat.list(known, NAMED) + ".");
        }
        return known.indexOf(name);
    }
}
