// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.codec.Codec;
import io.lightcone.codec.LatentLayout;
import io.lightcone.evaluation.Continuation;
import io.lightcone.evaluation.Reconstruction;
import io.lightcone.generation.FrameShape;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import java.util.List;

/**
 * Continuations of the same clips by runs whose pictures differ in size and codec. A run is shown the given frames in
 * its own size, and judged in that of the clips: what a small one makes is enlarged, as a viewer would see it. Noise is
 * drawn from the same seed for all.
 */
public final class ContinuationTrial {
    private static final RandomStreams STREAMS = new RandomStreams(1);

    private final List<Clip> clips;
    private final List<Clip> truth;
    private final int given;
    private final Runnable check;

    /**
     * Prepares a trial.
     *
     * @param clips clips of one shape that no run has seen, of at least as many frames as fill the latent frames of
     *     every run
     * @param given frames of each that are given
     * @param frames frames of each to make behind the given ones
     * @param check called between any two calls of a model; what it throws ends the work
     */
    public ContinuationTrial(List<Clip> clips, int given, int frames, Runnable check) {
        this.clips = List.copyOf(clips);
        this.truth = ResizedClips.cut(clips, given + frames);
        this.given = given;
        this.check = check;
    }

    /** Returns the clips as they went on. */
    public List<Clip> truth() {
        return truth;
    }

    /** Returns how near repeating the last given frame comes. */
    public FrameQuality repeated() {
        List<Clip> still = truth.stream().map(this::repeated).toList();
        return FrameQuality.of(truth, still, given, check);
    }

    private Clip repeated(Clip clip) {
        byte[] pixels = clip.pixels().clone();
        int size = clip.frameBytes();
        for (int f = given; f < clip.frames(); f++) {
            System.arraycopy(pixels, (given - 1) * size, pixels, f * size, size);
        }
        return new Clip("repeated", clip.frames(), clip.height(), clip.width(), clip.channels(), pixels);
    }

    /** Lets a run continue the clips, and measures how near it comes. */
    public ContinuedRun of(String name, TrainedModel model) {
        FrameShape shape = model.pictureShape();
        Codec codec = model.codec();
        LatentLayout layout = codec.layout();
        int frames = truth.get(0).frames();
        List<Clip> whole =
                ResizedClips.of(ResizedClips.cut(clips, layout.whole(frames)), shape.height(), shape.width());
        List<Clip> own = ResizedClips.cut(whole, frames);
        Continuation continuation =
                new Continuation(model::conditionedOn, codec, model.config().sampling(), given);
        List<Clip> continued = enlarged(continuation.of(own, STREAMS, check));
        List<Clip> decoded =
                enlarged(ResizedClips.cut(Reconstruction.of(codec, whole, check).clips(), frames));
        return new ContinuedRun(
                name,
                shape.height(),
                shape.width(),
                model.config().codec().kind(),
                model.config().sampling().steps(),
                model.step(),
                FrameQuality.of(truth, continued, given, check),
                FrameQuality.of(truth, decoded, given, check),
                seconds(continuation, own.subList(0, 1)) / (frames - given),
                continued);
    }

    /** Returns the seconds that one clip takes, the second time: the first one prepares what is used again. */
    private double seconds(Continuation continuation, List<Clip> one) {
        continuation.of(one, STREAMS, check);
        long began = System.nanoTime();
        continuation.of(one, STREAMS, check);
        return (System.nanoTime() - began) / 1e9;
    }

    private List<Clip> enlarged(List<Clip> small) {
        return ResizedClips.of(small, truth.get(0).height(), truth.get(0).width());
    }
}
