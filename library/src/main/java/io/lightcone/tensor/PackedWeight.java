// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Holds a weight in the order in which oneDNN's product reads it, which depends on the processor. A product with a
 * plain weight brings it into that order at every call; with few rows that takes as long as the product itself. It
 * records no gradients.
 */
final class PackedWeight implements AutoCloseable {
    static {
        NativeMemory.allow();
    }

    /** Whether this processor and this libtorch multiply by packed weights of a type; found out by trying. */
    private static final Map<ScalarType, Boolean> POSSIBLE = new ConcurrentHashMap<>();

    private final Tensor packed;
    private final long bytes;

    private PackedWeight(Tensor packed, long bytes) {
        this.packed = packed;
        this.bytes = bytes;
    }

    /** Returns whether products with {@code weight_OI} in {@code type} can be computed from a packed weight. */
    static boolean isPossible(Tensor weight_OI, ScalarType type) {
        boolean known = type == ScalarType.Float || type == ScalarType.BFloat16;
        return known && weight_OI.is_cpu() && POSSIBLE.computeIfAbsent(type, PackedWeight::works);
    }

    private static boolean works(ScalarType type) {
        try {
            Scopes.runWithoutGrad(() -> {
                Tensor some = torch.ones(2, 2);
                try (PackedWeight weight = of(some, type)) {
                    weight.multiply(some.to(type), null, true);
                }
            });
            return true;
        } catch (RuntimeException e) {
            return false; // built without oneDNN, or a processor that it has no product of this type for
        }
    }

    /** Packs a weight, [out, in], as it is now; the result owns its memory. */
    static PackedWeight of(Tensor weight_OI, ScalarType type) {
        Tensor packed = Scopes.unscoped(() -> Scopes.withoutGrad(() -> call(
                Operators.PACK, new IValueVector(new IValue(weight_OI.detach().to(type)), new IValue()))));
        return new PackedWeight(packed, weight_OI.numel() * torch.elementSize(type));
    }

    /**
     * Computes {@code x W' + b}, or GELU of it.
     *
     * @param x [..., in], of the type of this weight
     * @param bias_O [out], of the same type, or null for none
     * @return [..., out] in the caller's scope
     */
    Tensor multiply(Tensor x, @Nullable Tensor bias_O, boolean gelu) {
        return Scopes.scoped(() -> call(
                Operators.MULTIPLY,
                new IValueVector(
                        new IValue(x),
                        new IValue(packed),
                        bias_O == null ? new IValue() : new IValue(bias_O),
                        gelu ? Operators.GELU : Operators.NONE,
                        Operators.NO_SCALARS,
                        Operators.NONE)));
    }

    private static Tensor call(OperatorHandle operator, IValueVector arguments) {
        operator.callBoxed(arguments); // which leaves the result in the place of the arguments
        return new Tensor(arguments.get(0).toTensor()); // a copy of the reference, since that one is the vector's
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        packed.close();
    }

    /** Holds the operators, which a libtorch without oneDNN lacks, and the arguments that are always the same. */
    private static final class Operators {
        static final OperatorHandle PACK = find("mkldnn::_reorder_linear_weight");
        static final OperatorHandle MULTIPLY = find("mkldnn::_linear_pointwise");
        static final IValue GELU = kept(new IValue("gelu"));
        /** Says that there is no function behind the product, and that GELU is the exact one. */
        static final IValue NONE = kept(new IValue("none"));
        /** An empty list of the type that the operator declares, which the dispatcher checks. */
        static final IValue NO_SCALARS = kept(new IValue(new GenericList(
                MULTIPLY.schema().arguments().getPointer(4).type().get().containedType(0))));

        private static OperatorHandle find(String name) {
            return kept(Dispatcher.singleton().findSchemaOrThrow(name, ""));
        }

        private static <P extends Pointer> P kept(P pointer) {
            return pointer.retainReference();
        }
    }
}
