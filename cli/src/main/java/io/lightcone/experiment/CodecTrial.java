// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.codec.Codec;
import io.lightcone.codec.CodecConfig;
import io.lightcone.codec.LatentLayout;
import io.lightcone.codec.StreamingDecoder;
import io.lightcone.evaluation.LatentCorrelation;
import io.lightcone.evaluation.Reconstruction;
import io.lightcone.tensor.Scopes;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * The same clips, encoded and decoded by several codecs. As a yardstick, they are also made smaller and enlarged again:
 * a codec that keeps less than that with as many numbers is not worth its computing.
 */
public final class CodecTrial {
    /** The clips of each codec that are kept to be shown. */
    private static final int SHOWN = 2;

    private static final int ROUNDS = 3;

    private final List<Clip> clips;
    private final List<Clip> truth;
    private final Runnable check;

    /**
     * Prepares a trial.
     *
     * @param clips clips of one shape, of at least as many frames as fill the latent frames of every codec
     * @param frames frames of each that are compared
     * @param check called between any two calls of a codec; what it throws ends the work
     */
    public CodecTrial(List<Clip> clips, int frames, Runnable check) {
        this.clips = List.copyOf(clips);
        this.truth = ResizedClips.cut(clips, frames);
        this.check = check;
    }

    /** Returns the clips as they are. */
    public List<Clip> truth() {
        return truth;
    }

    /** Encodes and decodes the clips by a codec, whose factor divides their sides. */
    public JudgedCodec of(String name, Codec codec) {
        Clip first = truth.get(0);
        LatentLayout layout = codec.layout();
        List<Clip> whole = ResizedClips.cut(clips, layout.whole(first.frames()));
        LatentCorrelation.Meter latents = new LatentCorrelation.Meter(layout.channels());
        List<Clip> decoded = ResizedClips.cut(
                Reconstruction.of(codec, whole, latents::add, check).clips(), first.frames());
        Seconds seconds = seconds(codec, whole.get(0));
        double numbers =
                (double) layout.channels() * layout.side(first.height()) * layout.side(first.width()) / layout.time();
        return new JudgedCodec(
                name,
                numbers,
                latents.correlation(),
                FrameQuality.of(truth, decoded, 0, check),
                seconds.encoding() / whole.get(0).frames(),
                seconds.decoding() / whole.get(0).frames(),
                shown(decoded));
    }

    private LatentCorrelation ofPixels(List<Clip> small) {
        try (Codec pixels = CodecConfig.pixels().open(small.get(0).channels(), new Device("cpu"))) {
            return LatentCorrelation.of(pixels, small, check);
        }
    }

    private static List<Clip> shown(List<Clip> all) {
        return all.subList(0, Math.min(SHOWN, all.size()));
    }

    private record Seconds(double encoding, double decoding) {}

    /** Returns what a clip alone takes: the median of a few times, after one that prepares what is used again. */
    private Seconds seconds(Codec codec, Clip clip) {
        once(codec, clip);
        List<Seconds> rounds =
                Stream.generate(() -> once(codec, clip)).limit(ROUNDS).toList();
        return new Seconds(median(rounds, Seconds::encoding), median(rounds, Seconds::decoding));
    }

    private static double median(List<Seconds> rounds, ToDoubleFunction<Seconds> which) {
        return rounds.stream()
                .mapToDouble(which)
                .sorted()
                .skip(ROUNDS / 2)
                .findFirst()
                .orElseThrow();
    }

    private Seconds once(Codec codec, Clip clip) {
        double[] seconds = new double[2];
        Scopes.runWithoutGrad(() -> {
            long began = System.nanoTime();
            Tensor z_1TCHW = codec.encode(List.of(clip));
            z_1TCHW.cpu(); // a GPU may be at it still
            long encoded = System.nanoTime();
            try (StreamingDecoder decoder = codec.decoder()) {
                for (int frame = 0; frame < z_1TCHW.size(1); frame++) {
                    check.run();
                    Tensor z_11CHW = z_1TCHW.narrow(1, frame, 1);
                    Scopes.run(() -> decoder.next(z_11CHW));
                }
            }
            seconds[0] = (encoded - began) / 1e9;
            seconds[1] = (System.nanoTime() - encoded) / 1e9;
        });
        return new Seconds(seconds[0], seconds[1]);
    }

    /**
     * Makes the pictures smaller and enlarges them again.
     *
     * @param factor what each side is divided by
     * @return nothing if it does not divide them
     */
    public Optional<JudgedCodec> shrunk(int factor) {
        Clip first = truth.get(0);
        if (first.height() % factor != 0 || first.width() % factor != 0) {
            return Optional.empty();
        }
        int height = first.height() / factor;
        int width = first.width() / factor;
        List<Clip> small = ResizedClips.of(truth, height, width);
        List<Clip> enlarged = ResizedClips.of(small, first.height(), first.width());
        return Optional.of(new JudgedCodec(
                "pixels of " + width + "x" + height + ", enlarged",
                (double) first.channels() * height * width,
                ofPixels(small),
                FrameQuality.of(truth, enlarged, 0, check),
                0,
                0,
                shown(enlarged)));
    }
}
