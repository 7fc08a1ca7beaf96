// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.data.DataConfig;
import io.lightcone.data.GivenActions;
import io.lightcone.run.RunModel;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Holds the options that choose the frames that a video continues. */
final class GivenFramesOptions {
    @Option(
            names = "--start",
            paramLabel = "CLIP",
            description =
                    "Continue this video; its frames come first in FILE. They follow the actions in the file of the"
                            + " same name with .jsonl, if there is one.")
    private @Nullable Path start;

    @Option(names = "--at", paramLabel = "SECONDS", description = "Where in CLIP to start. Default: 0.")
    private @Nullable Double at;

    @Option(names = "--given", paramLabel = "G", description = "Frames of CLIP to show the model. Default: the run's.")
    private @Nullable Integer given;

    /** Holds the given frames, with their actions as tags, and their rate. */
    record GivenFrames(Clip clip, double framesPerSecond) {}

    /** Returns the clip that {@code --start} names; null without one. */
    @Nullable
    Path file() {
        return start;
    }

    /** Returns whether any of these options was typed. */
    boolean typed() {
        return start != null || at != null || given != null;
    }

    /**
     * Reads the given frames of CLIP, in the size and rate that the model was trained on; null without a CLIP. If
     * videos kept their own rates there, so does CLIP, and what is generated continues at that. Where CLIP is damaged,
     * they are the first without a gap. The actions of its frames are known if a file beside it has them and the model
     * knows actions.
     *
     * @param messages receives a sentence about what is wrong with CLIP as far as it was read
     */
    @Nullable
    GivenFrames of(RunModel model, Consumer<String> messages) {
        if (start == null) {
            Arguments.require(at == null && given == null, "--at and --given are about a CLIP; name it with --start");
            return null;
        }
        int wanted = given != null ? given : model.config().sampling().given();
        Arguments.require(wanted >= 1, "--given must be at least 1, not " + wanted);
        model.codec().layout().requireWhole("--given", wanted);
        double from = at == null ? 0 : at;
        Arguments.require(from >= 0, "--at must not be negative, but is " + from);
        DataConfig data = model.config().data();
        VideoReader.Options options =
                new VideoReader.Options(data.height(), data.width(), data.channels(), data.fps(), from);
        try (VideoReader reader = VideoReader.open(start, options)) {
            List<Integer> numbers = new ArrayList<>();
            Clip clip = first(reader, wanted, numbers);
            List<String> remarks = reader.remarks();
            if (clip == null) {
                String wrong = remarks.isEmpty() ? "" : " (" + String.join("; ", remarks) + ")";
                throw new UserException(start + " has only " + reader.framesRead() + " frames from " + from
                        + " s on" + wrong + ", but " + wanted
                        + " without a gap are to be given; choose an earlier --at or a smaller --given");
            }
            if (!remarks.isEmpty()) {
                messages.accept(start + ": " + String.join("; ", remarks) + "; " + clip.name() + " are given");
            }
            List<Integer> actions =
                    GivenActions.of(start, numbers, model.config().model().actions());
            return new GivenFrames(clip.with(new Clip.Tags(Clip.Tags.NONE.label(), actions)), reader.framesPerSecond());
        }
    }

    /**
     * Returns the first frames that lie in one stretch; null if there are not so many.
     *
     * @param numbers receives which frames of the file they are
     */
    private static @Nullable Clip first(VideoReader reader, int wanted, List<Integer> numbers) {
        Clip clip = reader.clip(wanted, numbers::add);
        while (clip != null && clip.frames() < wanted) {
            numbers.clear();
            clip = reader.clip(wanted, numbers::add);
        }
        return clip;
    }
}
