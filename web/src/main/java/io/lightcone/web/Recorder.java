// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.video.Clip;
import io.lightcone.video.PlayWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records what is dreamed as data to train on: a video and its actions. A jump, as after an undo, ends a recording and
 * begins the next one, since no action leads over it.
 */
final class Recorder {
    private final Path folder;
    private final WorldCard card;
    private final double framesPerSecond;
    private @Nullable PlayWriter writer;
    private @Nullable Path last;

    Recorder(Path folder, WorldCard card, double framesPerSecond) {
        this.folder = folder;
        this.card = card;
        this.framesPerSecond = framesPerSecond;
    }

    /**
     * Adds a frame.
     *
     * @param action number of the action that led to it, or {@link Dream#NO_ACTION} where that is not known
     */
    void add(byte[] picture, int action) {
        PlayWriter into = writer;
        if (into == null) {
            into = PlayWriter.begin(folder, card.name(), framesPerSecond);
            writer = into;
        }
        Clip clip = new Clip(card.name(), 1, card.height(), card.width(), card.channels(), picture);
        into.add(clip, 0, action == Dream.NO_ACTION ? null : card.actions().get(action));
    }

    /** Ends the recording so far; the next frame begins another one. */
    void cut() {
        if (writer != null) {
            try (PlayWriter done = writer) {
                writer = null;
                List<Path> files = done.finish();
                last = files.get(0);
            }
        }
    }

    /** Gives up what has not been written. */
    void abandon() {
        PlayWriter open = writer;
        writer = null;
        if (open != null) {
            try {
                open.close();
            } catch (UncheckedIOException e) {
                // What cannot be written cannot be ended either; why has been said.
            }
        }
    }

    /** Returns the video that was written last; null if there is none yet. */
    @Nullable
    Path last() {
        return last;
    }
}
