// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.Diffusion.Estimate;
import io.lightcone.tensor.RandomBatch;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Consistency distillation (arXiv 2303.01469, algorithm 2; of causal video models in arXiv 2605.15141) teaches a
 * network to say at once where a trained one leads in many updates. Its clean frame f(x, s) shall be the same
 * everywhere on a path of the trained one, the teacher; so at each level of an even grid, 1/N, 2/N and so on up to 1,
 *
 * <pre>
 * x'        = x moved from level s to s - 1/N by one Euler step of the teacher
 * f(x, s)   shall be f'(x', s - 1/N)         f' is f of the moving average of the weights
 * f'(x', 0) = x'
 * </pre>
 *
 * The last line is the boundary condition, where the path ends: it is not learned but set here, so it holds for every
 * prediction (that of a velocity, {@code f = x - s v}, meets it anyway), and what is learned at the lowest level is
 * where the teacher's last step ends. From there the right frames spread to the noisier levels.
 *
 * <p>The teacher's Euler step goes along the lines of {@link StraightPath}: what it says of a frame is mixed anew at
 * the lower level, for every schedule. Frames are made by {@link MultistepConsistency}.
 *
 * <p>Shapes: B clips, T frames, C channels, H W rows and columns.
 *
 * @param diffusion what noise is, and what the networks predict
 * @param levels how many levels the grid has (N), at least 2
 */
public record Consistency(Diffusion diffusion, int levels) {
    /** A network that predicts frames at given levels. */
    @FunctionalInterface
    public interface Network {
        /**
         * Predicts every frame.
         *
         * @param x_BTCHW noisy frames
         * @param level_BT the level of each
         * @return [B, T, C, H, W] in the caller's scope
         */
        Tensor predict(Tensor x_BTCHW, Tensor level_BT);
    }

    /** Draws the level of each frame of each clip from the grid, evenly, each with an update to the next lower one. */
    public Updates draw(int frames, RandomBatch random) {
        double[] uniform = Scopes.within(() -> Tensors.doubles(random.uniform(frames))); // B T
        double[][] drawn = new double[uniform.length / frames][frames];
        for (int i = 0; i < uniform.length; i++) {
            drawn[i / frames][i % frames] = (1 + (int) (uniform[i] * levels)) / (double) levels;
        }
        double[] step = new double[frames];
        Arrays.fill(step, 1.0 / levels);
        return new Updates(Levels.of(drawn), Levels.same(drawn.length, step));
    }

    /**
     * Computes the clean frames that are to be learned, without gradients.
     *
     * @param x_BTCHW frames with noise, at the levels of {@code updates}
     * @param teacher the trained network
     * @param average the network that learns, with the moving average of its weights
     * @return [B, T, C, H, W] in the caller's scope
     */
    public Tensor target(Tensor x_BTCHW, Updates updates, Network teacher, Network average) {
        return Scopes.withoutGrad(() -> {
            Mixture from = diffusion.at(updates.levels(), x_BTCHW);
            Mixture to = diffusion.at(updates.levels().minus(updates.steps()), x_BTCHW);
            Estimate taught = diffusion.estimate(teacher.predict(x_BTCHW, from.level_BT()), x_BTCHW, from);
            Tensor moved_BTCHW = to.noisy(taught.x0(), taught.epsilon());
            Tensor said_BTCHW = clean(average.predict(moved_BTCHW, to.level_BT()), moved_BTCHW, to);
            Tensor ends = to.sigma().eq(new Scalar(0.0)); // B T 1 1 1
            return torch.where(ends, moved_BTCHW, said_BTCHW);
        });
    }

    /** Returns the clean frames that the prediction {@code p} of noisy frames {@code x} means, f(x, s). */
    private Tensor clean(Tensor p_BTCHW, Tensor x_BTCHW, Mixture at) {
        return diffusion.prediction().x0(p_BTCHW, x_BTCHW, at.alpha(), at.sigma());
    }

    /**
     * Returns the squared error of the clean frame that is predicted of each noisy one: [B, T] in the caller's scope.
     *
     * @param p_BTCHW the prediction of the network that learns
     * @param x_BTCHW the noisy frames that it was given
     * @param target_BTCHW what {@link #target} returns for them
     */
    public Tensor error(Tensor p_BTCHW, Tensor x_BTCHW, Tensor target_BTCHW, Mixture at) {
        return clean(p_BTCHW, x_BTCHW, at).sub(target_BTCHW).square().mean(2, 3, 4);
    }
}
