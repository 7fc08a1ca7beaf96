// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.testing.NativeObjects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class ScopesTest {
    @Test
    void onlyTheResultLeavesAScope() {
        Scopes.run(() -> {
            Tensor[] inside = new Tensor[1];
            Tensor result = Scopes.scoped(() -> {
                inside[0] = torch.ones(3);
                return inside[0].mul(new Scalar(2.0));
            });
            assertThat(inside[0].isNull()).isTrue();
            assertThat(Tensors.floats(result)).containsExactly(2, 2, 2);
        });
    }

    @Test
    void aResultWithoutAScopeAroundBelongsToTheCaller() {
        try (Tensor result = Scopes.scoped(() -> torch.ones(2).add(new Scalar(1.0)))) {
            assertThat(Tensors.floats(result)).containsExactly(2, 2);
        }
    }

    @Test
    void anUnscopedTensorOutlivesTheScopeAround() {
        Tensor[] kept = new Tensor[1];
        Scopes.run(() -> kept[0] = Scopes.unscoped(() -> torch.ones(2)));
        assertThat(Tensors.floats(kept[0])).containsExactly(1, 1);
        kept[0].close();
    }

    @Test
    void anExistingTensorMayBeTheResult() {
        Scopes.run(() -> {
            Tensor outer = torch.ones(2);
            Tensor same = Scopes.scoped(() -> outer);
            assertThat(Tensors.floats(same)).containsExactly(1, 1);
            assertThat(Tensors.floats(outer)).containsExactly(1, 1);
        });
    }

    @Test
    void aValueLeavesAScopeAndTensorsStay() {
        Tensor[] made = new Tensor[1];
        String said = Scopes.within(() -> {
            made[0] = torch.ones(2);
            return "two";
        });
        assertThat(said).isEqualTo("two");
        assertThat(made[0].isNull()).isTrue();
    }

    @Test
    void scopesLetNothingPileUp() {
        Scopes.run(() -> {
            Tensor start = torch.ones(64, 64);
            Runnable layer = () ->
                    Scopes.run(() -> Scopes.scoped(() -> start.matmul(start).relu()));
            assertThat(NativeObjects.leftBy(50, 500, layer)).isZero();
        });
    }

    @Test
    void gradientsAreOffInsideAndOnAgainAfter() {
        Scopes.run(() -> {
            Tensor weight = torch.ones(1).set_requires_grad(true);
            Tensor without = Scopes.withoutGrad(() -> weight.mul(weight));
            assertThat(without.requires_grad()).isFalse();
            assertThat(weight.mul(weight).requires_grad()).isTrue();
        });
    }
}
