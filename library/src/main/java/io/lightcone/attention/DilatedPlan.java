// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import io.lightcone.RecordCopy;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes attention to every d-th frame back: frames of different residues modulo d never meet, so each residue is a
 * clip of its own, d times shorter, whose frames follow each other. The clips go through an ordinary plan together, as
 * one batch.
 *
 * <p>Where d does not divide the frames, the shorter clips are filled up at their end: no real frame sees what comes
 * later. A stride beyond the clip is cut to its length, for then every frame is a residue of its own already.
 *
 * <p>Shapes: B batch, K heads, N tokens of the clip, T frames, S tokens of a frame, D channels, m frames of a residue.
 */
final class DilatedPlan implements PreparedPlan {
    private final Grid grid;
    private final int residues;
    private final PreparedPlan perResidue;

    /**
     * Creates a plan that folds the clip by residues.
     *
     * @param perResidue a plan for {@link #residue}, which this plan then owns
     */
    DilatedPlan(Neighbourhood neighbourhood, PreparedPlan perResidue) {
        this.grid = neighbourhood.grid();
        this.residues = residues(neighbourhood);
        this.perResidue = perResidue;
    }

    /** Returns how many clips the frames make: d, or as many as there are frames. */
    static int residues(Neighbourhood neighbourhood) {
        return Math.min(neighbourhood.branch().stride(), neighbourhood.grid().frames());
    }

    /** Returns the neighbourhood of a residue's clip: the same windows, with frame distances counted in strides. */
    static Neighbourhood residue(Neighbourhood neighbourhood) {
        Grid grid = neighbourhood.grid();
        int residues = residues(neighbourhood);
        Branch steady = RecordCopy.of(neighbourhood.branch())
                .with(Branch::sinks, 0)
                .with(Branch::stride, 1)
                .with(Branch::keyFrames, KeyFrames.DILATED)
                .build();
        int frames = (grid.frames() - 1) / residues + 1;
        return new Neighbourhood(steady, new Grid(frames, grid.height(), grid.width()), residues);
    }

    @Override
    public Tensor attend(Tensor q_BKND, Tensor k_BKND, Tensor v_BKND) {
        Tensor seen_BdKMD = perResidue.attend(fold(q_BKND), fold(k_BKND), fold(v_BKND));
        int tokens = grid.tokensPerFrame();
        long batch = q_BKND.size(0);
        return seen_BdKMD
                .view(batch, residues, seen_BdKMD.size(1), -1, tokens, seen_BdKMD.size(3)) // B d K m S D
                .permute(0, 2, 3, 1, 4, 5) // B K m d S D
                .flatten(2, 4)
                .narrow(2, 0, grid.tokens());
    }

    /** Folds a clip into one batch of residues, [B, K, T*S, D] to [B*d, K, m*S, D]. */
    private Tensor fold(Tensor x_BKND) {
        int tokens = grid.tokensPerFrame();
        int missing = Math.floorMod(-grid.frames(), residues);
        Tensor filled = missing == 0 ? x_BKND : torch.constant_pad_nd(x_BKND, 0, 0, 0, (long) missing * tokens);
        return filled.view(x_BKND.size(0), x_BKND.size(1), -1, residues, tokens, x_BKND.size(3)) // B K m d S D
                .permute(0, 3, 1, 2, 4, 5) // B d K m S D
                .reshape(x_BKND.size(0) * residues, x_BKND.size(1), -1, x_BKND.size(3));
    }

    @Override
    public long bytes() {
        return perResidue.bytes();
    }

    @Override
    public void close() {
        perResidue.close();
    }
}
