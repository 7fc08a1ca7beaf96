// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A causal autoencoder of videos: a variational autoencoder (arXiv 1312.6114) whose latents are meant for diffusion
 * (arXiv 2112.10752), causal in time as that of MAGVIT-v2 (arXiv 2310.05737) is: no latent and no picture depends on
 * later ones, and the first picture stands alone in the first latent frame.
 *
 * <p>The encoder joins the pictures of a group and small squares of their pixels into the channels of one place, the
 * first picture as if it had stood still for a group, so that all layers run once per latent frame and none at full
 * resolution. Levels of {@link CausalBlock}s follow, each with half the rows and columns of the one before. The
 * decoder is the mirror image; of the first group it gives only the last picture. Between blocks all is linear: latents
 * and pictures are read from what the blocks add up to, without a norm, which would take their size from them.
 *
 * <p>It is called with whole clips, as training does, or with a {@link CausalMemory} piece by piece. Both compute the
 * same sums, whose order is the kernels' choice and may differ with the number of frames; so the results differ by no
 * more than rounding: by less than 1e-12 of the greatest number in float64, and 1e-5 in float32. Several threads may
 * call it at the same time.
 *
 * <p>Shapes: B videos, T pictures, N latent frames, C channels, H W rows and columns. Inside the network channels come
 * last.
 */
public final class CausalAutoencoder implements AutoCloseable {
    /** The greatest and smallest logarithm of a variance, in numbers: beyond these its exponential means nothing. */
    private static final double LOG_VARIANCE_BOUND = 20;

    /** The logarithm of the variance of fresh latents: they would teach a decoder little if noise hid them. */
    private static final double FRESH_LOG_VARIANCE = -6;

    private final CausalAutoencoderConfig config;
    private final Parameters parameters;
    private final Encoder encoder;
    private final Decoder decoder;

    /** Creates an autoencoder around weights, which it declares and then owns. */
    public CausalAutoencoder(CausalAutoencoderConfig config, Parameters parameters) {
        this.config = config;
        try (ResourceStack created = new ResourceStack()) {
            this.parameters = created.add(parameters);
            this.encoder = Encoder.declare(parameters, config);
            this.decoder = Decoder.declare(parameters, config);
            created.keep();
        }
    }

    /** Blocks of one level and the convolution to the next one; none after the last. */
    private record Level(List<CausalBlock> blocks, @Nullable Convolution change) {
        static List<CausalBlock> declare(Parameters parameters, String name, CausalAutoencoderConfig config, int i) {
            List<CausalBlock> blocks = new ArrayList<>();
            for (int block = 0; block < config.depth(); block++) {
                blocks.add(CausalBlock.declare(
                        parameters, name + ".block." + block, config.widths().get(i)));
            }
            return blocks;
        }

        Tensor blocks(Tensor x_BNHWC, @Nullable CausalMemory memory) {
            Tensor through_BNHWC = x_BNHWC;
            for (CausalBlock block : blocks) {
                through_BNHWC = block.apply(through_BNHWC, memory);
            }
            return through_BNHWC;
        }
    }

    private record Encoder(Convolution in, List<Level> levels, Convolution mean, Convolution logVariance) {
        static Encoder declare(Parameters parameters, CausalAutoencoderConfig config) {
            List<Integer> widths = config.widths();
            int coarsest = config.coarsest();
            Convolution in = Convolution.declare(parameters, "encoder.in", config.patchValues(), widths.get(0), 3);
            List<Level> levels = new ArrayList<>();
            for (int i = 0; i <= coarsest; i++) {
                String name = "encoder.level." + i;
                List<CausalBlock> blocks = Level.declare(parameters, name, config, i);
                Convolution down = i == coarsest
                        ? null
                        : Convolution.declare(parameters, name + ".down", widths.get(i), widths.get(i + 1), 3)
                                .withStride(2);
                levels.add(new Level(blocks, down));
            }
            int width = widths.get(coarsest);
            int latents = config.latentChannels();
            Convolution mean = Convolution.declare(parameters, "encoder.mean", width, latents, 3);
            Convolution logVariance =
                    Convolution.declare(parameters, "encoder.logVariance", width, latents, 3, Start.ZERO);
            return new Encoder(in, List.copyOf(levels), mean, logVariance);
        }

        /** Returns what the mean and the variance are read from. */
        Tensor apply(Tensor places_BNHWC, @Nullable CausalMemory memory) {
            Tensor x_BNHWC = CausalBlock.perFrame(in, places_BNHWC);
            for (Level level : levels) {
                x_BNHWC = level.blocks(x_BNHWC, memory);
                if (level.change != null) {
                    x_BNHWC = CausalBlock.perFrame(level.change, x_BNHWC);
                }
            }
            return x_BNHWC;
        }
    }

    private record Decoder(Convolution in, List<Level> levels, Convolution out) {
        static Decoder declare(Parameters parameters, CausalAutoencoderConfig config) {
            List<Integer> widths = config.widths();
            Convolution in = Convolution.declare(
                    parameters, "decoder.in", config.latentChannels(), widths.get(config.coarsest()), 3);
            List<Level> levels = new ArrayList<>();
            for (int i = config.coarsest(); i >= 0; i--) {
                String name = "decoder.level." + i;
                List<CausalBlock> blocks = Level.declare(parameters, name, config, i);
                Convolution up = i == 0
                        ? null
                        : Convolution.declare(parameters, name + ".up", widths.get(i), 4L * widths.get(i - 1), 1);
                levels.add(new Level(blocks, up));
            }
            Convolution out = Convolution.declare(parameters, "decoder.out", widths.get(0), config.patchValues(), 3);
            return new Decoder(in, List.copyOf(levels), out);
        }

        Tensor apply(Tensor z_BNHWC, @Nullable CausalMemory memory) {
            Tensor x_BNHWC = CausalBlock.perFrame(in, z_BNHWC);
            for (Level level : levels) {
                x_BNHWC = level.blocks(x_BNHWC, memory);
                if (level.change != null) {
                    x_BNHWC = PixelGroups.spread(CausalBlock.perFrame(level.change, x_BNHWC));
                }
            }
            return CausalBlock.perFrame(out, x_BNHWC);
        }
    }

    /** Returns the pictures of clips of one shape as this network takes them, in the caller's scope. */
    public Tensor pictures(List<Clip> clips) {
        return ClipTensors.encode(clips, parameters.device())
                .to(parameters.device(), Tensors.type(encoder.in.weight_OIHW()));
    }

    /**
     * Encodes whole clips from their first pictures on.
     *
     * @param x_BTCHW pictures in [-1, 1] that fill their latent frames
     */
    public LatentDistribution distribution(Tensor x_BTCHW) {
        Tensor x_BNHWC = encoded(x_BTCHW, null);
        Tensor mean_BNCHW = channelsFirst(CausalBlock.perFrame(encoder.mean, x_BNHWC));
        Tensor logVariance_BNCHW = torch.clamp(
                channelsFirst(CausalBlock.perFrame(encoder.logVariance, x_BNHWC))
                        .add(new Scalar(FRESH_LOG_VARIANCE)),
                new ScalarOptional(new Scalar(-LOG_VARIANCE_BOUND)),
                new ScalarOptional(new Scalar(LOG_VARIANCE_BOUND)));
        return new LatentDistribution(mean_BNCHW, logVariance_BNCHW);
    }

    /**
     * Returns the means of the latents of whole clips, or of the next pictures of videos.
     *
     * @param memory null for whole clips; else it is to be within {@link CausalMemory#advance}
     */
    Tensor encode(Tensor x_BTCHW, @Nullable CausalMemory memory) {
        return Scopes.scoped(() -> channelsFirst(CausalBlock.perFrame(encoder.mean, encoded(x_BTCHW, memory))));
    }

    private Tensor encoded(Tensor x_BTCHW, @Nullable CausalMemory memory) {
        return Scopes.scoped(() -> {
            Tensor pictures_BTCHW = x_BTCHW;
            if (isFirst(memory) && config.time() > 1) {
                Tensor still_BTCHW = x_BTCHW.narrow(1, 0, 1).expand(-1, config.time() - 1, -1, -1, -1);
                pictures_BTCHW = Tensors.cat(1, still_BTCHW, x_BTCHW);
            }
            return encoder.apply(PixelGroups.join(pictures_BTCHW, config.time(), config.patch()), memory);
        });
    }

    /**
     * Decodes the latents of whole clips, from their first latent frames on, to pictures [B, T, C, H, W] in about [-1,
     * 1].
     */
    public Tensor decode(Tensor z_BNCHW) {
        return decode(z_BNCHW, null);
    }

    /** Decodes latents of whole clips, or the next ones of videos; {@code memory} is as of {@link #encode}. */
    Tensor decode(Tensor z_BNCHW, @Nullable CausalMemory memory) {
        return Scopes.scoped(() -> {
            boolean first = isFirst(memory);
            Tensor z_BNHWC = z_BNCHW.permute(0, 1, 3, 4, 2).contiguous();
            Tensor x_BTCHW = PixelGroups.split(decoder.apply(z_BNHWC, memory), config.time(), config.patch());
            int unused = first ? config.time() - 1 : 0;
            return x_BTCHW.narrow(1, unused, x_BTCHW.size(1) - unused);
        });
    }

    private static boolean isFirst(@Nullable CausalMemory memory) {
        return memory == null || memory.isEmpty();
    }

    private static Tensor channelsFirst(Tensor x_BNHWC) {
        return x_BNHWC.permute(0, 1, 4, 2, 3).contiguous();
    }

    /** Returns a memory of no frames, for the encoder or for the decoder. */
    CausalMemory memory() {
        return new CausalMemory(config.widths().size() * config.depth());
    }

    /**
     * The multiplications and additions of the two networks for a picture after the first, on average.
     *
     * @param encoder those of encoding one
     * @param decoder those of decoding one
     */
    public record Flops(double encoder, double decoder) {}

    /** Returns what a picture of that size costs; norms and activations, which are little, are left out. */
    public Flops flops(int height, int width) {
        double finest = (double) height * width / (config.patch() * config.patch());
        double coarsest = finest / Math.pow(4, config.coarsest());
        double encoding = finest * CausalBlock.flopsPerPlace(encoder.in);
        double places = finest;
        for (Level level : encoder.levels) {
            encoding += places * flopsPerPlace(level);
            places /= 4;
            encoding += level.change == null ? 0 : places * CausalBlock.flopsPerPlace(level.change);
        }
        encoding += coarsest * CausalBlock.flopsPerPlace(encoder.mean);
        double decoding = coarsest * CausalBlock.flopsPerPlace(decoder.in);
        places = coarsest;
        for (Level level : decoder.levels) {
            decoding += places * flopsPerPlace(level);
            decoding += level.change == null ? 0 : places * CausalBlock.flopsPerPlace(level.change);
            places *= 4;
        }
        decoding += finest * CausalBlock.flopsPerPlace(decoder.out);
        return new Flops(encoding / config.time(), decoding / config.time());
    }

    private static double flopsPerPlace(Level level) {
        return level.blocks.stream().mapToDouble(CausalBlock::flopsPerPlace).sum();
    }

    public CausalAutoencoderConfig config() {
        return config;
    }

    /** Returns the weights, which stay this object's. */
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public void close() {
        parameters.close();
    }
}
