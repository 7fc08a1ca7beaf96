// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.AttentionProducts;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import io.lightcone.tensor.Safetensors.Info;
import io.lightcone.tensor.Tensors;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Attention with one head among all places of a picture, with a residual around it, as an {@link AutoencoderKl} has it
 * at its coarsest level. The fused kernel keeps no scores, so memory grows with the places and not with their pairs.
 *
 * <p>Shapes: N pictures, C channels, H W rows and columns, S = HW places.
 */
record KlAttention(GroupNorm norm, Projection query, Projection key, Projection value, Projection out)
        implements ImageLayer {
    private static final List<String> NAMES = List.of("to_q", "to_k", "to_v", "to_out.0");

    /** The names of files that were written before 2023. */
    private static final List<String> OLD_NAMES = List.of("query", "key", "value", "proj_attn");

    /**
     * A linear map of each place.
     *
     * @param weight [out, in], or [out, in, 1, 1] in files that have it as a convolution
     */
    record Projection(Tensor weight, Tensor bias_C) {
        private static Projection declare(Parameters parameters, String name, long channels, Map<String, Info> given) {
            String weight = name + ".weight";
            Info info = given.get(weight);
            long[] shape = info != null && info.shape().size() == 4
                    ? new long[] {channels, channels, 1, 1}
                    : new long[] {channels, channels};
            return new Projection(
                    parameters.declare(weight, Convolution.KEEPS_SIZE, shape),
                    parameters.declare(name + ".bias", Start.ZERO, channels));
        }

        Tensor apply(Tensor x_NSC) {
            return torch.linear(x_NSC, weight.flatten(1, -1), new TensorOptional(bias_C));
        }
    }

    /**
     * Declares attention.
     *
     * @param given the tensors of the file to load, which decide between old and new names; none for new ones
     */
    static KlAttention declare(
            Parameters parameters, String name, long channels, long groups, Map<String, Info> given) {
        List<String> own = given.containsKey(name + "." + OLD_NAMES.get(0) + ".weight") ? OLD_NAMES : NAMES;
        GroupNorm norm = GroupNorm.declare(parameters, name + ".group_norm", channels, groups, KlResidual.EPSILON);
        List<Projection> maps = own.stream()
                .map(each -> Projection.declare(parameters, name + "." + each, channels, given))
                .toList();
        return new KlAttention(norm, maps.get(0), maps.get(1), maps.get(2), maps.get(3));
    }

    /** Of 16 bits the fused kernel is slow on many processors; there is only one such layer. */
    private static Tensor atLeast32Bits(Tensor x_NSC) {
        return Tensors.type(x_NSC) == ScalarType.BFloat16 ? x_NSC.to(ScalarType.Float) : x_NSC;
    }

    @Override
    public Tensor apply(Tensor x_NCHW) {
        Tensor places_NSC = norm.apply(x_NCHW).flatten(2, 3).transpose(1, 2);
        Tensor seen_N1SC = AttentionProducts.fused(
                atLeast32Bits(query.apply(places_NSC)).unsqueeze(1),
                atLeast32Bits(key.apply(places_NSC)).unsqueeze(1),
                atLeast32Bits(value.apply(places_NSC)).unsqueeze(1),
                null);
        Tensor change_NCS =
                out.apply(seen_N1SC.squeeze(1).to(Tensors.type(x_NCHW))).transpose(1, 2);
        return change_NCS.reshape(x_NCHW.shape()).add(x_NCHW);
    }
}
