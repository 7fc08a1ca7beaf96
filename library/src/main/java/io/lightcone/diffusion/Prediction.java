// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import org.bytedeco.pytorch.Tensor;

/**
 * A prediction is what the network is asked for. Every choice is a mixture {@code p = e epsilon + z x0} of noise and
 * frame; with {@code x = alpha x0 + sigma epsilon} these are two equations for the two, so each prediction gives all
 * others.
 *
 * <p>Shapes: frames [B, T, C, H, W]; {@code alpha} and {@code sigma} [B, T, 1, 1, 1].
 */
public enum Prediction {
    /** The clean frame. */
    X0 {
        @Override
        public Tensor target(Tensor x0, Tensor noise, Tensor alpha, Tensor sigma) {
            return x0;
        }

        @Override
        public Tensor x0(Tensor p, Tensor x, Tensor alpha, Tensor sigma) {
            return p;
        }

        /** Returns {@code (x - alpha x0) / sigma}, which is undefined where there is no noise. */
        @Override
        public Tensor epsilon(Tensor p, Tensor x, Tensor alpha, Tensor sigma) {
            return x.sub(alpha.mul(p)).div(sigma);
        }

        @Override
        double x0Share(double alpha, double sigma) {
            return 1;
        }
    },

    /** The noise. It says nothing of the frame where no signal is left. */
    EPSILON {
        @Override
        public Tensor target(Tensor x0, Tensor noise, Tensor alpha, Tensor sigma) {
            return noise;
        }

        /** Returns {@code (x - sigma epsilon) / alpha}, which is undefined where there is no signal. */
        @Override
        public Tensor x0(Tensor p, Tensor x, Tensor alpha, Tensor sigma) {
            return x.sub(sigma.mul(p)).div(alpha);
        }

        @Override
        public Tensor epsilon(Tensor p, Tensor x, Tensor alpha, Tensor sigma) {
            return p;
        }

        @Override
        double x0Share(double alpha, double sigma) {
            return sigma / alpha;
        }
    },

    /** {@code v = alpha epsilon - sigma x0} (progressive distillation, arXiv 2202.00512): defined at every level. */
    V {
        @Override
        public Tensor target(Tensor x0, Tensor noise, Tensor alpha, Tensor sigma) {
            return alpha.mul(noise).sub(sigma.mul(x0));
        }

        @Override
        public Tensor x0(Tensor p, Tensor x, Tensor alpha, Tensor sigma) {
            return alpha.mul(x).sub(sigma.mul(p)).div(squares(alpha, sigma));
        }

        @Override
        public Tensor epsilon(Tensor p, Tensor x, Tensor alpha, Tensor sigma) {
            return sigma.mul(x).add(alpha.mul(p)).div(squares(alpha, sigma));
        }

        private Tensor squares(Tensor alpha, Tensor sigma) {
            return alpha.square().add(sigma.square());
        }

        @Override
        double x0Share(double alpha, double sigma) {
            return sigma / (alpha * alpha + sigma * sigma);
        }
    },

    /**
     * {@code epsilon - x0}, the velocity of flow matching, {@code dx/dsigma} along a straight line: defined at every
     * level.
     */
    VELOCITY {
        @Override
        public Tensor target(Tensor x0, Tensor noise, Tensor alpha, Tensor sigma) {
            return noise.sub(x0);
        }

        @Override
        public Tensor x0(Tensor p, Tensor x, Tensor alpha, Tensor sigma) {
            return x.sub(sigma.mul(p)).div(alpha.add(sigma));
        }

        @Override
        public Tensor epsilon(Tensor p, Tensor x, Tensor alpha, Tensor sigma) {
            return x.add(alpha.mul(p)).div(alpha.add(sigma));
        }

        @Override
        double x0Share(double alpha, double sigma) {
            return sigma / (alpha + sigma);
        }
    };

    /**
     * Returns what the network should predict for frames that were mixed from {@code x0} and {@code noise}; so it also
     * turns the two into a prediction.
     */
    public abstract Tensor target(Tensor x0, Tensor noise, Tensor alpha, Tensor sigma);

    /** Returns the clean frames that prediction {@code p} of noisy frames {@code x} means. */
    public abstract Tensor x0(Tensor p, Tensor x, Tensor alpha, Tensor sigma);

    /** Returns the noise that prediction {@code p} of noisy frames {@code x} means. */
    public abstract Tensor epsilon(Tensor p, Tensor x, Tensor alpha, Tensor sigma);

    /** Returns the factor by which an error of the prediction becomes one of the clean frame: {@code |d x0 / d p|}. */
    abstract double x0Share(double alpha, double sigma);
}
