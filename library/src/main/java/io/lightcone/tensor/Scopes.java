// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Runs code in scopes that free native memory. Every tensor created inside a scope is freed when the scope ends, except
 * the one that is handed out; nothing waits for the garbage collector. Autograd keeps what it needs for the backward
 * pass by itself, so a scope around a layer frees only what nobody will read again.
 */
public final class Scopes {
    static {
        NativeMemory.allow();
    }

    private Scopes() {}

    /** Runs {@code body} and frees every tensor it created. */
    public static void run(Runnable body) {
        try (PointerScope scope = new PointerScope()) {
            body.run();
        }
    }

    /** Runs {@code body}, frees every tensor it created, and returns its result, which must be none of them. */
    public static <T> T within(Supplier<T> body) {
        try (PointerScope scope = new PointerScope()) {
            return body.get();
        }
    }

    /**
     * Runs {@code body}, frees every tensor it created but its result, and hands that to the caller's scope. Without a
     * scope around it, the caller owns the result and closes it.
     */
    public static Tensor scoped(Supplier<Tensor> body) {
        PointerScope outer = PointerScope.getInnerScope();
        try (PointerScope scope = new PointerScope()) {
            Tensor result = body.get();
            if (outer != null) {
                outer.attach(result);
            } else {
                result.retainReference();
            }
            return result;
        }
    }

    /**
     * Runs {@code body} as {@link #scoped} does, but its result belongs to no scope, whatever is around: for what
     * outlives a step, such as weights, cached masks and optimiser state. The owner closes it.
     */
    public static Tensor unscoped(Supplier<Tensor> body) {
        try (PointerScope scope = new PointerScope()) {
            return body.get().retainReference();
        }
    }

    /** Runs {@code body} without recording gradients, as {@link #scoped} does. */
    public static Tensor withoutGrad(Supplier<Tensor> body) {
        try (AutoGradMode off = new AutoGradMode(false)) {
            return scoped(body);
        }
    }

    /** Runs {@code body} without recording gradients, and frees every tensor it created. */
    public static void runWithoutGrad(Runnable body) {
        try (AutoGradMode off = new AutoGradMode(false)) {
            run(body);
        }
    }
}
