// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Branch;
import io.lightcone.attention.Grid;
import io.lightcone.model.AttentionContext.BranchIndex;
import io.lightcone.model.ModelConfig.BranchInput;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Timeline;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Computes the attention of MSC (arXiv 2412.09828, section 3): branches of different resolution and reach side by side,
 * each with its own heads, their outputs concatenated. The level of the query's frame weighs the branches:
 *
 * <pre>
 * out = concat_b( gate_b * up_b( attention_b( average_b(x) ) ) ),    gate = n * softmax(W c)   for n branches
 * </pre>
 *
 * W starts at zero, so all gates start at one. The gate belongs to the query's frame, so keys and values of a frame do
 * not depend on who looks at them and can be cached.
 *
 * <p>Shapes: B batch, T frames, N tokens of a frame, S tokens of a frame in the branch, P 3 for queries, keys and
 * values, K heads of the branch, D channels (of a token, of the branch, or of a head), G branches.
 */
final class MultiScaleAttention {
    private final List<BranchAttention> branches = new ArrayList<>();
    private final Linear gates;

    MultiScaleAttention(Parameters parameters, String name, ModelConfig config, int layer, Shared shared) {
        for (int b = 0; b < config.branches().size(); b++) {
            branches.add(new BranchAttention(
                    parameters, name + ".branches." + b, config, new BranchIndex(layer, b), shared));
        }
        ScalarType type = shared.compute().type();
        this.gates = Linear.declare(
                parameters, name + ".gates", config.width(), branches.size(), type, Start.ZERO, Start.ZERO);
    }

    /** Holds what all layers share. */
    record Shared(Compute compute, Rotary rotary) {}

    /**
     * Applies all branches to [B, T, N, D] normalised tokens; the result, [B, T, N, D], is still to be multiplied by
     * {@link #channelGates}.
     */
    Tensor apply(Tensor x_BTND, Grid grid, AttentionContext context) {
        Tensor[] outputs = new Tensor[branches.size()];
        for (int b = 0; b < outputs.length; b++) {
            outputs[b] = branches.get(b).apply(x_BTND, grid, context);
        }
        return outputs.length == 1 ? outputs[0] : Tensors.cat(-1, outputs);
    }

    /**
     * Returns the weight of each branch for each frame, [B, T, G]; those of a frame sum to the number of branches.
     *
     * @param c_BTD conditions, as {@link TransformerStack#conditions} returns them
     */
    Tensor gates(Tensor c_BTD) {
        return torch.softmax(gates.apply(c_BTD), -1).mul(new Scalar((double) branches.size()));
    }

    /**
     * Returns the gates with that of each branch at all of its output channels, [B, T, D]. They are the last thing that
     * a branch does to its output, so a layer multiplies by them together with its own gate, frame by frame and not
     * token by token.
     */
    Tensor channelGates(Tensor c_BTD) {
        Tensor gates_BTG = gates(c_BTD);
        Tensor[] parts = new Tensor[branches.size()];
        for (int b = 0; b < parts.length; b++) {
            parts[b] = gates_BTG.narrow(2, b, 1).expand(gates_BTG.size(0), gates_BTG.size(1), branches.get(b).channels);
        }
        return Tensors.cat(-1, parts);
    }

    /** Computes one branch: average, project, attend, weigh, project, repeat. */
    private static final class BranchAttention {
        private static final double NORM_EPSILON = 1e-6;

        private final ModelConfig model;
        private final BranchIndex index;
        private final String span;
        private final int firstChannel;
        private final int channels;
        private final Shared shared;
        private final Linear qkv;
        private final Linear out;
        private final Tensor norm_D;

        BranchAttention(Parameters parameters, String name, ModelConfig model, BranchIndex index, Shared shared) {
            this.model = model;
            this.index = index;
            this.span = "branch " + index.branch();
            int headsBefore = model.branches().subList(0, index.branch()).stream()
                    .mapToInt(BranchConfig::heads)
                    .sum();
            this.firstChannel = headsBefore * model.headWidth();
            this.channels = model.branches().get(index.branch()).heads() * model.headWidth();
            this.shared = shared;
            int in = model.branchInput() == BranchInput.ALL ? model.width() : channels;
            ScalarType linear = shared.compute().linear();
            this.qkv = Linear.declare(
                    parameters,
                    name + ".qkv",
                    in,
                    3 * channels,
                    linear,
                    Initialisation.XAVIER,
                    Initialisation.AROUND_OWN_PLACE);
            this.norm_D = parameters.declare(name + ".norm", Initialisation.ONE, model.headWidth());
            // Without a bias, weighing before this projection and after it are the same.
            this.out = Linear.withoutBias(parameters, name + ".out", channels, channels, linear);
        }

        Tensor apply(Tensor x_BTND, Grid grid, AttentionContext context) {
            Timeline.Span whole = Timeline.span(span);
            Timeline.Span part = Timeline.span("queries, keys, values");
            Branch branch = model.branch(index.branch(), index.layer(), grid.height(), grid.width());
            Grid cells = grid.pooled(branch.down());
            long batch = x_BTND.size(0);
            int frames = grid.frames();
            int tokens = cells.tokensPerFrame();

            Tensor own = model.branchInput() == BranchInput.ALL ? x_BTND : x_BTND.narrow(3, firstChannel, channels);
            // The mean of a projection is the projection of the mean: average first, r^2 cheaper. It comes after the
            // layer's norm and before the norm of queries and keys, which do not commute with it.
            Tensor x_BTSD = TokenPooling.average(own, grid, branch.down());
            Tensor qkv_BTSPKD = qkv.apply(x_BTSD).view(batch, frames, tokens, 3, branch.heads(), model.headWidth());
            // Split and unbound rather than narrowed and selected: the backward pass then joins the parts of a gradient
            // once, where it would fill a tensor with zeros for each of them and add these up.
            TensorVector parts = torch.split(qkv_BTSPKD, new long[] {2, 1}, 3);
            Tensor normed_BTSPKD = normalise(parts.get(0).to(shared.compute().type()));
            ScalarType attended = context.type(cells);
            TensorVector qk = torch.unbind(
                    shared.rotary()
                            .turn(normed_BTSPKD, grid, context.firstFrame(), branch.down())
                            .to(attended),
                    3);
            Tensor q_BKND = headsFirst(qk.get(0));
            Tensor k_BKND = headsFirst(qk.get(1));
            Tensor v_BKND = headsFirst(parts.get(1).squeeze(3).to(attended));

            part = part.then("attending");
            Tensor seen_BKND = context.attend(index, branch, cells, q_BKND, k_BKND, v_BKND);

            part = part.then("output");
            Tensor seen_BTSD = seen_BKND.transpose(1, 2).reshape(batch, frames, tokens, channels);
            Tensor repeated_BTND = TokenPooling.repeat(out.apply(seen_BTSD), grid, branch.down());
            part.close();
            whole.close();
            return repeated_BTND;
        }

        /**
         * Applies a layer norm to each query and key with a learned scale per channel and no shift (QK-norm, as in
         * ViT-22B, arXiv 2302.05442). libtorch fuses it on a CPU, forwards and backwards, which it does not do for a
         * root-mean-square norm.
         */
        private Tensor normalise(Tensor qk_BTSPKD) {
            return torch.layer_norm(
                    qk_BTSPKD,
                    new long[] {model.headWidth()},
                    new TensorOptional(norm_D),
                    new TensorOptional(),
                    NORM_EPSILON,
                    false);
        }

        /** Returns a view with heads before tokens, [B, T, S, K, D] to [B, K, T*S, D]. */
        private static Tensor headsFirst(Tensor x_BTSKD) {
            return x_BTSKD.flatten(1, 2).transpose(1, 2);
        }
    }
}
