// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorList;
import org.bytedeco.pytorch.TensorVector;

/**
 * Applies AdamW to all weights in one pass over memory: the operator {@code aten::_fused_adamw_}, which the bindings do
 * not map, is called through the dispatcher. Plain operators would read and write every weight some ten times.
 */
public final class FusedAdamW {
    static {
        NativeMemory.allow();
    }

    private static final double EPSILON = 1e-8;

    private FusedAdamW() {}

    /**
     * Updates all weights and their running means once, in place.
     *
     * @param weights leaves of the autograd graph
     * @param gradients of the same shapes
     * @param means running means of the gradients
     * @param squares running means of the squared gradients
     * @param updates for each weight how many updates it has had, this one included: scalars, float32, on the weights'
     *     device
     */
    public static void update(
            List<Tensor> weights,
            List<Tensor> gradients,
            List<Tensor> means,
            List<Tensor> squares,
            List<Tensor> updates,
            double learningRate,
            double beta1,
            double beta2,
            double weightDecay) {
        Scopes.runWithoutGrad(() -> {
            IValueVector arguments = new IValueVector(
                    list(weights),
                    list(gradients),
                    list(means),
                    list(squares),
                    list(List.of()),
                    list(updates),
                    new IValue(learningRate),
                    new IValue(beta1),
                    new IValue(beta2),
                    new IValue(weightDecay),
                    new IValue(EPSILON),
                    new IValue(false),
                    new IValue(false),
                    new IValue(),
                    new IValue());
            OperatorHandle operator = Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adamw_", "");
            operator.callBoxed(arguments);
            // The operator leaves the versions of listed tensors as they are, but LinearMap sees changes by them.
            weights.forEach(weight -> weight.unsafeGetTensorImpl().bump_version());
        });
    }

    /**
     * Returns a list of tensors as the dispatcher wants it; the constructor of {@code IValue} for a vector would abort
     * the JVM.
     */
    private static IValue list(List<Tensor> tensors) {
        TensorList list = new TensorList(new TensorVector(tensors.toArray(Tensor[]::new)));
        return new IValue(new GenericList((Pointer) list));
    }
}
