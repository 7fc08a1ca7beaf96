// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.Diffusion;
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

/**
 * Denoisers whose answer is known, because the data is: sequences of independent Gaussian pixels that follow
 * {@code x(t) = rho x(t-1) + sqrt(1 - rho^2) tau z}, each frame seen through its noise.
 */
final class Oracles {
    private Oracles() {}

    /** Everything is told of frames of one value each: the network knows the clean frame. */
    static ClipDenoiser constant(double value, Diffusion diffusion) {
        return (first, x, level) -> {
            NoiseSchedule schedule = diffusion.schedule();
            Tensor alpha = schedule.alpha(level);
            Tensor sigma = schedule.sigma(level);
            Tensor x0 = x.mul(new Scalar(0.0)).add(new Scalar(value));
            Tensor epsilon = x.sub(alpha.mul(x0)).div(sigma);
            return diffusion.prediction().target(x0, epsilon, alpha, sigma);
        };
    }

    /** Independent pixels of mean {@code mean} and deviation {@code tau}: the posterior mean is linear. */
    static ClipDenoiser gaussian(double mean, double tau, Diffusion diffusion) {
        return (first, x, level) -> {
            NoiseSchedule schedule = diffusion.schedule();
            Tensor alpha = schedule.alpha(level);
            Tensor sigma = schedule.sigma(level);
            Tensor variance = alpha.square().mul(new Scalar(tau * tau)).add(sigma.square());
            Tensor off = x.sub(alpha.mul(new Scalar(mean)));
            Tensor x0 = alpha.mul(new Scalar(tau * tau)).div(variance).mul(off).add(new Scalar(mean));
            Tensor epsilon = sigma.div(variance).mul(off);
            return diffusion.prediction().target(x0, epsilon, alpha, sigma);
        };
    }

    /**
     * Frames of an AR(1) sequence of unit variance: a frame given the one before it, which is taken as it is (scaled back from
     * its level), is Gaussian with mean {@code rho x(t-1)} and variance {@code 1 - rho^2}.
     */
    static ClipDenoiser autoregressive(double rho, Diffusion diffusion) {
        return (first, x, level) -> {
            NoiseSchedule schedule = diffusion.schedule();
            int frames = (int) x.size(1);
            Tensor alpha = schedule.alpha(level);
            Tensor sigma = schedule.sigma(level);
            List<Tensor> predictions = new ArrayList<>();
            for (int t = 0; t < frames; t++) {
                Tensor a = alpha.narrow(1, t, 1);
                Tensor s = sigma.narrow(1, t, 1);
                Tensor now = x.narrow(1, t, 1);
                double tau2 = t == 0 ? 1 : 1 - rho * rho;
                Tensor mean = t == 0
                        ? now.mul(new Scalar(0.0))
                        : x.narrow(1, t - 1, 1).div(alpha.narrow(1, t - 1, 1)).mul(new Scalar(rho));
                Tensor variance = a.square().mul(new Scalar(tau2)).add(s.square());
                Tensor off = now.sub(a.mul(mean));
                Tensor x0 = a.mul(new Scalar(tau2)).div(variance).mul(off).add(mean);
                Tensor epsilon = s.div(variance).mul(off);
                predictions.add(diffusion.prediction().target(x0, epsilon, a, s));
            }
            return Tensors.cat(1, predictions.toArray(Tensor[]::new));
        };
    }

    /** Generates as tests do: float32 on the CPU, not clipped, behind no noise but what {@code context} says. */
    static List<float[]> generate(
            CausalDenoiser denoiser,
            Diffusion diffusion,
            Stepper stepper,
            DenoisingPlan plan,
            ContextConfig context,
            int clips,
            int side) {
        Sampler sampler = new Sampler(diffusion, stepper, context, Double.POSITIVE_INFINITY);
        List<Integer> numbers = IntStream.range(0, clips).boxed().toList();
        Noise noise = new Noise(new RandomStreams(1), numbers, new FrameShape(1, side, side), new Device("cpu"));
        List<float[]> frames = new ArrayList<>();
        Scopes.run(() -> {
            try (RollOut rollOut = sampler.rollOut(plan, denoiser, noise, null)) {
                while (rollOut.hasNext()) {
                    Scopes.run(() -> frames.add(Tensors.floats(rollOut.next())));
                }
            }
        });
        return frames;
    }

    static Diffusion diffusion(NoiseSchedule schedule, Prediction prediction) {
        return new Diffusion(schedule, prediction, io.lightcone.diffusion.LossWeight.UNIFORM);
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
