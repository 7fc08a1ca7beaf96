// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.data.DataConfig;
import io.lightcone.run.RunModel;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoReader;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Holds the options that choose the frames that a video continues. */
final class GivenFramesOptions {
    @Option(names = "--start", paramLabel = "CLIP", description = "Continue this video; its frames come first in FILE.")
    private @Nullable Path start;

    @Option(names = "--at", paramLabel = "SECONDS", description = "Where in CLIP to start. Default: 0.")
    private @Nullable Double at;

    @Option(names = "--given", paramLabel = "G", description = "Frames of CLIP to show the model. Default: the run's.")
    private @Nullable Integer given;

    /** Holds the given frames and their rate. */
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
     * they are the first without a gap.
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
            Clip clip = first(reader, wanted);
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
            return new GivenFrames(clip, reader.framesPerSecond());
        }
    }

    /** Returns the first frames that lie in one stretch; null if there are not so many. */
    private static @Nullable Clip first(VideoReader reader, int wanted) {
        Clip clip = reader.clip(wanted);
        while (clip != null && clip.frames() < wanted) {
            clip = reader.clip(wanted);
        }
        return clip;
    }
}
