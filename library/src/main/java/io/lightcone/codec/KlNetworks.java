// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Safetensors.Info;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The two networks of an {@link AutoencoderKl}, with the names of tensors that diffusers gives them.
 *
 * @param encoder pictures to latents: levels of residual blocks, each half as high and wide as the one before; then
 *     attention between two blocks; of the posterior's mean and logarithm of variance, the mean
 * @param decoder latents to pictures: attention between two blocks; then levels, each twice as high and wide
 */
record KlNetworks(List<ImageLayer> encoder, List<ImageLayer> decoder) {
    private static final long[] TO_RIGHT_AND_BELOW = {0, 1, 0, 1};

    KlNetworks {
        encoder = List.copyOf(encoder);
        decoder = List.copyOf(decoder);
    }

    /**
     * Declares all weights.
     *
     * @param given the tensors of the file to load, which decide between old and new names; none for new ones
     */
    static KlNetworks declare(KlSizes sizes, Parameters parameters, Map<String, Info> given) {
        return new KlNetworks(encoder(sizes, parameters, given), decoder(sizes, parameters, given));
    }

    private static List<ImageLayer> encoder(KlSizes sizes, Parameters parameters, Map<String, Info> given) {
        int moments = 2 * sizes.latents();
        List<Integer> widths = sizes.widths();
        List<ImageLayer> layers = new ArrayList<>();
        layers.add(Convolution.declare(parameters, "encoder.conv_in", sizes.channels(), widths.get(0), 3)::apply);
        int in = widths.get(0);
        for (int level = 0; level < widths.size(); level++) {
            String name = "encoder.down_blocks." + level;
            int out = widths.get(level);
            layers.addAll(blocks(parameters, name, sizes.layers(), in, out, sizes.groups()));
            if (level < widths.size() - 1) {
                layers.add(halving(Convolution.declare(parameters, name + ".downsamplers.0.conv", out, out, 3)));
            }
            in = out;
        }
        layers.addAll(middle(parameters, "encoder", sizes, given));
        layers.addAll(last(parameters, "encoder", sizes.coarsest(), moments, sizes.groups()));
        if (sizes.quantises()) {
            layers.add(Convolution.declare(parameters, "quant_conv", moments, moments, 1)::apply);
        }
        layers.add(moments_NMHW -> moments_NMHW.narrow(1, 0, sizes.latents()).contiguous());
        return layers;
    }

    private static List<ImageLayer> decoder(KlSizes sizes, Parameters parameters, Map<String, Info> given) {
        List<Integer> widths = sizes.widths();
        List<ImageLayer> layers = new ArrayList<>();
        if (sizes.dequantises()) {
            layers.add(Convolution.declare(parameters, "post_quant_conv", sizes.latents(), sizes.latents(), 1)::apply);
        }
        int in = sizes.coarsest();
        layers.add(Convolution.declare(parameters, "decoder.conv_in", sizes.latents(), in, 3)::apply);
        layers.addAll(middle(parameters, "decoder", sizes, given));
        for (int level = 0; level < widths.size(); level++) {
            String name = "decoder.up_blocks." + level;
            int out = widths.get(widths.size() - 1 - level);
            layers.addAll(blocks(parameters, name, sizes.layers() + 1, in, out, sizes.groups()));
            if (level < widths.size() - 1) {
                layers.add(doubling(Convolution.declare(parameters, name + ".upsamplers.0.conv", out, out, 3)));
            }
            in = out;
        }
        layers.addAll(last(parameters, "decoder", in, sizes.channels(), sizes.groups()));
        return layers;
    }

    private static List<ImageLayer> blocks(Parameters parameters, String name, int count, int in, int out, int groups) {
        List<ImageLayer> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(KlResidual.declare(parameters, name + ".resnets." + i, i == 0 ? in : out, out, groups));
        }
        return blocks;
    }

    private static List<ImageLayer> middle(
            Parameters parameters, String network, KlSizes sizes, Map<String, Info> given) {
        String name = network + ".mid_block";
        int width = sizes.coarsest();
        List<ImageLayer> layers = new ArrayList<>(blocks(parameters, name, 2, width, width, sizes.groups()));
        if (sizes.attends()) {
            String attention = name + ".attentions.0";
            layers.add(1, KlAttention.declare(parameters, attention, width, sizes.groups(), given));
        }
        return layers;
    }

    private static List<ImageLayer> last(Parameters parameters, String network, int in, int out, int groups) {
        String name = network + ".conv_norm_out";
        return List.of(
                GroupNorm.declare(parameters, name, in, groups, KlResidual.EPSILON),
                torch::silu,
                Convolution.declare(parameters, network + ".conv_out", in, out, 3)::apply);
    }

    /** Returns a convolution of every second place that sees one more row below and column to the right. */
    private static ImageLayer halving(Convolution convolution) {
        Convolution strided = convolution.withStride(2).withPadding(0);
        return x_NCHW -> strided.apply(torch.constant_pad_nd(x_NCHW, TO_RIGHT_AND_BELOW));
    }

    private static ImageLayer doubling(Convolution convolution) {
        return x_NCHW -> convolution.apply(doubled(x_NCHW));
    }

    /** Returns pictures of twice the rows and columns, where each place is four times the one that it came from. */
    static Tensor doubled(Tensor x_NCHW) {
        return torch.upsample_nearest2d(x_NCHW, new long[] {2 * x_NCHW.size(2), 2 * x_NCHW.size(3)});
    }
}
