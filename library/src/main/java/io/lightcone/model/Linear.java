// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.LinearMap;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Maps the last dimension affinely, {@code x W' + b}, computed in a type of its own whatever the type of the weights;
 * the result has that type. The weights belong to the {@link Parameters} that they were declared in.
 *
 * @param map the weights, [out, in] and [out]
 */
record Linear(LinearMap map) {
    /** Declares a map whose matrix starts with {@link Initialisation#XAVIER} and whose bias starts at zero. */
    static Linear declare(Parameters parameters, String name, int in, int out, ScalarType type) {
        return declare(parameters, name, in, out, type, Initialisation.XAVIER, Start.ZERO);
    }

    /** Declares a map with the given starts of weight and bias. */
    static Linear declare(
            Parameters parameters, String name, int in, int out, ScalarType type, Start weight, Start bias) {
        Tensor weight_OI = parameters.declare(name + ".weight", weight, out, in);
        Tensor bias_O = parameters.declare(name + ".bias", bias, out);
        return new Linear(parameters.map(weight_OI, bias_O, type));
    }

    /** Declares a map without a bias, which starts like any matrix. */
    static Linear withoutBias(Parameters parameters, String name, int in, int out, ScalarType type) {
        Tensor weight_OI = parameters.declare(name + ".weight", Initialisation.XAVIER, out, in);
        return new Linear(parameters.map(weight_OI, null, type));
    }

    /** Applies this map, [..., in] to [..., out]. */
    Tensor apply(Tensor x) {
        return map.apply(x);
    }

    /** Applies this map and then GELU, [..., in] to [..., out]. */
    Tensor applyThenGelu(Tensor x) {
        return map.applyThenGelu(x);
    }
}
