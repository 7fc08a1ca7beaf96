// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.Parameters;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * An affine map of the last dimension, {@code x W' + b}, computed in {@code type} whatever the type of the weights; the
 * result has that type.
 *
 * @param weight_OI [out, in]
 * @param bias_O [out], or an undefined tensor for none
 */
record Linear(Tensor weight_OI, TensorOptional bias_O, ScalarType type) {
    static Linear declare(Parameters parameters, String name, int in, int out, ScalarType type) {
        Tensor weight_OI = parameters.declare(name + ".weight", out, in);
        Tensor bias_O = parameters.declare(name + ".bias", out);
        return new Linear(weight_OI, new TensorOptional(bias_O), type);
    }

    static Linear withoutBias(Parameters parameters, String name, int in, int out, ScalarType type) {
        return new Linear(parameters.declare(name + ".weight", out, in), new TensorOptional(), type);
    }

    Tensor apply(Tensor x) {
        TensorOptional bias =
                bias_O.has_value() ? new TensorOptional(bias_O.get().to(type)) : bias_O;
        return torch.linear(x.to(type), weight_OI.to(type), bias);
    }
}
