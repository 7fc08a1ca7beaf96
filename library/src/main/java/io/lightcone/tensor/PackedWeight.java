// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
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

    /** The rows of the products that are tried: oneDNN treats few and many differently. */
    private static final int[] ROWS = {1, 64, 512};

    /** Whether products with weights of some type and shape are correct here; found out by trying. */
    private static final Map<Kind, Boolean> CORRECT = new ConcurrentHashMap<>();

    /** What decides how oneDNN packs a weight; {@code threads} are those of the program. */
    private record Kind(ScalarType type, long out, long in, int threads) {}

    private final Tensor packed;
    private final long bytes;

    private PackedWeight(Tensor packed, long bytes) {
        this.packed = packed;
        this.bytes = bytes;
    }

    /**
     * Returns whether products with {@code weight_OI} in {@code type} can be computed from a packed weight. Not all
     * are: libtorch may be built without oneDNN, the processor may have no product of the type, and oneDNN 3.7 packs
     * some float32 weights wrongly whose rows do not fill its last block (see {@link Convolutions}), so that in float32
     * each shape is tried. In bfloat16, of which no wrong layout is known, one small product is.
     */
    static boolean isPossible(Tensor weight_OI, ScalarType type) {
        if (!weight_OI.is_cpu() || (type != ScalarType.Float && type != ScalarType.BFloat16)) {
            return false;
        }
        boolean isFloat = type == ScalarType.Float;
        Kind kind =
                new Kind(type, isFloat ? weight_OI.size(0) : 2, isFloat ? weight_OI.size(1) : 2, Libtorch.threads());
        return CORRECT.computeIfAbsent(kind, PackedWeight::isCorrect);
    }

    /** Tries products with a packed weight by one thread, as frames are mostly generated, and by all. */
    private static boolean isCorrect(Kind kind) {
        return IntStream.of(1, kind.threads).distinct().allMatch(threads -> {
            boolean[] correct = new boolean[1];
            Libtorch.withThreads(
                    threads, () -> Scopes.runWithoutGrad(() -> correct[0] = isCorrectByThreadsOfCaller(kind)));
            return correct[0];
        });
    }

    private static boolean isCorrectByThreadsOfCaller(Kind kind) {
        Tensor weight_OI = Tensors.scattered(kind.out, kind.in).to(kind.type);
        try (PackedWeight packed = of(weight_OI, kind.type)) {
            return Arrays.stream(ROWS).allMatch(rows -> {
                Tensor x_NI = Tensors.scattered(rows, kind.in).to(kind.type);
                Tensor got_NO = packed.multiply(x_NI, null, true).to(ScalarType.Float);
                Tensor expected_NO = torch.gelu(torch.linear(x_NI, weight_OI)).to(ScalarType.Float);
                double largest = expected_NO.abs().max().item_double();
                return got_NO.sub(expected_NO).abs().max().item_double() <= tolerance(kind.type) * largest;
            });
        } catch (RuntimeException | LinkageError e) {
            if (OutOfMemory.caused(e)) {
                throw e;
            }
            return false; // built without oneDNN, or a processor that it has no product of this type for
        }
    }

    /** Returns by how much a product may differ from the plain one, as a share of the largest value. */
    private static double tolerance(ScalarType type) {
        return type == ScalarType.Float ? 1e-3 : 3e-2;
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
