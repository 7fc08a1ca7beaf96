// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.video.Clip;
import io.lightcone.video.FrameResizer;
import io.lightcone.video.VideoReader;
import java.util.List;
import java.util.stream.IntStream;

/** Brings clips to the same size and length, as a comparison needs them. */
final class ResizedClips {
    private ResizedClips() {}

    /** Returns the first frames of clips. */
    static List<Clip> cut(List<Clip> clips, int frames) {
        return clips.stream().map(clip -> clip.slice(0, frames)).toList();
    }

    /** Returns clips of one size in another, enlarged or averaged as a viewer would see them. */
    static List<Clip> of(List<Clip> clips, int height, int width) {
        Clip first = clips.get(0);
        if (first.height() == height && first.width() == width) {
            return clips;
        }
        VideoReader.Options to = VideoReader.Options.of(height, width, first.channels());
        try (FrameResizer resizer = new FrameResizer(first.height(), first.width(), first.channels(), to)) {
            return clips.stream().map(clip -> of(clip, resizer, to)).toList();
        }
    }

    private static Clip of(Clip clip, FrameResizer resizer, VideoReader.Options to) {
        int size = to.height() * to.width() * to.channels();
        byte[] pixels = new byte[Math.multiplyExact(clip.frames(), size)];
        IntStream.range(0, clip.frames())
                .forEach(f -> System.arraycopy(resizer.resized(clip.slice(f, 1).pixels()), 0, pixels, f * size, size));
        return new Clip(clip.name(), clip.frames(), to.height(), to.width(), to.channels(), pixels, clip.tags());
    }
}
