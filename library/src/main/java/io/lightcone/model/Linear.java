// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.ConvertedWeight;
import io.lightcone.tensor.MatrixProducts;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Maps the last dimension affinely, {@code x W' + b}, computed in {@code type} whatever the type of the weights; the
 * result has that type. The weights belong to the {@link Parameters} that they were declared in.
 *
 * @param weight_OI [out, in]
 * @param bias_O [out], or null for none
 */
record Linear(ConvertedWeight weight_OI, @Nullable Tensor bias_O, ScalarType type) {
    /** Declares a map whose matrix starts with {@link Initialisation#XAVIER} and whose bias starts at zero. */
    static Linear declare(Parameters parameters, String name, int in, int out, ScalarType type) {
        return declare(parameters, name, in, out, type, Initialisation.XAVIER, Start.ZERO);
    }

    /** Declares a map with the given starts of weight and bias. */
    static Linear declare(
            Parameters parameters, String name, int in, int out, ScalarType type, Start weight, Start bias) {
        Tensor weight_OI = parameters.declare(name + ".weight", weight, out, in);
        return new Linear(parameters.in(type, weight_OI), parameters.declare(name + ".bias", bias, out), type);
    }

    /** Declares a map without a bias, which starts like any matrix. */
    static Linear withoutBias(Parameters parameters, String name, int in, int out, ScalarType type) {
        Tensor weight_OI = parameters.declare(name + ".weight", Initialisation.XAVIER, out, in);
        return new Linear(parameters.in(type, weight_OI), null, type);
    }

    /** Applies this map, [..., in] to [..., out]. */
    Tensor apply(Tensor x) {
        TensorOptional bias = bias_O == null ? new TensorOptional() : new TensorOptional(bias_O.to(type));
        return MatrixProducts.linear(x.to(type), weight_OI.get(), bias);
    }
}
