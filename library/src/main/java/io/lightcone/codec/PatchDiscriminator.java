// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Scopes;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A discriminator of small parts of pictures, as latent diffusion trains its autoencoders with (arXiv 2112.10752,
 * 1611.07004): it says of each part, of about 30 pixels a side, whether it is of a true picture (above 0) or a decoded
 * one. It serves training alone, with the hinge loss (arXiv 1705.02894). The weights belong to the {@link Parameters}
 * that they were declared in.
 *
 * <p>Shapes: N pictures, C channels, H W rows and columns.
 */
public final class PatchDiscriminator {
    private static final int[] WIDTHS = {32, 64, 128};
    private static final double SLOPE = 0.2;

    private final List<Convolution> layers;

    private PatchDiscriminator(List<Convolution> layers) {
        this.layers = List.copyOf(layers);
    }

    /** Declares a discriminator of pictures with so many channels. */
    public static PatchDiscriminator declare(Parameters parameters, int channels) {
        List<Convolution> layers = new ArrayList<>();
        int before = channels;
        for (int width : WIDTHS) {
            layers.add(Convolution.declare(parameters, "layer." + layers.size(), before, width, 3)
                    .withStride(2));
            before = width;
        }
        layers.add(Convolution.declare(parameters, "layer." + layers.size(), before, 1, 3));
        return new PatchDiscriminator(layers);
    }

    /** Returns the same one with weights that gradients do not reach; it belongs to the caller's scope. */
    private PatchDiscriminator frozen() {
        return new PatchDiscriminator(layers.stream().map(Convolution::detached).toList());
    }

    /** Returns what it says of the parts of pictures [N, C, H, W], on average for each picture, [N]. */
    private Tensor parts(Tensor x_NCHW) {
        Tensor x = x_NCHW.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2); // channels last in memory is faster
        for (int i = 0; i < layers.size(); i++) {
            x = layers.get(i).apply(i == 0 ? x : torch.leaky_relu(x, new Scalar(SLOPE)));
        }
        return x;
    }

    /**
     * Returns the loss of who makes pictures, [N]: that their parts are not said to be true. Its gradient reaches the
     * pictures but not the discriminator.
     */
    public Tensor makerLoss(Tensor made_NCHW) {
        return Scopes.scoped(() -> perPicture(frozen().parts(made_NCHW)).neg());
    }

    /** Returns the hinge loss of the discriminator, [N], given true pictures and others, none of which it reaches. */
    public Tensor loss(Tensor true_NCHW, Tensor made_NCHW) {
        return Scopes.scoped(() -> {
            Tensor ofTrue = torch.relu(parts(true_NCHW.detach()).neg().add(new Scalar(1.0)));
            Tensor ofMade = torch.relu(parts(made_NCHW.detach()).add(new Scalar(1.0)));
            return perPicture(ofTrue).add(perPicture(ofMade)).mul(new Scalar(0.5));
        });
    }

    private static Tensor perPicture(Tensor parts_N1HW) {
        return parts_N1HW.flatten(1, 3).mean(1);
    }
}
