// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorsTest {
    private static final String TYPES = "^(Double|Float|Half|BFloat16|Long|Int|Short|Char|Byte|Bool)$";

    @ParameterizedTest
    @EnumSource(value = ScalarType.class, names = TYPES, mode = EnumSource.Mode.MATCH_ANY)
    void anEmptyTensorHasNoValues(ScalarType type) {
        Scopes.run(() -> {
            Tensor flat = torch.empty(new long[] {0}, new TensorOptions(type), new MemoryFormatOptional());
            Tensor deep = torch.empty(new long[] {2, 0, 3}, new TensorOptions(type), new MemoryFormatOptional());
            for (Tensor empty :
                    new Tensor[] {flat, deep, deep.transpose(0, 2), tensor(type).narrow(1, 1, 0)}) {
                assertThat(Tensors.floats(empty)).isEmpty();
                assertThat(Tensors.doubles(empty)).isEmpty();
                assertThat(Tensors.longs(empty)).isEmpty();
                assertThat(Tensors.bytes(empty)).isEmpty();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(value = ScalarType.class, names = TYPES, mode = EnumSource.Mode.MATCH_ANY)
    void valuesComeInRowMajorOrderHoweverTheyLieInMemory(ScalarType type) {
        Scopes.run(() -> {
            Tensor rows = tensor(type); // 0 1 0 / 1 0 1
            expect(rows, 0, 1, 0, 1, 0, 1);
            expect(rows.transpose(0, 1), 0, 1, 1, 0, 0, 1);
            expect(rows.narrow(1, 1, 2), 1, 0, 0, 1);
            expect(rows.select(0, 1).select(0, 2), 1);
            expect(rows.select(0, 1).unsqueeze(0).expand(2, 3), 1, 0, 1, 1, 0, 1);
        });
    }

    private static Tensor tensor(ScalarType type) {
        return torch.arange(new Scalar(6)).fmod(new Scalar(2)).view(2, 3).to(type);
    }

    private static void expect(Tensor tensor, int... values) {
        long[] longs = new long[values.length];
        double[] doubles = new double[values.length];
        float[] floats = new float[values.length];
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            longs[i] = values[i];
            doubles[i] = values[i];
            floats[i] = values[i];
            bytes[i] = (byte) values[i];
        }
        assertThat(Tensors.longs(tensor)).isEqualTo(longs);
        assertThat(Tensors.doubles(tensor)).isEqualTo(doubles);
        assertThat(Tensors.floats(tensor)).isEqualTo(floats);
        assertThat(Tensors.bytes(tensor)).isEqualTo(bytes);
    }
}
