// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.Diffusion.Estimate;
import io.lightcone.tensor.RandomBatch;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A shortcut (arXiv 2410.12557, section 3; shortcut forcing over video in Dreamer 4, arXiv 2509.24527, section 3.2)
 * teaches a network to make updates that are longer than velocities are constant. The network is told the length d of
 * an update as well as the level s, and one update by d shall lead where two by d/2 lead:
 *
 * <pre>
 * v'  = v(x, s, d/2)             x' = x moved along v' to level s - d/2
 * v'' = v(x', s - d/2, d/2)      v(x, s, d) shall be (v' + v'') / 2
 * </pre>
 *
 * for d = 1, 1/2, 1/4 and so on; updates of the finest length, one over {@code finest}, are not told from velocities,
 * which ordinary flow matching teaches. So what is right for short updates spreads to long ones, without a teacher that
 * was trained before. Updates here go along the lines of {@link StraightPath}, so this holds for every schedule; where
 * d/2 levels are not always as far on the line, v' and v'' are weighted by how far they lead.
 *
 * <p>The target is a pair of clean frame and noise like any other, {@code x0 = x - s v} and {@code epsilon = x0 + v} in
 * flow matching. So predictions and loss weights are those of {@link Diffusion}; the squared error of a predicted clean
 * frame is that of its velocity times s^2, which is Dreamer 4's equation 7.
 *
 * <p>Shapes: B clips, T frames, C channels, H W rows and columns.
 *
 * @param diffusion what noise is, and what the network predicts
 * @param finest how many updates of the finest length there are from level 1 to 0, a power of two
 */
public record Shortcut(Diffusion diffusion, int finest) {
    /** A network that says where the two halves of an update lead. */
    @FunctionalInterface
    public interface Teacher {
        /**
         * Predicts every frame that has an update; what it says of the others means nothing.
         *
         * @param x_BTCHW noisy frames
         * @param level_BT the level of each
         * @param step_BT by how many levels the update of each lowers it, or 0
         * @return [B, T, C, H, W] in the caller's scope
         */
        Tensor predict(Tensor x_BTCHW, Tensor level_BT, Tensor step_BT);
    }

    /**
     * Draws the updates of clips whose levels are drawn: every length equally often, the finest among them, in which a
     * frame keeps its level. Others move the level up to the next one that such updates pass through on their way from
     * 1 to 0; evenly drawn levels are then evenly drawn ones of these. Clean frames stay as they are.
     *
     * @param taught which clips draw updates; all others are asked for velocities alone
     * @param perFrame whether each frame draws its own length, as levels that are independent allow, or each clip one
     *     for all of its frames, which keeps the order of their levels
     */
    public Updates draw(Levels levels, boolean[] taught, boolean perFrame, RandomBatch random) {
        int lengths = Integer.numberOfTrailingZeros(finest) + 1;
        double[] uniform = Scopes.within(() -> Tensors.doubles(random.uniform(levels.frames()))); // B T
        double[][] moved = new double[levels.clips()][];
        double[][] steps = new double[levels.clips()][levels.frames()];
        for (int b = 0; b < moved.length; b++) {
            moved[b] = levels.ofClip(b);
            for (int t = 0; taught[b] && t < levels.frames(); t++) {
                int length = (int) (uniform[b * levels.frames() + (perFrame ? t : 0)] * lengths);
                if (length < lengths - 1 && moved[b][t] > 0) {
                    steps[b][t] = Math.scalb(1.0, -length);
                    moved[b][t] = Math.ceil(moved[b][t] / steps[b][t]) * steps[b][t];
                }
            }
        }
        return new Updates(Levels.of(moved), Levels.of(steps));
    }

    /**
     * Computes what is to be learned of frames: where their update goes anywhere, the clean frame and noise that mean
     * the velocity of its two halves, without gradients; elsewhere the true ones.
     *
     * @param x_BTCHW the frames with noise, at the levels of {@code updates}
     * @param x0_BTCHW the true frames
     * @param noise_BTCHW the true noise
     * @return in the caller's scope
     */
    public Estimate target(Tensor x_BTCHW, Tensor x0_BTCHW, Tensor noise_BTCHW, Updates updates, Teacher teacher) {
        Levels half = updates.steps().scaled(0.5);
        Tensor both = Scopes.withoutGrad(() -> {
            ScalarType type = Tensors.type(x_BTCHW);
            Tensor half_BT = half.tensor(x_BTCHW.device(), type);
            Mixture from = diffusion.at(updates.levels(), x_BTCHW);
            Mixture middle = diffusion.at(updates.levels().minus(half), x_BTCHW);
            Mixture to = diffusion.at(updates.levels().minus(updates.steps()), x_BTCHW);
            Tensor moves = half_BT.gt(new Scalar(0.0)).view(from.alpha().shape()); // B T 1 1 1
            Tensor first = middle.noiseShare().sub(from.noiseShare()); // how far each half leads on the line
            Tensor second = to.noiseShare().sub(middle.noiseShare());

            Tensor y_BTCHW = x_BTCHW.div(from.scale());
            Tensor there_BTCHW = velocity(teacher.predict(x_BTCHW, from.level_BT(), half_BT), x_BTCHW, from)
                    .mul(first);
            Tensor half_BTCHW = torch.where(moves, y_BTCHW.add(there_BTCHW).mul(middle.scale()), x_BTCHW);
            Tensor rest_BTCHW = velocity(teacher.predict(half_BTCHW, middle.level_BT(), half_BT), half_BTCHW, middle)
                    .mul(second);
            Tensor whole_BTCHW = there_BTCHW.add(rest_BTCHW).div(first.add(second)); // undefined where none moves
            Tensor wanted_BTCHW = y_BTCHW.sub(from.noiseShare().mul(whole_BTCHW));
            return Tensors.cat(
                    0,
                    torch.where(moves, wanted_BTCHW, x0_BTCHW),
                    torch.where(moves, wanted_BTCHW.add(whole_BTCHW), noise_BTCHW)); // 2 B T C H W
        });
        long clips = x_BTCHW.size(0);
        return new Estimate(both.narrow(0, 0, clips), both.narrow(0, clips, clips));
    }

    private Tensor velocity(Tensor p_BTCHW, Tensor x_BTCHW, Mixture at) {
        return StraightPath.velocity(diffusion.estimate(p_BTCHW, x_BTCHW, at));
    }
}
