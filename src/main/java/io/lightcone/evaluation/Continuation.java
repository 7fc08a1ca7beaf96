// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.codec.PixelCodec;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.FrameShape;
import io.lightcone.generation.VideoSampler;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * Continues clips from their first frames: what a trained model is for, and the plainest measure of it.
 *
 * @param sampler generates
 * @param steps updates of each frame
 * @param given frames that are given
 * @param device where the clips are put
 */
public record Continuation(VideoSampler sampler, int steps, int given, Device device) {
    private static final int CLIPS_AT_ONCE = 32;

    /**
     * How close continuations come to the truth.
     *
     * @param model PSNR of each generated frame, averaged over clips, in dB
     * @param repeatLast the same for repeating the last given frame
     */
    public record Score(List<Double> model, List<Double> repeatLast) {
        /** Mean over the first {@code frames} frames. */
        public static double mean(List<Double> psnr, int frames) {
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
     * @param clips of one shape, longer than what is given
     * @param streams where the noise comes from; clip i draws the noise of number i
     */
    public List<Clip> of(List<Clip> clips, RandomStreams streams) {
        List<Clip> continued = new ArrayList<>();
        inBatches(clips, streams, (batch, truth_BTCHW, generated_BTCHW) -> {
            byte[] pixels = Tensors.bytes(PixelCodec.decode(generated_BTCHW));
            int size = pixels.length / batch.size();
            for (int b = 0; b < batch.size(); b++) {
                Clip clip = batch.get(b);
                byte[] own = Arrays.copyOfRange(pixels, b * size, (b + 1) * size);
                System.arraycopy(clip.pixels(), 0, own, 0, given * clip.frameBytes());
                continued.add(new Clip(
                        "continuation of " + clip.name(),
                        clip.frames(),
                        clip.height(),
                        clip.width(),
                        clip.channels(),
                        own));
            }
        });
        return continued;
    }

    /** Scores continuations of clips against the clips themselves, beside repeating the last given frame. */
    public Score score(List<Clip> clips, RandomStreams streams) {
        int frames = clips.get(0).frames() - given;
        double[] model = new double[frames];
        double[] repeat = new double[frames];
        inBatches(clips, streams, (batch, truth_BTCHW, generated_BTCHW) -> {
            Tensor truth = truth_BTCHW.narrow(1, given, frames);
            Tensor last = truth_BTCHW.narrow(1, given - 1L, 1);
            addMeans(model, Psnr.perFrame(generated_BTCHW.narrow(1, given, frames), truth), clips.size());
            addMeans(repeat, Psnr.perFrame(last.expand(truth.shape()), truth), clips.size());
        });
        return new Score(
                Arrays.stream(model).boxed().toList(),
                Arrays.stream(repeat).boxed().toList());
    }

    private static void addMeans(double[] sums, double[][] values, int clips) {
        for (double[] row : values) {
            for (int f = 0; f < sums.length; f++) {
                sums[f] += row[f] / clips;
            }
        }
    }

    /** Takes a batch of clips, and truth and generated frames as tensors that live as long as the call. */
    @FunctionalInterface
    private interface BatchSink {
        void take(List<Clip> batch, Tensor truth_BTCHW, Tensor generated_BTCHW);
    }

    private void inBatches(List<Clip> clips, RandomStreams streams, BatchSink sink) {
        for (int from = 0; from < clips.size(); from += CLIPS_AT_ONCE) {
            List<Clip> batch = clips.subList(from, Math.min(clips.size(), from + CLIPS_AT_ONCE));
            List<Integer> numbers =
                    IntStream.range(from, from + batch.size()).boxed().toList();
            Scopes.runWithoutGrad(() -> {
                Tensor truth_BTCHW = ClipTensors.encode(batch, device);
                Clip first = batch.get(0);
                List<Tensor> frames = new ArrayList<>();
                frames.add(truth_BTCHW.narrow(1, 0, given));
                sampler.generate(
                        DenoisingPlan.frameByFrame(first.frames(), given, steps),
                        new FrameShape(first.channels(), first.height(), first.width()),
                        numbers,
                        truth_BTCHW,
                        streams,
                        frame -> frames.add(Scopes.unscoped(() -> frame.clone())));
                sink.take(batch, truth_BTCHW, Tensors.cat(1, frames.toArray(Tensor[]::new)));
                frames.subList(1, frames.size()).forEach(Tensor::close);
            });
        }
    }
}
