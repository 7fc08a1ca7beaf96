// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Computes attention as the reference for all other plans: one call of an {@link AttentionKernel} over all pairs of
 * tokens, with a mask that is 0 where a query sees a key and minus infinity elsewhere. It costs N^2 scores whatever the
 * branch saves, and its mask takes N^2 numbers.
 */
final class MaskedPlan implements PreparedPlan {
    private final Tensor mask_NN;
    private final AttentionKernel kernel;

    MaskedPlan(Neighbourhood neighbourhood, ScalarType type, Device device, AttentionKernel kernel) {
        this.kernel = kernel;
        this.mask_NN = Scopes.unscoped(
                () -> Scopes.withoutGrad(() -> mask(neighbourhood).to(device, type)));
    }

    @Override
    public Tensor attend(Tensor q_BKND, Tensor k_BKND, Tensor v_BKND) {
        return kernel.attend(q_BKND, k_BKND, v_BKND, mask_NN);
    }

    /**
     * Returns the mask, [N, N] float32 on the CPU: 0 where the row's query sees the column's key, else minus infinity.
     */
    static Tensor mask(Neighbourhood neighbourhood) {
        Grid grid = neighbourhood.grid();
        long frames = grid.frames();
        long tokens = grid.tokensPerFrame();
        Tensor mask_TSTS = torch.full(new long[] {frames, tokens, frames, tokens}, new Scalar(Float.NEGATIVE_INFINITY));
        Map<Integer, Tensor> byDistance = new HashMap<>();
        for (int t = 0; t < frames; t++) {
            for (int key : neighbourhood.keyFrames(t)) {
                Tensor window_SS = byDistance.computeIfAbsent(t - key, distance -> window(neighbourhood, distance));
                mask_TSTS.select(0, t).select(1, key).copy_(window_SS);
            }
        }
        return mask_TSTS.view(frames * tokens, frames * tokens);
    }

    /** Returns the part of the mask between two frames {@code distance} apart, [S, S]. */
    private static Tensor window(Neighbourhood neighbourhood, int distance) {
        Grid grid = neighbourhood.grid();
        boolean[][] rows = neighbourhood.axis(grid.height(), distance).table();
        boolean[][] columns = neighbourhood.axis(grid.width(), distance).table();
        int tokens = grid.tokensPerFrame();
        float[] values = new float[tokens * tokens];
        for (int query = 0; query < tokens; query++) {
            boolean[] row = rows[query / grid.width()];
            boolean[] column = columns[query % grid.width()];
            for (int key = 0; key < tokens; key++) {
                boolean sees = row[key / grid.width()] && column[key % grid.width()];
                values[query * tokens + key] = sees ? 0 : Float.NEGATIVE_INFINITY;
            }
        }
        return Tensors.of(values, tokens, tokens);
    }

    @Override
    public long bytes() {
        return mask_NN.nbytes();
    }

    @Override
    public void close() {
        mask_NN.close();
    }
}
