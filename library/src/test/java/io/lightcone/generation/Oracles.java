// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.LossWeight;
import io.lightcone.diffusion.Mixture;
import io.lightcone.diffusion.NoiseSchedule;
import io.lightcone.diffusion.Prediction;
import io.lightcone.diffusion.Stepper;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Denoisers whose answer is known, because the data is: pixels are independent of each other, and Gaussian or constant
 * over frames.
 */
final class Oracles {
    private Oracles() {}

    /** Returns a network that knows the clean frame, for data whose frames have one value each. */
    static ClipDenoiser constant(double value, Diffusion diffusion) {
        return (first, x, level, step) -> {
            Mixture at = diffusion.at(Levels.of(level), x);
            Tensor alpha = at.alpha();
            Tensor sigma = at.sigma();
            Tensor x0 = x.mul(new Scalar(0.0)).add(new Scalar(value));
            Tensor epsilon = x.sub(alpha.mul(x0)).div(sigma);
            return diffusion.prediction().target(x0, epsilon, alpha, sigma);
        };
    }

    /**
     * Returns the posterior mean of independent pixels of mean {@code mean} and deviation {@code tau}, which is linear.
     */
    static ClipDenoiser gaussian(double mean, double tau, Diffusion diffusion) {
        return (first, x, level, step) -> {
            Mixture at = diffusion.at(Levels.of(level), x);
            Tensor alpha = at.alpha();
            Tensor sigma = at.sigma();
            Tensor variance = alpha.square().mul(new Scalar(tau * tau)).add(sigma.square());
            Tensor off = x.sub(alpha.mul(new Scalar(mean)));
            Tensor x0 = alpha.mul(new Scalar(tau * tau)).div(variance).mul(off).add(new Scalar(mean));
            Tensor epsilon = sigma.div(variance).mul(off);
            return diffusion.prediction().target(x0, epsilon, alpha, sigma);
        };
    }

    /**
     * Returns the posterior mean of frames of an AR(1) sequence of unit variance, {@code cov(x(s), x(t)) = rho^|s-t|}.
     * With A and S the diagonals of alpha and sigma and C the covariance of the frames that it is shown,
     *
     * <pre>
     * M = A C A + S^2,    E[x | y] = C A M^-1 y,    E[epsilon | y] = S M^-1 y
     * </pre>
     *
     * @param causal whether what it says of a frame comes from that frame and earlier ones alone
     */
    static ClipDenoiser autoregressive(double rho, boolean causal, Diffusion diffusion) {
        return (first, x, level, step) -> {
            int frames = (int) x.size(1);
            NoiseSchedule schedule = diffusion.schedule();
            double[] levels = Tensors.doubles(level.select(0, 0));
            double[] ofX0 = new double[frames * frames];
            double[] ofEpsilon = new double[frames * frames];
            for (int t = 0; t < frames; t++) {
                int seen = causal ? t + 1 : frames;
                double[] row = inverseRows(rho, levels, seen, schedule); // M^-1, seen x seen
                for (int s = 0; s < seen; s++) {
                    ofEpsilon[t * frames + s] = schedule.sigma(levels[t]) * row[t * seen + s];
                    for (int u = 0; u < seen; u++) {
                        ofX0[t * frames + s] +=
                                Math.pow(rho, Math.abs(t - u)) * schedule.alpha(levels[u]) * row[u * seen + s];
                    }
                }
            }
            Tensor x0 = mixed(ofX0, x);
            Tensor epsilon = mixed(ofEpsilon, x);
            Mixture at = diffusion.at(Levels.of(level), x);
            return diffusion.prediction().target(x0, epsilon, at.alpha(), at.sigma());
        };
    }

    private static double[] inverseRows(double rho, double[] levels, int seen, NoiseSchedule schedule) {
        double[] m = new double[seen * seen];
        for (int s = 0; s < seen; s++) {
            for (int t = 0; t < seen; t++) {
                m[s * seen + t] =
                        schedule.alpha(levels[s]) * Math.pow(rho, Math.abs(s - t)) * schedule.alpha(levels[t]);
            }
            m[s * seen + s] += Math.pow(schedule.sigma(levels[s]), 2);
        }
        return Tensors.doubles(torch.linalg_inv(Tensors.of(m, seen, seen)));
    }

    /** Returns frames mixed by a T x T matrix. */
    private static Tensor mixed(double[] matrix, Tensor x_BTCHW) {
        int frames = (int) x_BTCHW.size(1);
        Tensor matrix_TT = Tensors.of(matrix, frames, frames).to(Tensors.type(x_BTCHW));
        return torch.einsum("ts,bschw->btchw", new TensorVector(matrix_TT, x_BTCHW));
    }

    /** Generates frames as tests do: float32 on the CPU, not clipped, with the context that {@code context} says. */
    static List<float[]> generate(
            CausalDenoiser denoiser,
            Diffusion diffusion,
            Stepper stepper,
            DenoisingPlan plan,
            ContextConfig context,
            int clips,
            int side) {
        Sampler sampler = new Sampler(diffusion, stepper, context, GuidanceConfig.none(), Double.POSITIVE_INFINITY);
        List<Integer> numbers = IntStream.range(0, clips).boxed().toList();
        Noise noise = new Noise(new RandomStreams(1), numbers, new FrameShape(1, side, side), new Device("cpu"));
        List<float[]> frames = new ArrayList<>();
        Scopes.run(() -> {
            try (RollOut rollOut = sampler.rollOut(plan, () -> denoiser, () -> denoiser, noise, null)) {
                while (rollOut.hasNext()) {
                    Scopes.run(() -> frames.add(Tensors.floats(rollOut.next())));
                }
            }
        });
        return frames;
    }

    static Diffusion diffusion(NoiseSchedule schedule, Prediction prediction) {
        return new Diffusion(schedule, prediction, LossWeight.UNIFORM);
    }

    static double deviation(float[] values) {
        double mean = 0;
        for (float value : values) {
            mean += value / (double) values.length;
        }
        double sum = 0;
        for (float value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / values.length);
    }
}
