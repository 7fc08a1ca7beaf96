// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.evaluation.LatentCorrelation;
import io.lightcone.video.Clip;
import java.util.List;

/**
 * What a codec keeps of clips, and what it costs.
 *
 * @param name name of the codec in tables
 * @param numbers numbers that stand for a picture after the first, on average
 * @param correlation correlation of its latents in time and space
 * @param decoded nearness of the decoded pictures to the true ones
 * @param encodingSeconds seconds to encode a picture of one clip alone, on average over its pictures
 * @param decodingSeconds seconds to decode one, likewise
 * @param clips the first of the decoded clips
 */
public record JudgedCodec(
        String name,
        double numbers,
        LatentCorrelation correlation,
        FrameQuality decoded,
        double encodingSeconds,
        double decodingSeconds,
        List<Clip> clips) {
    public JudgedCodec {
        clips = List.copyOf(clips);
    }
}
