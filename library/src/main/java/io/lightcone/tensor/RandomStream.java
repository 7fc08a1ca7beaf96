// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Draws random tensors from one stream of random numbers. Numbers are drawn on the CPU whatever the device, so that a
 * run on another device starts from the same noise. The stream and its tensors belong to the scope in which they are
 * created.
 */
public final class RandomStream {
    static {
        NativeMemory.allow();
    }

    private final GeneratorOptional generator;

    RandomStream(long seed) {
        try (Generator fresh = torch.make_generator_cpu(seed)) {
            this.generator = new GeneratorOptional(fresh);
        }
    }

    /** Draws independent standard normal numbers, float32. */
    public Tensor normal(long... shape) {
        return torch.randn(shape, generator, new TensorOptions(ScalarType.Float));
    }

    /** Draws independent uniform numbers in [0, 1), float32. */
    public Tensor uniform(long... shape) {
        return torch.rand(shape, generator, new TensorOptions(ScalarType.Float));
    }
}
