// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The sizes of an autoencoder of the class AutoencoderKL, as its {@code config.json} in the layout of diffusers tells
 * them.
 *
 * @param channels channels of a picture
 * @param widths channels of each level, from the finest to the coarsest; each level after the first halves the sides
 * @param layers residual blocks of a level of the encoder; the decoder has one more
 * @param latents channels of the latents
 * @param groups groups of each norm
 * @param attends whether both networks attend over all places at the coarsest level
 * @param quantises whether a convolution of one place follows the encoder
 * @param dequantises whether a convolution of one place precedes the decoder
 */
record KlSizes(
        int channels,
        List<Integer> widths,
        int layers,
        int latents,
        int groups,
        boolean attends,
        boolean quantises,
        boolean dequantises) {
    private static final int COLOURS = 3;
    private static final int MOST_LEVELS = 8;

    /** Keys that say how others use the latents or save memory, and change nothing of the networks. */
    private static final Set<String> HARMLESS =
            Set.of("sample_size", "scaling_factor", "shift_factor", "latents_mean", "latents_std", "force_upcast");

    KlSizes {
        widths = List.copyOf(widths);
    }

    /**
     * Reads {@code config.json}; what it leaves out is as diffusers has it.
     *
     * @throws UserException if it is of another class, asks for something that is not supported here, or has a key that
     *     is not known
     */
    static KlSizes read(Path file) {
        JsonFields fields = JsonFields.read(file);
        if (!fields.has("_class_name")) {
            throw new UserException(file + " has no _class_name, which must be AutoencoderKL");
        }
        if (fields.is("_class_name", "AutoencoderTiny")) {
            throw new UserException("in " + file + ", _class_name is AutoencoderTiny; set codec.kind to taesd, and both"
                    + " codec.encoder and codec.decoder to the safetensors file beside it");
        }
        fields.require("_class_name", "AutoencoderKL");
        fields.require("act_fn", "silu");
        List<Integer> widths = fields.counts("block_out_channels", List.of(64));
        fields.requireAll("down_block_types", "DownEncoderBlock2D", widths.size());
        fields.requireAll("up_block_types", "UpDecoderBlock2D", widths.size());
        KlSizes sizes = new KlSizes(
                fields.count("in_channels", 3),
                widths,
                fields.count("layers_per_block", 1),
                fields.count("latent_channels", 4),
                fields.count("norm_num_groups", 32),
                fields.flag("mid_block_add_attention", true),
                fields.flag("use_quant_conv", true),
                fields.flag("use_post_quant_conv", true));
        int out = fields.count("out_channels", 3);
        fields.requireNoOthers(HARMLESS);
        if (sizes.channels != COLOURS || out != COLOURS) {
            throw new UserException("in " + file + ", in_channels is " + sizes.channels + " and out_channels " + out
                    + "; a codec needs 3 of both, for pictures in colour");
        }
        for (int width : widths) {
            if (width % sizes.groups != 0 || widths.size() > MOST_LEVELS) {
                throw new UserException("in " + file + ", block_out_channels must be at most " + MOST_LEVELS
                        + " multiples of norm_num_groups, " + sizes.groups + ", not " + widths);
            }
        }
        return sizes;
    }

    /** Returns the sizes of latents. */
    LatentLayout layout() {
        return new LatentLayout(latents, 1 << (widths.size() - 1), 1);
    }

    /** Returns the channels of the coarsest level. */
    int coarsest() {
        return widths.get(widths.size() - 1);
    }
}
