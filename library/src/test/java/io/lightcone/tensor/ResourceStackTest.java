// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.testing.NativeObjects;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class ResourceStackTest {
    private final List<String> closed = new ArrayList<>();

    @Test
    void theNewestResourceIsClosedFirst() {
        try (ResourceStack owned = new ResourceStack()) {
            owned.add(() -> closed.add("first"));
            owned.add(() -> closed.add("second"));
        }
        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void keptResourcesAreNotClosed() {
        try (ResourceStack owned = new ResourceStack()) {
            owned.add(() -> closed.add("kept"));
            owned.keep();
            owned.add(() -> closed.add("later"));
        }
        assertThat(closed).containsExactly("later");
    }

    @Test
    void aResourceThatCannotBeClosedLeavesNoOtherOpen() {
        ResourceStack owned = new ResourceStack();
        owned.add(() -> closed.add("first"));
        owned.add(() -> {
            throw new IOException("second");
        });
        owned.add(() -> {
            throw new IllegalStateException("third");
        });
        assertThatThrownBy(owned::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("third")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(closed).containsExactly("first");
    }

    @Test
    void theCountOfNativeObjectsSeesALeak() {
        List<Tensor> left = new ArrayList<>();
        assertThatThrownBy(() -> NativeObjects.requireNothingLeft(() -> left.add(Scopes.unscoped(() -> torch.ones(2)))))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> NativeObjects.requireNothingLeft(() -> Scopes.unscoped(() -> torch.ones(2))))
                .isInstanceOf(AssertionError.class);
        NativeObjects.requireNothingLeft(() -> torch.ones(2));
        left.forEach(Tensor::close);
    }

    @Test
    void aWeightThatIsDeclaredTwiceIsCreatedOnce() {
        NativeObjects.requireNothingLeft(() -> {
            try (Parameters parameters = Parameters.fresh(new Device("cpu"), ScalarType.Float)) {
                parameters.declare("a", 2);
                assertThatThrownBy(() -> parameters.declare("a", 2)).isInstanceOf(IllegalStateException.class);
            }
        });
    }

    @Test
    void aMissingWeightLeavesNoEarlierWeightOpen() {
        NativeObjects.requireNothingLeft(() -> {
            Map<String, Tensor> given = Map.of("a", torch.ones(2));
            try (Parameters parameters = Parameters.loaded(given, new Device("cpu"))) {
                parameters.declare("a", 2);
                assertThatThrownBy(() -> parameters.declare("b", 2)).hasMessageContaining("has no weight b");
            }
        });
    }
}
