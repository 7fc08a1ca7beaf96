// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * How fresh weights are drawn; this is the whole story, for every model.
 *
 * <ul>
 *   <li>Weight matrices are Xavier-uniform, so that activations keep their size; the level's two layers and the
 *       rows of classes and actions are small normal, as in DiT.
 *   <li>Biases are zero, but those of queries and keys are one and minus one in turn (of mean zero, or the norm would
 *       remove them): turned by their positions, equal constants score highest where positions agree, so attention starts
 *       out around the query's own place in each frame.
 *   <li>What multiplies a layer's contribution is zero (adaLN-Zero), so every layer starts as the identity; so is the last
 *       layer of the gates, so every branch starts with weight one; and the last projection, so the first prediction is
 *       zero.
 *   <li>Of a {@link SeparableTransformer}, what stands for the past of a first frame is normal like the normalised tokens it
 *       stands for, and past and frame start out summed where they are combined over channels.
 * </ul>
 */
final class Initialisation {
    private Initialisation() {}

    static void draw(Parameters parameters, RandomStream random) {
        parameters.forEach((name, tensor) -> draw(name, tensor, random));
    }

    private static void draw(String name, Tensor tensor, RandomStream random) {
        if (name.endsWith(".qkv.bias")) {
            Tensor queriesAndKeys =
                    tensor.zero_().narrow(0, 0, tensor.size(0) / 3 * 2).view(-1, 2);
            queriesAndKeys.select(1, 0).fill_(new Scalar(1.0));
            queriesAndKeys.select(1, 1).fill_(new Scalar(-1.0));
        } else if (startsAtZero(name)) {
            tensor.zero_();
        } else if (name.endsWith(".norm")) {
            tensor.fill_(new Scalar(1.0));
        } else if (name.equals(SeparableTransformer.START)) {
            tensor.copy_(random.normal(tensor.shape()));
        } else if (name.equals(SeparableTransformer.COMBINE + ".weight")) {
            long width = tensor.size(0);
            tensor.narrow(1, 0, width).zero_().fill_diagonal_(new Scalar(1.0));
            tensor.narrow(1, width, width).zero_().fill_diagonal_(new Scalar(1.0));
        } else if (isOf("level", name) || isOf("condition", name)) {
            tensor.copy_(random.normal(tensor.shape()).mul(new Scalar(0.02)));
        } else {
            double bound = Math.sqrt(6.0 / (tensor.size(0) + tensor.size(1)));
            tensor.copy_(
                    random.uniform(tensor.shape()).mul(new Scalar(2 * bound)).sub(new Scalar(bound)));
        }
    }

    private static boolean startsAtZero(String name) {
        return name.endsWith(".bias")
                || name.contains("modulation.")
                || name.contains(".gates.")
                || isOf("final", name);
    }

    /** Whether a weight belongs to the part of that name, of a model or of one of its stacks. */
    private static boolean isOf(String part, String name) {
        return name.startsWith(part + ".") || name.contains("." + part + ".");
    }
}
