// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.codec.Codec;
import io.lightcone.codec.LatentLayout;
import io.lightcone.codec.StreamingDecoder;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/**
 * Clips that a codec has encoded and decoded again, frame after frame as in generation, and how near they come to the
 * truth.
 *
 * @param clips the decoded clips
 * @param latents the latents in between
 */
public record Reconstruction(List<Clip> clips, Latents latents) {
    private static final int CLIPS_AT_ONCE = 8;
    /** The name of the first picture of a clip, which stands alone in its latent frame. */
    private static final String FIRST = "first";

    /** The mean of all latents of some clips, and their standard deviation around it. */
    public record Latents(double mean, double deviation) {}

    /**
     * How near pictures come to the truth.
     *
     * @param psnr peak signal-to-noise ratio in dB, averaged over pictures
     * @param ssim structural similarity, averaged over pictures; NaN for pictures smaller than its window
     */
    public record Quality(double psnr, double ssim) {}

    /**
     * The distance of reconstructions from the truth.
     *
     * @param all of all pictures
     * @param places of the pictures in each place of a group that becomes a latent frame: {@code first} for the first
     *     pictures of clips, and then those numbered from {@code 1} in their group
     */
    public record Score(Quality all, Map<String, Quality> places) {}

    /** Sums of what is measured of some pictures. */
    private static final class Sums {
        private double psnr;
        private double ssim;
        private int pictures;

        void add(Quality one) {
            psnr += one.psnr;
            ssim += one.ssim;
            pictures++;
        }

        Quality mean() {
            return new Quality(psnr / pictures, ssim / pictures);
        }
    }

    /**
     * Encodes clips and decodes the latents.
     *
     * @param clips clips of one shape, whose pictures fill their latent frames
     * @param check called between any two calls of the codec; what it throws ends this
     */
    public static Reconstruction of(Codec codec, List<Clip> clips, Runnable check) {
        return of(codec, clips, latents -> {}, check);
    }

    /**
     * Encodes clips and decodes the latents, which {@code seen} is shown as well.
     *
     * @param clips likewise
     * @param seen called with the latents of some clips at a time, [B, T, C, H, W], which are gone after the call
     * @param check likewise
     */
    public static Reconstruction of(Codec codec, List<Clip> clips, Consumer<Tensor> seen, Runnable check) {
        List<Clip> decoded = new ArrayList<>();
        double[] sums = new double[2];
        long[] count = new long[1];
        for (int from = 0; from < clips.size(); from += CLIPS_AT_ONCE) {
            List<Clip> batch = clips.subList(from, Math.min(clips.size(), from + CLIPS_AT_ONCE));
            check.run();
            Scopes.runWithoutGrad(() -> {
                Tensor z_BTCHW = codec.encode(batch);
                seen.accept(z_BTCHW);
                for (double latent : Tensors.doubles(z_BTCHW)) {
                    sums[0] += latent;
                    sums[1] += latent * latent;
                }
                count[0] += z_BTCHW.numel();
                decoded.addAll(decoded(codec, z_BTCHW, batch, check));
            });
        }
        double mean = sums[0] / count[0];
        double variance = sums[1] / count[0] - mean * mean;
        return new Reconstruction(List.copyOf(decoded), new Latents(mean, Math.sqrt(Math.max(0, variance))));
    }

    private static List<Clip> decoded(Codec codec, Tensor z_BTCHW, List<Clip> truth, Runnable check) {
        DecodedClips clips = new DecodedClips(truth, 0);
        try (StreamingDecoder decoder = codec.decoder()) {
            for (int frame = 0; frame < z_BTCHW.size(1); frame++) {
                check.run();
                int first = codec.layout().pictures(frame);
                Tensor z_B1CHW = z_BTCHW.narrow(1, frame, 1);
                Scopes.run(() -> clips.put(first, decoder.next(z_B1CHW)));
            }
        }
        return clips.named("reconstruction");
    }

    /**
     * Measures how near these clips come to the truth.
     *
     * @param truth the clips that were encoded, in the same order
     * @param check called before every clip; what it throws ends the measuring
     */
    public Score score(List<Clip> truth, LatentLayout layout, Runnable check) {
        Sums all = new Sums();
        Map<String, Sums> places = new LinkedHashMap<>();
        for (int i = 0; i < clips.size(); i++) {
            check.run();
            for (int picture = 0; picture < clips.get(i).frames(); picture++) {
                Quality quality = quality(clips.get(i), truth.get(i), picture);
                all.add(quality);
                places.computeIfAbsent(place(picture, layout), name -> new Sums())
                        .add(quality);
            }
        }
        Map<String, Quality> means = new LinkedHashMap<>();
        places.forEach((place, sums) -> means.put(place, sums.mean()));
        return new Score(all.mean(), means);
    }

    private static Quality quality(Clip clip, Clip truth, int picture) {
        boolean large = Math.min(clip.height(), clip.width()) >= Ssim.WINDOW;
        return new Quality(
                Psnr.of(clip, picture, truth, picture), large ? Ssim.of(clip, picture, truth, picture) : Double.NaN);
    }

    private static String place(int picture, LatentLayout layout) {
        return picture == 0 ? FIRST : String.valueOf(1 + (picture - 1) % layout.time());
    }
}
