// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.codec.Codec;
import io.lightcone.codec.LatentLayout;
import io.lightcone.codec.StreamingDecoder;
import io.lightcone.generation.FrameShape;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.generation.VideoGenerator;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Continues clips from their first frames, which is what a trained model is for, and scores the continuations by the
 * plainest measure.
 *
 * @param generators creates, for some clips, a generator that knows what it may know of them: class and actions, but no
 *     pixels
 * @param codec codec of the clips and of the generators
 * @param sampling the order and number of updates
 * @param given number of frames that are given, which fill latent frames of the codec
 */
public record Continuation(
        Function<List<Clip>, VideoGenerator> generators, Codec codec, SamplingConfig sampling, int given) {
    private static final int CLIPS_AT_ONCE = 32;

    /**
     * The distance of continuations from the truth, beside that of repeating the last given frame.
     *
     * @param model PSNR of each generated frame, averaged over clips, in dB
     * @param repeatLast PSNR of repeating the last given frame in its place, in dB
     */
    public record Score(List<Double> model, List<Double> repeatLast) {
        /** Scores continuations of {@code truth}, clip by clip, from frame {@code given} on. */
        public static Score of(List<Clip> truth, List<Clip> continued, int given) {
            List<Double> model = new ArrayList<>();
            List<Double> repeat = new ArrayList<>();
            for (int f = given; f < truth.get(0).frames(); f++) {
                int frame = f;
                IntStream clips = IntStream.range(0, truth.size());
                model.add(clips.mapToDouble(i -> Psnr.of(continued.get(i), frame, truth.get(i), frame))
                        .average()
                        .orElseThrow());
                repeat.add(truth.stream()
                        .mapToDouble(clip -> Psnr.of(clip, given - 1, clip, frame))
                        .average()
                        .orElseThrow());
            }
            return new Score(List.copyOf(model), List.copyOf(repeat));
        }

        /** Returns the mean PSNR of the model over the first {@code frames} generated frames, in dB. */
        public double model(int frames) {
            return mean(model, frames);
        }

        /** Returns the mean PSNR of repeating the last given frame over as many frames, in dB. */
        public double repeatLast(int frames) {
            return mean(repeatLast, frames);
        }

        private static double mean(List<Double> psnr, int frames) {
            return psnr.stream()
                    .limit(frames)
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElseThrow();
        }
    }

    /**
     * Continues each clip to its full length; the given frames of the result are the clip's own.
     *
     * @param clips clips of one shape, longer than what is given
     * @param streams where the noise comes from; clip i draws the noise of number i
     * @param check called between any two calls of the model; what it throws ends the roll-outs
     */
    public List<Clip> of(List<Clip> clips, RandomStreams streams, Runnable check) {
        List<Clip> continued = new ArrayList<>();
        for (int from = 0; from < clips.size(); from += CLIPS_AT_ONCE) {
            List<Clip> batch = clips.subList(from, Math.min(clips.size(), from + CLIPS_AT_ONCE));
            List<Integer> numbers =
                    IntStream.range(from, from + batch.size()).boxed().toList();
            continued.addAll(batchOf(batch, numbers, streams, check));
        }
        return continued;
    }

    private List<Clip> batchOf(List<Clip> clips, List<Integer> numbers, RandomStreams streams, Runnable check) {
        Clip first = clips.get(0);
        DecodedClips continued = new DecodedClips(clips, given);
        LatentLayout latents = codec.layout();
        FrameShape shape =
                new FrameShape(latents.channels(), latents.side(first.height()), latents.side(first.width()));
        Scopes.runWithoutGrad(() -> {
            Tensor given_BTCHW = codec.encode(
                    clips.stream().map(clip -> clip.slice(0, given)).toList());
            try (StreamingDecoder decoding = codec.decoder();
                    RollOut rollOut = generators
                            .apply(clips)
                            .rollOut(
                                    sampling.plan(latents.frames(first.frames()), latents.frames(given)),
                                    new Noise(streams, numbers, shape, given_BTCHW.device()),
                                    given_BTCHW)
                            .beforeEachUpdate(check)) {
                decoding.skip(given_BTCHW);
                for (int f = latents.frames(given); rollOut.hasNext(); f++) {
                    int at = latents.pictures(f);
                    Scopes.run(() -> continued.put(at, decoding.next(rollOut.next())));
                }
            }
        });
        return continued.named("continuation");
    }
}
