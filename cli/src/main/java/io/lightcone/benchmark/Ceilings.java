// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.tensor.MatrixProducts;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Measures the most that the machine can compute: products of large matrices in the types that models use. On a CPU,
 * float32 goes through both libraries there are, since which is faster depends on the machine and its threads; the
 * faster one is the ceiling.
 *
 * <p>Shapes: M rows, D channels.
 */
final class Ceilings implements AutoCloseable {
    static final String GROUP = "ceiling";

    private final long rows;
    private final long channels;
    private final Tensor x_MD;
    private final Tensor w_DD;
    private final Tensor low_MD;
    private final Tensor low_DD;

    Ceilings(Device device) {
        this.rows = device.is_cuda() ? 8192 : 4096;
        this.channels = device.is_cuda() ? 8192 : 1024;
        RandomStreams streams = new RandomStreams(0);
        this.x_MD = Scopes.unscoped(
                () -> streams.tensors("ceiling", 0, 0).normal(rows, channels).to(device, ScalarType.Float));
        this.w_DD = Scopes.unscoped(() ->
                streams.tensors("ceiling", 1, 0).normal(channels, channels).to(device, ScalarType.Float));
        this.low_MD = Scopes.unscoped(() -> x_MD.to(ScalarType.BFloat16));
        this.low_DD = Scopes.unscoped(() -> w_DD.to(ScalarType.BFloat16));
    }

    List<Contestant> contestants() {
        List<Contestant> all = new ArrayList<>();
        all.add(contestant("float32 product", MatmulPrecision.FLOAT32, () -> x_MD.matmul(w_DD)));
        if (x_MD.is_cpu()) {
            all.add(contestant(
                    "float32 product, as in models",
                    MatmulPrecision.FLOAT32,
                    () -> MatrixProducts.linear(x_MD, w_DD, new TensorOptional())));
        }
        all.add(contestant("bfloat16 product", MatmulPrecision.BFLOAT16, () -> low_MD.matmul(low_DD)));
        return all;
    }

    private Contestant contestant(String name, MatmulPrecision precision, Runnable product) {
        long multiplyAdds = rows * channels * channels;
        return new Contestant(GROUP, name, precision, multiplyAdds, multiplyAdds, () -> Scopes.runWithoutGrad(product));
    }

    @Override
    public void close() {
        x_MD.close();
        w_DD.close();
        low_MD.close();
        low_DD.close();
    }
}
