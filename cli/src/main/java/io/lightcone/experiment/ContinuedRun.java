// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.video.Clip;
import java.util.List;

/**
 * The continuations of clips by one run, seen at the size of the clips, and what they cost.
 *
 * @param name name of the run in tables
 * @param height rows of the pictures that it makes
 * @param width columns of these pictures
 * @param codec kind of its codec
 * @param updates updates of each frame
 * @param steps steps that it was trained
 * @param continued nearness of its continuations to the truth
 * @param decoded nearness of true frames that its codec has encoded and decoded, in its size: what is lost before
 *     anything is predicted
 * @param secondsPerFrame seconds for a frame of one video alone, from the given frames' pixels to its own
 * @param clips the continuations, which begin with the given frames as they were shown to it
 */
public record ContinuedRun(
        String name,
        int height,
        int width,
        String codec,
        int updates,
        long steps,
        FrameQuality continued,
        FrameQuality decoded,
        double secondsPerFrame,
        List<Clip> clips) {
    public ContinuedRun {
        clips = List.copyOf(clips);
    }
}
